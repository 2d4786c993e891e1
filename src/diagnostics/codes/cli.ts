import { define } from '../define.ts'

/** What can go wrong at the command line. Codes are permanent: a published one is never renamed or reused. */
export const cliCodes = {
  bug: define<{ detail: string }>({
    severity: 'error',
    message: (p) => `a bug in elt: ${p.detail}`,
    help: () => ['report it with the command you ran; `--debug` prints the stack'],
    explain: 'Something happened that elt believes cannot happen. Nothing you wrote is at fault. Exit code 70.',
  }),
}

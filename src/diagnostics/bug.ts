/** Something that the code's own reasoning excludes. The command line prints it as `error[bug]` and exits 70. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/** Stops with a bug report; for states that no input can reach. */
export function bug(detail: string): never {
  throw new Bug(detail)
}

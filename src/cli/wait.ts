import { setTimeout as sleep } from 'node:timers/promises'
import { type Code, diagnose, Failure } from '../diagnostics/index.ts'
import type { Context } from './context.ts'

const retryEvery = 500

/**
 * Does the work; with `--wait`, as often as it fails with this code because another process is in the way, and says so once.
 * `isFree` is asked before each new try. Ctrl-C ends the wait.
 */
export async function waiting<T>(
  { io, output, options }: Context,
  code: Code,
  work: () => Promise<T>,
  isFree: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<T> {
  if (options.wait && options['no-wait']) {
    const why = 'one of them waits for whoever is in the way, the other does not'
    throw new Failure(diagnose('option-conflict', { option: '--wait', other: '--no-wait', why }))
  }
  let told = false
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const [first] = error instanceof Failure ? error.diagnostics : []
      if (!options.wait || first?.code !== code) throw error
      if (!told) output.progress.write(`waiting: ${first.message}\n`)
      told = true
      do await sleep(retryEvery, undefined, { signal: io.signal })
      while (!(await isFree()))
    }
  }
}

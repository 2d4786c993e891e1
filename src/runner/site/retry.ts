import type { ExplainedError } from '../../adapters/contract.ts'
import { Failure } from '../../diagnostics/index.ts'
import type { Clock } from './request.ts'

/** Waits before the second, third and fourth try, in milliseconds. */
const pauses = [100, 400, 1600]

/** Resolves after so many milliseconds of the clock, or at once when the signal aborts. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      stop()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const stop = clock.every(milliseconds, end)
    signal.addEventListener('abort', end, { once: true })
  })
}

/** Repeats work that failed for a passing reason: each try starts from nothing. The last error is thrown. */
export async function retryTransient<T>(
  work: () => Promise<T>,
  within: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly explainError: (error: unknown) => ExplainedError
  },
): Promise<T> {
  for (const milliseconds of pauses) {
    try {
      return await work()
    } catch (error) {
      const passing = !(error instanceof Failure) && within.explainError(error).kind === 'transient'
      if (!passing || within.signal.aborted) throw error
      await pause(within.clock, milliseconds, within.signal)
      if (within.signal.aborted) throw error
    }
  }
  return work()
}

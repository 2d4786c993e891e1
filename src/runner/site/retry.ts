import type { ExplainedError, Session } from '../../adapters/contract.ts'
import { Failure } from '../../diagnostics/index.ts'
import type { Clock } from './request.ts'

/** How often work is repeated that failed for a passing reason, unless somebody says otherwise. */
export const defaultRetries = 3

/** The first wait, how much longer each one is than the one before, and the longest; milliseconds. */
const [first, growth, longest] = [100, 5, 20_000]

/** A wait of about this length: many who failed together do not come again together. */
function waitBefore(retry: number, { random = () => 0.5 }: Clock): number {
  return Math.round(Math.min(first * growth ** retry, longest) * (0.5 + random()))
}

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

/** What repeating needs to know. */
export interface Repeating {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly explainError: (error: unknown) => ExplainedError
  /** Default: `defaultRetries`. */
  readonly retries?: number
}

/**
 * Repeats work that failed for a passing reason (a conflict with another transaction, a connection that was lost before anything
 * was committed): each try starts from nothing. The last error is thrown.
 */
export async function retryTransient<T>(work: () => Promise<T>, within: Repeating): Promise<T> {
  const { clock, signal, explainError, retries = defaultRetries } = within
  const isPassing = (error: unknown): boolean => {
    if (error instanceof Failure) return error.diagnostics.every(({ code }) => code === 'warehouse-busy')
    const { kind, isLost } = explainError(error)
    return kind === 'transient' || isLost === true
  }
  for (let retry = 0; retry < retries; retry++) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || signal.aborted) throw error
      await pause(clock, waitBefore(retry, clock), signal)
      if (signal.aborted) throw error
    }
  }
  return work()
}

/** A session that opens connections, and looks things up, again when that fails for a passing reason. */
export function patient(session: Session, within: Omit<Repeating, 'explainError'>): Session {
  const again = <T>(work: () => Promise<T>): Promise<T> =>
    retryTransient(work, { ...within, explainError: session.explainError })
  return {
    ...session,
    connect: () => again(session.connect),
    catalog: (schemas) => again(() => session.catalog(schemas)),
    describe: (sql) => again(() => session.describe(sql)),
  }
}

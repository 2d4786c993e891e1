import type { Surroundings } from './site/index.ts'

/** A third of the time that a lease lasts, in milliseconds. */
const heartbeatEvery = 10_000

/** Stops the run from inside or outside. */
export interface Stop {
  readonly signal: AbortSignal
  readonly leaseLost: () => boolean
  /** Ends watching, and cancels whatever an unforeseen error left at work. */
  readonly end: () => void
}

/** Listens to the caller's signal and prolongs the leases: a run that lost one must stop. */
export function watch(request: Surroundings): Stop {
  const { clock, emit, ledger, start, signal } = request
  const controller = new AbortController()
  let lost = false
  let beating = false
  const interrupt = (): void => {
    emit({ type: 'interrupting', signal: String(signal.reason), at: clock.now() })
    controller.abort(signal.reason)
  }
  const beat = async (): Promise<void> => {
    if (beating || controller.signal.aborted) return
    beating = true
    try {
      lost = !(await ledger.heartbeat(start.run))
      if (lost) controller.abort('lease-lost')
    } catch {
      // Not proved alive, not proved dead: the next beat tells, and the fence guards every publication.
    } finally {
      beating = false
    }
  }
  if (signal.aborted) interrupt()
  else signal.addEventListener('abort', interrupt, { once: true })
  const stopBeating = clock.every(heartbeatEvery, () => void beat())
  return {
    signal: controller.signal,
    leaseLost: () => lost,
    end: () => {
      stopBeating()
      signal.removeEventListener('abort', interrupt)
      controller.abort('ended')
    },
  }
}

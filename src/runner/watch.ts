import type { Surroundings } from './site/index.ts'

/** How often to look whether something is to be done, in milliseconds. */
const lookEvery = 1000
/** After so many milliseconds without an answer, a renewal is tried again over another connection. */
const patience = 5000

/** Stops the run from inside or outside. */
export interface Stop {
  readonly signal: AbortSignal
  readonly leaseLost: () => boolean
  /** Ends watching, and cancels whatever an unforeseen error left at work. */
  readonly end: () => void
}

/**
 * Listens to the caller's signal and renews the leases at a third of the time that they last. A run that has lost one must stop,
 * and one that could not renew them stops before they end: it was cut off, or slept, and another run may be about to take over.
 * `began`: when the run was registered, or earlier.
 */
export function watch(request: Surroundings, began: number): Stop {
  const { clock, emit, ledger, start, signal } = request
  const controller = new AbortController()
  const lasts = ledger.leaseLasts ?? Number.POSITIVE_INFINITY
  const [renewEvery, stopAfter] = [Math.min(lasts / 3, 10_000), (lasts * 5) / 6]
  let lost = false
  let renewed = began
  let tried = began
  let answered = true
  const interrupt = (): void => {
    emit({ type: 'interrupting', signal: String(signal.reason), at: clock.now() })
    controller.abort(signal.reason)
  }
  const lose = (): void => {
    if (controller.signal.aborted) return
    lost = true
    controller.abort('lease-lost')
  }
  const renew = async (): Promise<void> => {
    const asked = clock.now()
    tried = asked
    answered = false
    try {
      if (await ledger.heartbeat(start.run)) renewed = Math.max(renewed, asked)
      else lose()
    } catch {
      // Not proved alive, not proved dead: it is tried again until the time is over.
    } finally {
      if (tried === asked) answered = true
    }
  }
  const look = (): void => {
    if (controller.signal.aborted) return
    const now = clock.now()
    if (now - renewed >= stopAfter) lose()
    else if (now - renewed >= renewEvery && now - tried >= (answered ? lookEvery : patience)) void renew()
  }
  if (signal.aborted) interrupt()
  else signal.addEventListener('abort', interrupt, { once: true })
  const stopLooking = clock.every(lookEvery, look)
  return {
    signal: controller.signal,
    leaseLost: () => lost,
    end: () => {
      stopLooking()
      signal.removeEventListener('abort', interrupt)
      controller.abort('ended')
    },
  }
}

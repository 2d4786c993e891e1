import { lockHolders } from './errors.ts'

/** What another connection sees of a backend. */
export interface Sight {
  /** Whether the server still has it. */
  readonly alive: boolean
  /** Who holds the lock that it waits for, in words. */
  readonly holders: string | undefined
  /** Where it waits for its client: what stays the same for as long as nothing comes. */
  readonly idleSince: string | undefined
}

/** A connection that can be watched from outside. */
export interface Watched {
  /** How often to look, in milliseconds; 0: never. */
  readonly every: number
  /** Looks at the backend over a connection of its own; rejects when the server cannot be reached. */
  readonly look: () => Promise<Sight>
  /** Ends the connection from here; what runs on it fails with this reason. */
  readonly abandon: (reason: string) => void
}

/** Looks in a row that may fail before the connection counts as lost. */
const patience = 2

/**
 * Watches work that takes long: a link of which only one end is left would otherwise be waited for without end, and an error of
 * a lock does not say who held it. Server and client that wait for each other have lost what one of them sent; `isBusy` tells
 * when the client waits for nobody.
 */
export async function watched<T>(
  { every, look, abandon }: Watched,
  work: () => Promise<T>,
  isBusy: () => boolean = () => false,
): Promise<T> {
  if (every === 0) return work()
  let holders: string | undefined
  let failures = 0
  let busy = false
  let idle: string | undefined
  const glance = async (): Promise<void> => {
    if (busy) return
    busy = true
    try {
      const sight = await look()
      failures = 0
      holders = sight.holders
      if (!sight.alive) abandon('the server has ended the connection, and did not say so')
      const waiting = isBusy() ? undefined : sight.idleSince
      if (waiting !== undefined && waiting === idle)
        abandon('the server waits for what was sent, or its answer was lost on the way')
      idle = waiting
    } catch {
      failures++
      if (failures >= patience) abandon('the server does not answer any more')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void glance(), every)
  try {
    return await work()
  } catch (error) {
    throw holders === undefined ? error : lockHolders.remember(error, holders)
  } finally {
    clearInterval(timer)
  }
}

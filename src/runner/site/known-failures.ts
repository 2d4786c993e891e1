import type { Acknowledgement, Ledger } from '../../ledger/index.ts'
import type { Clock } from './request.ts'

/** What people know of failures: asked of the ledger when something fails, and no earlier. */
export interface KnownFailures {
  /**
   * The acknowledgement that covers what an assertion found in a partition (by its name) now. One that is about partitions covers
   * nothing that was judged over all rows together (`undefined`).
   */
  readonly covering: (assertion: string, partition: string | undefined) => Promise<Acknowledgement | undefined>
  /**
   * Which partitions of a node (by name) are known incidents: what any of its assertions found there was acknowledged, of just these
   * partitions, whether or not that has ended.
   */
  readonly incidents: (node: string) => Promise<(partition: string) => boolean>
}

function isWithin({ partitions }: Acknowledgement, partition: string | undefined): boolean {
  if (!partitions) return true
  return partition !== undefined && partitions.first <= partition && partition <= partitions.last
}

export function createKnownFailures(ledger: Pick<Ledger, 'quality'>, clock: Pick<Clock, 'now'>): KnownFailures {
  let read: Promise<readonly Acknowledgement[]> | undefined
  const all = () => {
    read ??= ledger.quality.acknowledgements()
    return read
  }
  let asked: Promise<ReadonlyMap<string, readonly Acknowledgement[]>> | undefined
  const ask = async () => {
    const found = new Map<string, Acknowledgement[]>()
    for (const one of await all()) {
      if (one.endsAt !== undefined && one.endsAt <= clock.now()) continue
      found.set(one.assertion, [...(found.get(one.assertion) ?? []), one])
    }
    return found
  }
  return {
    covering: async (assertion, partition) => {
      asked ??= ask()
      return (await asked).get(assertion)?.find((one) => isWithin(one, partition))
    },
    incidents: async (node) => {
      const own = (await all()).filter(({ assertion, partitions }) => partitions && assertion.startsWith(`${node}.`))
      return (partition) => own.some((one) => isWithin(one, partition))
    },
  }
}

import type { Assertion } from '../../assertions/index.ts'
import { ordinalAt, partitionKey } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import type { Acknowledgement, OutcomeRange } from '../../ledger/index.ts'
import { keyOf, type Site, type Workshop } from '../site/index.ts'

/** Who knows of a failure, until when (that day included) and why: `by ann until 2026-12-31: late files`. */
export function acknowledgedBy({ author, endsAt, reason }: Acknowledgement, timeZone: string): string {
  const days = { unit: 'day', timeZone } as const
  const until = endsAt === undefined ? '' : ` until ${partitionKey(days, ordinalAt(days, endsAt - 1))}`
  return `by ${author}${until}: ${reason}`
}

/** What people know of an assertion's failures, by ordinal. Without a model, all rows were judged together. */
export async function acknowledgedAmong(
  { known }: Pick<Workshop, 'known'>,
  assertion: Pick<Assertion, 'id'>,
  failing: readonly number[],
  model: Model | undefined,
): Promise<ReadonlyMap<number, Acknowledgement>> {
  const found = new Map<number, Acknowledgement>()
  for (const ordinal of failing) {
    const partition = model?.partitioning ? keyOf(model, ordinal) : undefined
    const covering = await known.covering(assertion.id, partition)
    if (covering) found.set(ordinal, covering)
  }
  return found
}

/** Whether everything is known that made an earlier attempt refuse a partition. */
export async function isKnownRefusal(
  site: Pick<Site, 'known' | 'blocking'>,
  model: Model,
  ordinal: number,
  { assertions }: Pick<OutcomeRange, 'assertions'>,
): Promise<boolean> {
  const blocking = site.blocking.get(model.id) ?? []
  for (const hash of assertions) {
    const assertion = blocking.find((one) => one.hash === hash)
    const found = assertion && (await acknowledgedAmong(site, assertion, [ordinal], model))
    if (!found || found.size === 0) return false
  }
  return assertions.length > 0
}

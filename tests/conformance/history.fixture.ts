import type { HistoryWrite } from '../../src/adapters/contract.ts'

/** A model of histories that keeps versions one by one. */

export interface Version {
  readonly id: number
  readonly value: string | null
  readonly since: string
  readonly until: string | null
  readonly gone: boolean
}

export type Rule = Pick<HistoryWrite, 'hardDeletes'> & { readonly isCompared: boolean }

/** What a run finds on a day: rows that say on which day they changed. */
export interface Look {
  readonly day: string
  readonly rows: readonly Pick<Version, 'id' | 'value' | 'since'>[]
}

const later = (...days: readonly (string | null | undefined)[]): string =>
  days
    .flatMap((day) => (day ? [day] : []))
    .sort()
    .at(-1) ?? ''

/** One key's versions after a look at it. */
function afterLook(
  versions: readonly Version[],
  look: Look,
  rule: Rule,
  row: Look['rows'][number] | undefined,
): Version[] {
  const current = versions.find(({ until }) => until === null)
  const past = versions.filter((version) => version !== current)
  const ended = (at: string): Version[] => (current && current.since < at ? [...past, { ...current, until: at }] : past)
  if (!row) {
    if (!current || current.gone || rule.hardDeletes === 'ignore') return [...versions]
    if (rule.hardDeletes === 'invalidate') return ended(look.day)
    const at = later(look.day, current.since)
    return [...ended(at), { ...current, since: at, gone: true }]
  }
  const isOther = rule.isCompared ? current?.value !== row.value : current !== undefined && row.since > current.since
  if (current && !current.gone && !isOther) return [...versions]
  // One that began later than everything that is known now was never valid.
  const isEmpty = current !== undefined && current.since >= later(row.since, look.day)
  const known = later(...past.map(({ until }) => until), isEmpty ? undefined : current?.since)
  const since = row.since > known ? row.since : later(look.day, known)
  return [...ended(since), { ...row, since, until: null, gone: false }]
}

/** All versions after one more look. */
export function lookedAt(versions: readonly Version[], look: Look, rule: Rule): Version[] {
  const ids = new Set([...versions, ...look.rows].map(({ id }) => id))
  return [...ids].flatMap((id) =>
    afterLook(
      versions.filter((version) => version.id === id),
      look,
      rule,
      look.rows.find((row) => row.id === id),
    ),
  )
}

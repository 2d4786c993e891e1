import { type Assertion, catalogue, judgeUsual, type Point, reachOf, type UsualRule } from '../../assertions/index.ts'
import { parsePartition, type Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { keyOf, relationSql, type Workshop, windowLiterals, withConnection } from '../site/index.ts'
import { type CompiledAssertion, type Count, compileAll, type Judged, measure } from './measure.ts'

type Counts = ReadonlyMap<number, Count>

/** What comparing partitions with those before them adds to what was measured. */
export interface HeldAgainst {
  /** With a failure in each partition that is not usual. */
  readonly counts: Counts
  /** Those, with what was expected, as rows to show. */
  readonly unusual: readonly Readonly<Record<string, unknown>>[]
  /** Values of published partitions that were measured for this: nobody had before. */
  readonly learnt: Counts
}

function ruleOf({ type, arguments: given }: Assertion, model: Model | undefined): UsualRule | undefined {
  const unit = model?.partitioning?.grid.unit
  return unit === undefined ? undefined : catalogue.get(type)?.usual?.(given, unit)
}

const pointsOf = (counts: Counts): Point[] =>
  [...counts].flatMap(([ordinal, { value }]) => (value === undefined ? [] : [{ ordinal, value }]))

/** What the ledger has of earlier partitions. */
async function recorded(workshop: Workshop, assertion: Assertion, model: Model, window: Window): Promise<Point[]> {
  const grid = model.partitioning?.grid
  if (!grid) return []
  const [first, last] = [keyOf(model, window.start), keyOf(model, window.end - 1)]
  const found = await workshop.ledger.quality.values(assertion.hash, { first, last })
  return found.flatMap(({ partition, value }) => {
    const ordinal = parsePartition(grid, partition)
    return ordinal === undefined ? [] : [{ ordinal, value }]
  })
}

/** Measures published partitions of a window in one scan, as far as they are wanted. */
async function measurePublished(
  workshop: Workshop,
  assertion: Assertion,
  model: Model,
  target: Judged['target'],
  wanted: ReadonlySet<number>,
): Promise<Counts> {
  const ordinals = [...wanted].sort((a, b) => a - b)
  const [first = 0] = ordinals
  const window = { start: first, end: (ordinals.at(-1) ?? first) + 1 }
  const column = workshop.adapter.dialect.quote(model.partitioning?.column ?? '')
  const { start, end } = windowLiterals(workshop, model, window)
  const rows = `(select * from ${relationSql(workshop, model.relation)} where ${column} >= ${start} and ${column} < ${end})`
  const published = compileAll(workshop, [assertion], { ...target, rows, whole: rows })
  return withConnection(workshop.session, async (connection) => {
    const judged = { connection, target: { ...target, rows }, ordinals }
    const seen = { partitions: [], wholes: new Map() }
    const [measured] = await Promise.all(published.map((one) => measure(workshop, judged, one, seen)))
    // A column that the table is still to take has no history.
    if (!measured?.ok) return new Map()
    return new Map([...measured.counts].filter(([ordinal]) => wanted.has(ordinal)))
  })
}

/** Values of the partitions before those that are judged: what this scan measured, what is recorded, and what is published. */
async function history(
  workshop: Workshop,
  { assertion }: CompiledAssertion,
  model: Model,
  counts: Counts,
  { target, staged }: { readonly target: Judged['target']; readonly staged: boolean },
  reach: number,
): Promise<{ readonly points: readonly Point[]; readonly learnt: Counts }> {
  const own = pointsOf(counts)
  const first = Math.min(...counts.keys())
  const window = { start: first - reach, end: Math.max(...counts.keys()) }
  // All that is published was scanned just now.
  if (!staged || window.end <= window.start) return { points: own, learnt: new Map() }
  const known = new Map((await recorded(workshop, assertion, model, window)).map((point) => [point.ordinal, point]))
  for (const point of own) known.set(point.ordinal, point)
  const published = await workshop.ledger.published(model.relation, window)
  const missing = published.map(({ ordinal }) => ordinal).filter((one) => !known.has(one) && !counts.has(one))
  if (missing.length === 0) return { points: [...known.values()], learnt: new Map() }
  const learnt = await measurePublished(workshop, assertion, model, target, new Set(missing))
  return { points: [...known.values(), ...pointsOf(learnt)], learnt }
}

/** Without the noise of the last digits; an open end is none. */
const shown = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6))

/** Holds what was measured against what is usual; undefined for an assertion that knows by itself. */
export async function heldAgainstUsual(
  workshop: Workshop,
  compiled: CompiledAssertion,
  counts: Counts,
  judged: Judged,
  { model, staged }: { readonly model: Model | undefined; readonly staged: boolean },
): Promise<HeldAgainst | undefined> {
  const { assertion } = compiled
  const rule = ruleOf(assertion, model)
  if (!rule || !model || counts.size === 0) return undefined
  const { points, learnt } = await history(workshop, compiled, model, counts, { ...judged, staged }, reachOf(rule))
  const incidents = await workshop.known.incidents(model.id)
  const isIncident = (ordinal: number): boolean => incidents(keyOf(model, ordinal))
  const unusual: Record<string, unknown>[] = []
  const held = new Map<number, Count>()
  for (const [ordinal, count] of counts) {
    const { value } = count
    const verdict = value === undefined ? undefined : judgeUsual(rule, { ordinal, value }, points, isIncident)
    const isUnusual = verdict?.state === 'unusual'
    held.set(ordinal, { ...count, failures: isUnusual ? 1 : 0 })
    if (!isUnusual) continue
    const { expected, low, high } = verdict
    unusual.push({
      partition: keyOf(model, ordinal),
      ...{ value: shown(value), expected: shown(expected), at_least: shown(low), at_most: shown(high) },
    })
  }
  return { counts: held, unusual, learnt }
}

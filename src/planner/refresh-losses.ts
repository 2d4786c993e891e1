import { type Grid, partitionKey, subtract, type Window } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import type { PublishedRange, RelationRecord } from '../ledger/index.ts'
import type { Decided } from './decide.ts'
import { type Facts, isCutAlike, isPartitioned } from './facts.ts'
import { missingOf, readInput } from './inputs.ts'

/** What stands in the ledger and would not stand in a table that is built from nothing. */
interface Loss extends Window {
  readonly rows: number
  readonly why: string
}

/** Rows of a published range that lie in one of these windows: of a range cut through, at most all of them. */
function lost(published: readonly PublishedRange[], windows: readonly Window[], why: string): Loss[] {
  return published.flatMap((range) => {
    const inside = windows.filter(({ start, end }) => start < range.end && range.start < end)
    return inside.map(({ start, end }) => ({
      start: Math.max(start, range.start),
      end: Math.min(end, range.end),
      rows: range.rows,
      why,
    }))
  })
}

/** Of a model that was cut otherwise: nobody can tell which rows came from what is gone, so that it is all of them. */
function lostAnew(facts: Facts, model: Model, record: RelationRecord): Loss[] {
  const source = model.inputs.find(
    (input) => input.kind === 'window' && missingOf(readInput(input, undefined, undefined, facts.state).record) > 0,
  )
  if (!source) return []
  return record.published.map(({ start, end, rows }) => ({
    start,
    end,
    rows,
    why: `${source.upstream} has lost some of what it had`,
  }))
}

function lossesOf(facts: Facts, model: Model, decided: readonly Decided[]): Loss[] {
  const record = facts.request.ledger.relations.get(model.id)
  if (!record || record.version === 0) return []
  const published = record.published.filter(({ retired, rows }) => !retired && rows > 0)
  if (!isCutAlike(model, record)) return lostAnew(facts, model, { ...record, published })
  const gone = decided.filter(({ decision }) => 'loss' in decision)
  const built = decided.filter(({ decision }) => 'build' in decision)
  if (!isPartitioned(model) || (built.length === 0 && gone.length === 0)) return []
  const others = published.flatMap((range) => subtract(range, [...built, ...gone]))
  return [
    ...lost(published, gone, 'what they were built from is gone'),
    ...lost(published, others, 'they are not among the partitions that can be built now'),
  ]
}

const nameOf = (grid: Grid | undefined, { start, end }: Window): string => {
  if (!grid) return 'all'
  const [from, to] = [partitionKey(grid, start), partitionKey(grid, end - 1)]
  return from === to ? from : `${from} … ${to}`
}

/** `refresh-loses-rows`: one for each model, unless `--yes` says that they may go. */
export function refreshLosses(facts: Facts, model: Model, decided: readonly Decided[]): Diagnostic[] {
  if (facts.request.options.yes) return []
  const losses = lossesOf(facts, model, decided)
  const [first] = losses
  if (!first) return []
  const grid = facts.request.ledger.relations.get(model.id)?.grid
  const rows = losses.reduce((sum, loss) => sum + loss.rows, 0)
  const hull = { start: Math.min(...losses.map((l) => l.start)), end: Math.max(...losses.map((l) => l.end)) }
  const parameters = { model: model.id, partitions: nameOf(grid, hull), rows, why: first.why }
  return [diagnose('refresh-loses-rows', parameters, model.location)]
}

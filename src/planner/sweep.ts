import { ordinalAt, startInstant, subtract, type Window } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { cursorOf, firstOf } from './cursor.ts'
import { type Decided, decide, type Moment, type Situation, sameDecision } from './decide.ts'
import { type DueWindows, gridOf } from './due.ts'
import { type Facts, isPartitioned, ownReach } from './facts.ts'
import { readInput } from './inputs.ts'
import { type Holes, type Outlooks, rebuiltThrough } from './outlook.ts'

/** What the models before this one leave behind. */
export interface Surroundings {
  readonly facts: Facts
  readonly dueOf: DueWindows
  readonly outlooks: Outlooks
  readonly holes: Holes
}

const dayLength = 86_400_000

/** Decides about every partition of the window (of an unpartitioned model [0, 1)). Neighbours that are alike are looked at once. */
export function sweep(surroundings: Surroundings, model: Model, window: Window): Decided[] {
  const situation = situationOf(surroundings.facts, model)
  const momentAt = momentsOf(surroundings, model)
  const before = partitionsBefore(surroundings, model, window)
  const decided: { start: number; end: number; decision: Decided['decision'] }[] = []
  let at = window.start
  while (at < window.end) {
    const { moment, until } = before.see(at, momentAt(at))
    const decision = decide(situation, moment)
    const end = Math.min(until, window.end)
    before.note({ start: at, end, decision }, moment.published !== undefined && situation.exists)
    const last = decided.at(-1)
    if (last && sameDecision(last.decision, decision)) last.end = end
    else decided.push({ start: at, end, decision })
    at = end
  }
  return decided
}

/** What is seen at a partition, and until where it holds. */
interface Sight {
  readonly moment: Moment
  readonly until: number
}

/** What a model that reads its own partitions has to know of those before: which are built, which never were. */
function partitionsBefore({ facts, dueOf }: Surroundings, model: Model, window: Window) {
  const reach = ownReach(model)
  const due = reach > 0 ? dueOf(model)?.due : undefined
  if (!due) return { see: (_: number, sight: Sight) => sight, note: () => undefined }
  const published = facts.exists(model) ? (facts.record(model)?.published ?? []) : []
  const holes = subtract({ start: due.start, end: Math.max(due.start, window.start) }, published)
  let hole = { end: (holes.at(-1)?.end ?? Number.NEGATIVE_INFINITY) + reach, failed: false }
  let built = Number.POSITIVE_INFINITY
  return {
    see: (at: number, { moment, until }: Sight): Sight => {
      const isHole = at < hole.end
      const seen = {
        ...moment,
        rebuilt: at > built ? model.id : moment.rebuilt,
        hole: isHole ? { upstream: model.id, failed: hole.failed } : moment.hole,
      }
      return { moment: seen, until: isHole ? Math.min(until, hole.end) : until }
    },
    note: ({ start, end, decision }: Decided, hasRows: boolean): void => {
      if ('build' in decision) built = Math.min(built, start)
      else if (!hasRows) hole = { end: end + reach, failed: isFailure(decision) }
    },
  }
}

function isFailure(decision: Decided['decision']): boolean {
  const kept = 'kept' in decision ? decision.kept : undefined
  return kept?.kind === 'still-failing' || (kept?.kind === 'blocked-by' && kept.failed)
}

function situationOf(facts: Facts, model: Model): Situation {
  return {
    model,
    options: facts.request.options,
    exists: facts.exists(model),
    wasPublished: (facts.record(model)?.version ?? 0) > 0,
    polls: facts.polls(model),
    blocking: facts.blocking(model),
  }
}

/** Partitions at which what the clock says changes. */
interface Turns {
  /** The first partition that is not over. */
  readonly incomplete: number
  /** The first of the newest that are polled. */
  readonly recent: number
  /** The first that is not too old to stay open. */
  readonly young: number
}

function turnsOf(model: Model, dueOf: DueWindows): Turns {
  const due = isPartitioned(model) ? dueOf(model) : undefined
  if (!due) return { incomplete: 1, recent: 1, young: 0 }
  const grid = gridOf(model)
  const oldest = startInstant(grid, due.due.end) - model.config.giveUpAfterDays * dayLength
  return {
    incomplete: due.incomplete,
    recent: due.due.end - model.config.lookback,
    young: model.settled === undefined ? Number.NEGATIVE_INFINITY : ordinalAt(grid, oldest - 1),
  }
}

/** What holds at a partition, for partitions that never go back, and until where it holds. */
function momentsOf({ facts, dueOf, outlooks, holes }: Surroundings, model: Model) {
  const inputs = model.inputs
  const grid = isPartitioned(model) ? gridOf(model) : undefined
  const publishedAt = cursorOf(facts.record(model)?.published ?? [])
  const outcomeAt = cursorOf(facts.record(model)?.outcomes ?? [])
  const rebuiltAt = firstOf(inputs.map((input) => cursorOf(rebuiltThrough(model, input, outlooks))))
  const holesBefore = [...holes.views(model), ...inputs.flatMap((input) => holes.through(model, input))]
  const holeAt = firstOf(holesBefore.map(cursorOf))
  const turns = turnsOf(model, dueOf)
  return (at: number): Sight => {
    const [published, outcome, rebuilt, hole] = [publishedAt(at), outcomeAt(at), rebuiltAt(at), holeAt(at)]
    const readings = inputs.map((input) => readInput(input, grid, grid && at, facts.state))
    const moment = {
      published: published.item,
      outcome: outcome.item,
      current: readings.map((reading) => reading.record),
      complete: at < turns.incomplete,
      recent: at >= turns.recent,
      old: at < turns.young,
      rebuilt: rebuilt.item?.upstream,
      hole: hole.item && { upstream: hole.item.upstream, failed: hole.item.failed },
    }
    const limits = [published, outcome, rebuilt, hole, ...readings].map(({ until }) => until)
    const next = [turns.incomplete, turns.recent, turns.young].filter((turn) => turn > at)
    return { moment, until: Math.min(...limits, ...next) }
  }
}

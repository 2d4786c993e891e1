import {
  type Grid,
  intersect,
  lengthOf,
  ordinalAt,
  parsePartition,
  partitionKey,
  startDate,
  startInstant,
  type Window,
} from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { type Checked, type Diagnostic, diagnose, hasErrors } from '../diagnostics/index.ts'
import { type DueWindows, gridOf } from './due.ts'
import { type Facts, isPartitioned } from './facts.ts'
import type { PlanOptions } from './plan.ts'

/** A moment that a text names: the beginning of a local date, in the zone of whichever model, or of a UTC hour. */
type Moment = { readonly day: number } | { readonly hour: number }

/** A period that the command names; half-open, and without an end where none is given. */
interface Period {
  readonly start?: Moment | undefined
  readonly end?: Moment | undefined
  /** As the person wrote it. */
  readonly text: string
}

/** What a command says of partitions. */
type Asked = Pick<PlanOptions, 'from' | 'to' | 'partition' | 'fullRefresh'>

const hours: Grid = { unit: 'hour', timeZone: 'UTC' }
const days: Grid = { unit: 'day', timeZone: 'UTC' }

/** The beginnings of `2013`, `2013-01`, `2013-01-31` or `2013-01-31T05`, and of what follows it. */
function momentsOf(text: string): { start: Moment; end: Moment } | undefined {
  const written = text.trim()
  const hour = parsePartition(hours, written)
  const day = parsePartition(days, written)
  if (hour === undefined || day === undefined) return undefined
  if (written.includes('T')) return { start: { hour }, end: { hour: hour + 1 } }
  const next = new Date(day * 86_400_000)
  if (written.length === 4) next.setUTCFullYear(next.getUTCFullYear() + 1)
  else if (written.length === 7) next.setUTCMonth(next.getUTCMonth() + 1)
  else next.setUTCDate(next.getUTCDate() + 1)
  return { start: { day }, end: { day: next.getTime() / 86_400_000 } }
}

/** The partition that holds a moment, and whether it begins with it. */
function partitionOf(grid: Grid, moment: Moment): { ordinal: number; begins: boolean } {
  if ('day' in moment && grid.unit !== 'hour') {
    const ordinal = parsePartition(grid, startDate(days, moment.day)) ?? 0
    return { ordinal, begins: startDate(grid, ordinal) === startDate(days, moment.day) }
  }
  const local: Grid = { unit: 'day', timeZone: grid.timeZone }
  const instant = 'day' in moment ? startInstant(local, moment.day) : startInstant(hours, moment.hour)
  const ordinal = ordinalAt(grid, instant)
  return { ordinal, begins: startInstant(grid, ordinal) === instant }
}

/** The partitions of a grid that share a moment with the period. */
function partitionsOf(grid: Grid, { start, end }: Period): Window {
  const first = start && partitionOf(grid, start)
  const last = end && partitionOf(grid, end)
  return {
    start: first?.ordinal ?? Number.NEGATIVE_INFINITY,
    end: last ? last.ordinal + Number(!last.begins) : Number.POSITIVE_INFINITY,
  }
}

/** Whether nothing lies between two moments. A date begins at another instant in each zone: not to be told beside an hour. */
function isReversed({ start, end }: Period): boolean {
  if (!start || !end) return false
  if ('day' in start && 'day' in end) return start.day >= end.day
  if ('hour' in start && 'hour' in end) return start.hour >= end.hour
  return false
}

function conflict(options: Asked): Diagnostic | undefined {
  const other = options.from !== undefined ? '--from' : options.to !== undefined ? '--to' : undefined
  return options.partition !== undefined && other ? diagnose('window-and-partition', { option: other }) : undefined
}

/** A table cannot be built from nothing in part: what lies outside of the window would be lost. */
function partOfRefresh(options: Asked): Diagnostic | undefined {
  if (!options.fullRefresh) return undefined
  const given = (['from', 'to', 'partition'] as const).find((name) => options[name] !== undefined)
  return given && diagnose('full-refresh-window', { option: `--${given}` })
}

/** What `--from`, `--to` and `--partition` say; no value when none of them is given. */
function periodOf(options: Asked): Checked<Period> {
  const contradiction = conflict(options) ?? partOfRefresh(options)
  if (contradiction) return { value: undefined, diagnostics: [contradiction] }
  const diagnostics: Diagnostic[] = []
  const read = (option: '--from' | '--to' | '--partition', text: string | undefined) => {
    if (text === undefined) return undefined
    const period = momentsOf(text)
    if (!period) diagnostics.push(diagnose('invalid-partition', { option, text }))
    return period
  }
  const [partition, from, to] = [
    read('--partition', options.partition),
    read('--from', options.from),
    read('--to', options.to),
  ]
  if (diagnostics.length > 0) return { value: undefined, diagnostics }
  if (partition) return { value: { ...partition, text: options.partition ?? '' }, diagnostics }
  if (!from && !to) return { value: undefined, diagnostics }
  const period = { start: from?.start, end: to?.start, text: windowText(options) }
  if (isReversed(period)) {
    return {
      value: undefined,
      diagnostics: [diagnose('reversed-window', { from: options.from ?? '', to: options.to ?? '' })],
    }
  }
  return { value: period, diagnostics }
}

function windowText(options: Asked): string {
  const [from, to] = [options.from && `from ${options.from}`, options.to && `to ${options.to}`]
  return `the window ${[from, to].filter(Boolean).join(' ')}`
}

/** The partitions of a model that `--from`, `--to` and `--partition` name, due or not; no value when none of them is given. */
export function partitionsAsked(options: Omit<Asked, 'fullRefresh'>): Checked<(model: Model) => Window> {
  const { value: period, diagnostics } = periodOf({ ...options, fullRefresh: false })
  return { value: period && ((model) => partitionsOf(gridOf(model), period)), diagnostics }
}

/** The due partitions of a model that the command asks for. */
export type Narrowing = (model: Model) => Window

/** Checks the window of the command against the models, and narrows each to the partitions that overlap it. */
export function narrow(facts: Facts, dueOf: DueWindows): Checked<Narrowing> {
  const { value: period, diagnostics } = periodOf(facts.request.options)
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics }
  const nothing = { start: 0, end: 0 }
  if (!period) return { value: (model) => dueOf(model)?.due ?? nothing, diagnostics }
  const models = facts.request.graph.models.filter((model) => facts.selected.has(model.id) && isPartitioned(model))
  const problem = judge(facts, models, dueOf, period)
  const value: Narrowing = (model) => intersect(dueOf(model)?.due ?? nothing, partitionsOf(gridOf(model), period))
  if (!problem) return { value, diagnostics }
  return { value: problem.severity === 'error' ? undefined : value, diagnostics: [problem] }
}

/** A window that reaches no partition of any model is a mistake; one that reaches some is not. */
function judge(facts: Facts, models: readonly Model[], dueOf: DueWindows, period: Period): Diagnostic | undefined {
  const { options, now } = facts.request
  const first = models[0]
  if (!first) {
    const option = options.partition !== undefined ? '--partition' : options.from !== undefined ? '--from' : '--to'
    return diagnose('window-unused', { option })
  }
  const reaches = (window: Window, model: Model) => lengthOf(intersect(window, partitionsOf(gridOf(model), period))) > 0
  if (models.some((model) => reaches(dueOf(model)?.due ?? { start: 0, end: 0 }, model))) return undefined
  const grid = gridOf(first)
  const due = dueOf(first)
  const isFuture = models.some((model) => {
    const asked = partitionsOf(gridOf(model), period)
    return Number.isFinite(asked.end) && startInstant(gridOf(model), asked.end) > now
  })
  const inRange = models.find((model) => reaches(dueOf(model)?.range ?? { start: 0, end: 0 }, model))
  if (isFuture || inRange) {
    const last = due && lengthOf(due.due) > 0 ? `the last due is ${partitionKey(grid, due.due.end - 1)}` : 'none is due'
    return diagnose('window-not-due', { window: period.text, model: first.id, due: last })
  }
  const range = due &&
    lengthOf(due.range) > 0 && {
      first: partitionKey(grid, due.range.start),
      last: partitionKey(grid, due.range.end - 1),
    }
  return diagnose('window-outside', { window: period.text, model: first.id, range: range || undefined })
}

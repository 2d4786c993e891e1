import {
  type Grid,
  intersect,
  lengthOf,
  parsePartition,
  partitionKey,
  startInstant,
  type Window,
} from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { type Checked, type Diagnostic, diagnose, hasErrors } from '../diagnostics/index.ts'
import { type DueWindows, gridOf } from './due.ts'
import { type Facts, isPartitioned } from './facts.ts'
import type { PlanOptions } from './plan.ts'

/** A period of local time that the command names, in hours since 1970 on the wall clock of whichever zone; half-open. */
interface Period {
  readonly start: number
  readonly end: number
  /** As the person wrote it. */
  readonly text: string
}

const hours: Grid = { unit: 'hour', timeZone: 'UTC' }

/** The wall-clock hours of `2013`, `2013-01`, `2013-01-31` or `2013-01-31T05`. */
function hoursOf(text: string): Window | undefined {
  const start = parsePartition(hours, text)
  if (start === undefined) return undefined
  const date = new Date(start * 3_600_000)
  const written = text.trim()
  if (written.length === 4) date.setUTCFullYear(date.getUTCFullYear() + 1)
  else if (written.length === 7) date.setUTCMonth(date.getUTCMonth() + 1)
  else date.setUTCHours(date.getUTCHours() + (written.length === 10 ? 24 : 1))
  return { start, end: date.getTime() / 3_600_000 }
}

/** The partition that holds a wall-clock hour, and whether it begins with it. */
function partitionOf(grid: Grid, hour: number): { ordinal: number; begins: boolean } {
  const ordinal = parsePartition(grid, `${new Date(hour * 3_600_000).toISOString().slice(0, 13)}`) ?? 0
  return { ordinal, begins: parsePartition(hours, partitionKey(grid, ordinal)) === hour }
}

/** The partitions of a grid that share a moment with the period. */
function partitionsOf(grid: Grid, period: Period): Window {
  const bound = (hour: number, open: number, before: number): number => {
    if (!Number.isFinite(hour)) return open
    const { ordinal, begins } = partitionOf(grid, hour)
    return begins ? ordinal : ordinal + before
  }
  return {
    start: bound(period.start, Number.NEGATIVE_INFINITY, 0),
    end: bound(period.end, Number.POSITIVE_INFINITY, 1),
  }
}

function conflict(options: PlanOptions): Diagnostic | undefined {
  const other = options.from !== undefined ? '--from' : options.to !== undefined ? '--to' : undefined
  return options.partition !== undefined && other ? diagnose('window-and-partition', { option: other }) : undefined
}

/** What `--from`, `--to` and `--partition` say; no value when none of them is given. */
function periodOf(options: PlanOptions): Checked<Period> {
  const contradiction = conflict(options)
  if (contradiction) return { value: undefined, diagnostics: [contradiction] }
  const diagnostics: Diagnostic[] = []
  const read = (option: '--from' | '--to' | '--partition', text: string | undefined): Window | undefined => {
    if (text === undefined) return undefined
    const period = hoursOf(text)
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
  const period = { start: from?.start ?? Number.NEGATIVE_INFINITY, end: to?.start ?? Number.POSITIVE_INFINITY }
  if (period.start >= period.end) {
    return {
      value: undefined,
      diagnostics: [diagnose('reversed-window', { from: options.from ?? '', to: options.to ?? '' })],
    }
  }
  return { value: { ...period, text: windowText(options) }, diagnostics }
}

function windowText(options: PlanOptions): string {
  const [from, to] = [options.from && `from ${options.from}`, options.to && `to ${options.to}`]
  return `the window ${[from, to].filter(Boolean).join(' ')}`
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

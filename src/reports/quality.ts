import { neutralise } from '../diagnostics/index.ts'
import type { JudgedRun } from '../ledger/index.ts'
import { table } from './table.ts'
import { plainTheme, type Theme } from './theme.ts'
import { pad, width } from './width.ts'
import { count, moment, number } from './words.ts'

/** How things stand, worst first. */
export type QualityState = 'failing' | 'acknowledged' | 'warned' | 'passing' | 'not judged'

export interface AcknowledgedFailure {
  readonly author: string
  readonly reason: string
  /** The last day; absent: until it is withdrawn. */
  readonly until?: string
  /** Absent: all of them. */
  readonly partitions?: string
}

/** What is known of one assertion. */
export interface AssertionQuality {
  readonly assertion: string
  readonly name: string
  readonly severity: string
  readonly blocking: boolean
  readonly state: QualityState
  /** UTC milliseconds. */
  readonly failingSince?: number
  /** Partitions that it keeps from being published. */
  readonly held?: string
  readonly acknowledged: readonly AcknowledgedFailure[]
  /** The newest last. */
  readonly runs: readonly JudgedRun[]
}

/** What is known of one model, source, or of the assertions that are files of their own. */
export interface ModelQuality {
  readonly model: string
  readonly state: QualityState
  /** The newest published partition. */
  readonly lastGood?: string
  /** UTC milliseconds. */
  readonly builtAt?: number
  readonly assertions: readonly AssertionQuality[]
}

/** How texts are made. */
export interface QualityWords {
  readonly theme?: Theme
  readonly timeZone: string
  readonly columns: number
}

const bars = '▁▂▃▄▅▆▇█'

/** Numbers as a line of bars; what nobody knows is a gap. Counts stand on zero, other values on the least of them. */
export function barsOf(values: readonly (number | undefined)[], base?: number): string {
  const known = values.filter((value) => value !== undefined)
  const least = Math.min(base ?? Number.POSITIVE_INFINITY, ...known)
  const span = Math.max(...known) - least
  const bar = (value: number): string =>
    bars[span > 0 ? Math.round(((value - least) / span) * (bars.length - 1)) : 0] ?? ''
  return values.map((value) => (value === undefined ? ' ' : bar(value))).join('')
}

/** How an assertion went: its measured values, or, where it has none, its failing rows. */
function trend(runs: readonly JudgedRun[]): string {
  if (runs.length < 2) return ''
  const isMeasured = runs.some(({ value }) => value !== undefined)
  return isMeasured
    ? barsOf(runs.map(({ value }) => value))
    : barsOf(
        runs.map(({ failures }) => failures),
        0,
      )
}

const mark: Readonly<Record<QualityState, string>> = {
  failing: '✗',
  acknowledged: '!',
  warned: '!',
  passing: '✓',
  'not judged': '·',
}

function painted(state: QualityState, text: string, theme: Theme): string {
  if (state === 'failing') return theme.error(text)
  if (state === 'acknowledged' || state === 'warned') return theme.warning(text)
  return state === 'passing' ? theme.good(text) : theme.dim(text)
}

/** `14 of 900 rows`, or what was measured. */
function foundWords({ failures, rows, value }: Pick<JudgedRun, 'failures' | 'rows' | 'value'>): string {
  if (value === undefined) return `${number(failures)} of ${count(rows, 'row')}`
  return [`measured ${shortNumber(value)}`, ...(failures > 0 ? [count(failures, 'failure')] : [])].join(', ')
}

/** A measured value, whatever its size. */
function shortNumber(value: number): string {
  return Number.isInteger(value) ? number(value) : String(Number(value.toPrecision(5)))
}

function acknowledgedWords({ author, reason, until, partitions }: AcknowledgedFailure): string {
  const when = until === undefined ? '' : ` until ${until}`
  return `acknowledged by ${neutralise(author)}${when}${partitions ? ` for ${partitions}` : ''}: ${neutralise(reason)}`
}

/** What is to be known of an assertion at a glance. */
function glance(one: AssertionQuality, { timeZone }: QualityWords): string {
  const last = one.runs.at(-1)
  const since = one.failingSince === undefined ? '' : ` since ${moment(one.failingSince, timeZone)}`
  const parts = [
    `${one.state}${one.state === 'failing' || one.state === 'acknowledged' ? since : ''}`,
    ...(last ? [foundWords(last)] : []),
    ...(one.held === undefined ? [] : [`not published: ${one.held}`]),
  ]
  return parts.join(' · ')
}

function assertionLines(some: readonly AssertionQuality[], words: QualityWords): string[] {
  const { theme = plainTheme } = words
  const widest = Math.min(Math.max(0, ...some.map(({ name }) => width(name))), 44)
  return some.flatMap((one) => {
    const { state, name, runs, acknowledged } = one
    const line = trend(runs)
    const head = `  ${painted(state, mark[state], theme)} ${pad(neutralise(name), widest, 'left')}  ${glance(one, words)}  ${theme.dim(line)}`
    return [head.trimEnd(), ...acknowledged.map((known) => theme.dim(`      ${acknowledgedWords(known)}`))]
  })
}

/** `✗ analytics.routes   failing   4 assertions   last good 2013-12-30, built 2013-12-31 02:10` */
function modelLine(one: ModelQuality, widest: number, { theme = plainTheme, timeZone }: QualityWords): string {
  const { model, state, lastGood, builtAt, assertions } = one
  const good = lastGood === undefined || lastGood === 'all' ? [] : [`last good ${lastGood}`]
  const built = builtAt === undefined ? [] : [`built ${moment(builtAt, timeZone)}`]
  const facts = [count(assertions.length, 'assertion'), ...good, ...built].join(' · ')
  return `${painted(state, mark[state], theme)} ${theme.name(pad(neutralise(model), widest, 'left'))}  ${painted(state, pad(state, 12, 'left'), theme)}  ${facts}`
}

const states: readonly QualityState[] = ['failing', 'acknowledged', 'warned', 'passing', 'not judged']

/** The state of every model, those that fail last, where people look. */
export function qualityText(models: readonly ModelQuality[], words: QualityWords): string {
  const { theme = plainTheme } = words
  if (models.length === 0) return 'no assertion is selected'
  const sorted = [...models].sort((a, b) => states.indexOf(b.state) - states.indexOf(a.state))
  const widest = Math.max(...models.map(({ model }) => width(model)))
  const lines = sorted.flatMap((model) => [
    modelLine(model, widest, words),
    ...assertionLines(
      model.assertions.filter(
        ({ state, acknowledged }) => state === 'failing' || state === 'warned' || acknowledged.length > 0,
      ),
      words,
    ),
  ])
  const counts = states.flatMap((state) => {
    const some = models.filter((model) => model.state === state).length
    return some > 0 ? [`${number(some)} ${state}`] : []
  })
  const failing = models.flatMap(({ assertions }) => assertions).find(({ state }) => state === 'failing')
  return [
    ...lines,
    '',
    `${painted(failing ? 'failing' : 'passing', failing ? '✗' : '✓', theme)} ${count(models.length, 'model')}: ${counts.join(', ')}`,
    ...(failing ? [`  next: elt quality ${quotedWord(failing.assertion)}`] : []),
  ].join('\n')
}

const quotedWord = (word: string): string => (/^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** All assertions of one model. */
export function modelQualityText(model: ModelQuality, words: QualityWords): string {
  return [modelLine(model, width(model.model), words), ...assertionLines(model.assertions, words)].join('\n')
}

/** What one assertion found in a partition. */
interface PartitionQuality extends Pick<JudgedRun, 'status' | 'failures' | 'rows' | 'value' | 'at'> {
  readonly partition: string
}

/** One assertion over time: its runs, its partitions, and the rows that failed last. */
export interface AssertionHistory {
  readonly quality: AssertionQuality
  readonly partitions: readonly PartitionQuality[]
  readonly rows: readonly { readonly partition: string; readonly row: Readonly<Record<string, unknown>> }[]
}

function partitionLines({ partitions }: AssertionHistory, words: QualityWords): string[] {
  const { theme = plainTheme, timeZone } = words
  const single = partitions.filter(({ partition }) => !partition.includes('…'))
  const values = single.map(({ value }) => value)
  const isMeasured = values.some((value) => value !== undefined)
  const line = isMeasured
    ? barsOf(values)
    : barsOf(
        single.map(({ failures }) => failures),
        0,
      )
  const rows = partitions.map((one) => ({
    partition: one.partition,
    found: one.status,
    ...(isMeasured ? { value: one.value === undefined ? null : shortNumber(one.value) } : {}),
    failures: one.failures,
    rows: one.rows,
    judged: moment(one.at, timeZone),
  }))
  return [
    '',
    `${theme.bold('by partition')}  ${theme.dim(line)}`,
    ...table(rows, { available: words.columns - 2, theme }).map((text) => `  ${text}`),
  ]
}

export function assertionHistoryText(history: AssertionHistory, words: QualityWords): string {
  const { theme = plainTheme, timeZone, columns } = words
  const { quality, partitions, rows } = history
  const runs = quality.runs.map(({ at, status, failures, rows: judged, value, run }) => ({
    judged: moment(at, timeZone),
    found: status,
    ...(value === undefined ? {} : { value: shortNumber(value) }),
    failures,
    rows: judged,
    run,
  }))
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`)
  const { state } = quality
  return [
    `${painted(state, mark[state], theme)} ${theme.name(neutralise(quality.assertion))}`,
    `  ${glance(quality, words)}`,
    `  severity ${quality.severity}${quality.blocking ? ', blocking' : ''}`,
    ...quality.acknowledged.map((known) => `  ${acknowledgedWords(known)}`),
    ...(runs.length > 0
      ? [
          '',
          `${theme.bold('by run')}  ${theme.dim(trend(quality.runs))}`,
          ...indented(table(runs, { available: columns - 2, theme })),
        ]
      : ['', '  it was never judged: elt test judges it']),
    ...(partitions.length > 0 ? partitionLines(history, words) : []),
    ...(rows.length > 0
      ? [
          '',
          theme.bold('rows that failed last'),
          ...indented(
            table(
              rows.map(({ row }) => row),
              { available: columns - 2, theme },
            ),
          ),
        ]
      : []),
  ].join('\n')
}

import { neutralise } from '../diagnostics/index.ts'
import { groupBy } from './group-by.ts'
import { plainTheme, type Theme } from './theme.ts'
import { pad, width } from './width.ts'
import { count, moment, number } from './words.ts'

/** Partitions by name, `to` exclusive; both null where a model has none. */
interface Span {
  readonly from: string | null
  readonly to: string | null
}

/** Neighbouring published partitions that agree in everything that matters to a person. */
export interface ExplainedRange extends Span {
  readonly partitions: number
  readonly rows: number
  /** Newest version among them. */
  readonly version: number
  readonly older_code: boolean
  readonly settled: boolean
  readonly partial: boolean
  readonly retired: boolean
  /** Newest build: ISO 8601, UTC. */
  readonly built_at: string
}

/** What one partition (or a model without partitions) has in the warehouse. */
export interface ExplainedRows {
  readonly version: number
  readonly rows: number
  readonly checksum: string
  readonly settled: boolean
  readonly partial: boolean
  readonly older_code: boolean
  readonly fingerprint: string
  readonly built_at: string
  readonly run: string | null
}

/** Something that is read, as it was when the rows were built and as it is now. */
export interface ExplainedRead extends Span {
  readonly upstream: string
  /** Present where it is the relation of another target that is read. */
  readonly deferred_to?: { readonly target: string; readonly relation: string }
  readonly kind: 'window' | 'reference' | 'whole' | 'self'
  readonly built_from: { readonly version: number; readonly published: number } | null
  readonly now: { readonly version: number; readonly published: number }
  readonly changed: boolean
  /** Of file sources: paths. */
  readonly files: readonly string[] | null
  /** Of sources: how their changes are seen. */
  readonly signal: 'files' | 'loaded_at' | 'count' | 'none' | null
}

/** What the plan says of partitions of the model. */
export interface ExplainedDecision extends Span {
  readonly builds: boolean
  readonly reason: string
  /** For people: the reason in a few words. */
  readonly words: string
  readonly partitions: number | null
}

export interface ExplainedAttempt extends Span {
  readonly attempt: number
  readonly run: string
  readonly command: string | null
  readonly status: string
  readonly reason: string
  readonly started_at: string
  readonly finished_at: string | null
  readonly error: string | null
}

/** Everything that is known of a model, or of one partition of it. Plain data in the keys of `--output json`. */
export interface Explanation {
  readonly model: string
  /** `table`, `incremental, day by flight_date`. */
  readonly form: string
  readonly path: string
  readonly relation: string | null
  readonly fingerprint: string
  readonly time_zone: string
  /** The partition that was asked for. */
  readonly partition: string | null
  readonly due: Span | null
  /** Of the partition that was asked for, or of a model without partitions. */
  readonly published: ExplainedRows | null
  /** Of a partitioned model as a whole. */
  readonly ranges: readonly ExplainedRange[]
  readonly decisions: readonly ExplainedDecision[]
  readonly reads: readonly ExplainedRead[]
  readonly attempts: readonly ExplainedAttempt[]
}

/** Lines of a part beyond which the rest is only counted. */
const mostLines = 8

const at = (iso: string, zone: string) => moment(Date.parse(iso), zone)

function spanWords({ from, to }: Span, last: (to: string) => string): string {
  if (from === null || to === null) return ''
  const end = last(to)
  return end === from ? from : `${from} … ${end}`
}

/** A title, and its lines below each other. */
function part(title: string, lines: readonly string[], theme: Theme): string[] {
  const shown = lines.slice(0, mostLines)
  const rest = lines.length - shown.length
  const all = [...shown, ...(rest > 0 ? [theme.dim(`… and ${number(rest)} more (all of them: --output json)`)] : [])]
  return all.map((line, i) => `  ${i === 0 ? theme.dim(pad(title, 9)) : ' '.repeat(9)}  ${line}`.trimEnd())
}

/** Cells in columns as wide as their widest. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => width(row[i] ?? ''))))
  return rows.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0))
      .join('   ')
      .trimEnd(),
  )
}

function rowsLines(published: ExplainedRows, { time_zone, fingerprint }: Explanation): string[] {
  const state = [
    ...(published.settled ? [] : ['not settled']),
    ...(published.partial ? ['built before it was over'] : []),
  ]
  const facts = [`version ${number(published.version)}`, count(published.rows, 'row'), ...state]
  const run = published.run === null ? '' : ` by run ${published.run}`
  return [
    `${facts.join(' · ')} · built ${at(published.built_at, time_zone)}${run}`,
    `checksum ${published.checksum}`,
    published.older_code
      ? `by older code: fingerprint ${published.fingerprint.slice(0, 8)}, the model’s is ${fingerprint.slice(0, 8)}`
      : `by the model’s code as it is now (fingerprint ${fingerprint.slice(0, 8)})`,
  ]
}

function rangeLines(explained: Explanation, last: (to: string) => string): string[] {
  const rows = explained.ranges.map((range) => [
    spanWords(range, last),
    count(range.partitions, 'partition'),
    count(range.rows, 'row'),
    `newest version ${number(range.version)}`,
    [
      range.older_code ? 'older code' : 'current code',
      ...(range.settled ? [] : ['not settled']),
      ...(range.partial ? ['partial'] : []),
      ...(range.retired ? ['retired'] : []),
    ].join(', '),
    `built ${at(range.built_at, explained.time_zone)}`,
  ])
  return aligned(rows)
}

function publishedLines(explained: Explanation, last: (to: string) => string): string[] {
  if (explained.published) return rowsLines(explained.published, explained)
  if (explained.ranges.length > 0) return rangeLines(explained, last)
  return ['nothing: never built']
}

/** Decisions that read the same, as one line: how many partitions, the first few ranges of them, and why. */
function decisionLines({ decisions, partition }: Explanation, last: (to: string) => string, theme: Theme): string[] {
  return [...groupBy(decisions, ({ builds, words }) => `${builds} ${words}`).values()].map((group) => {
    const [first] = group
    const total = group.reduce((sum, decision) => sum + (decision.partitions ?? 0), 0)
    const spans = group.slice(0, 3).map((decision) => spanWords(decision, last))
    const where = [...spans, ...(group.length > 3 ? [`${number(group.length - 3)} more ranges`] : [])].join(', ')
    const what = total > 0 && partition === null ? `${count(total, 'partition')} ${where}` : ''
    const words = neutralise(first?.words ?? '')
    if (first?.builds) return `${theme.warning(['would be built', what].filter(Boolean).join(': '))} · ${words}`
    return what ? `${what} · ${words}` : words
  })
}

function readLines(explained: Explanation, last: (to: string) => string, theme: Theme): string[] {
  const names: Readonly<Record<ExplainedRead['kind'], string>> = {
    window: '',
    reference: 'all of it, as it is',
    whole: 'all of it',
    self: 'its own partitions before',
  }
  const table = explained.reads.map((read) => {
    const state = read.files ? count(read.files.length, 'file') : versionWords(read)
    const now = read.built_from === null || isUnseen(read) ? '' : read.changed ? 'changed since' : 'unchanged'
    const newer = read.changed && read.signal === null ? `: version ${number(read.now.version)} now` : ''
    const { deferred_to: other } = read
    const name = other ? `${read.upstream} of ${other.target} (${other.relation})` : read.upstream
    return [neutralise(name), spanWords(read, last) || names[read.kind], state, `${now}${newer}`]
  })
  return aligned(table).flatMap((line, i) => [line, ...fileLines(explained.reads[i], theme)])
}

/** A table that something else loads has no versions: what is in it is seen by its change signal, or not at all. */
const isUnseen = ({ files, signal }: ExplainedRead): boolean => files === null && signal === 'none'

function versionWords(read: ExplainedRead): string {
  if (isUnseen(read)) return 'a table whose changes cannot be seen'
  const { version, published } = read.built_from ?? read.now
  if (read.signal !== null) return published === 0 ? 'rows that are not watched' : `rows, watched by ${read.signal}`
  return published === 0 ? 'nothing of it yet' : `version ${number(version)}, ${count(published, 'partition')}`
}

function fileLines(read: ExplainedRead | undefined, theme: Theme): string[] {
  const files = read?.files ?? []
  const shown = files.slice(0, 3).map((path) => theme.dim(`  ${neutralise(path)}`))
  return files.length > 3 ? [...shown, theme.dim(`  … and ${number(files.length - 3)} more`)] : shown
}

function attemptLines({ attempts, time_zone, partition }: Explanation, last: (to: string) => string): string[] {
  const rows = attempts.map((attempt) => [
    at(attempt.started_at, time_zone),
    attempt.status,
    ...(partition === null ? [spanWords(attempt, last)] : []),
    attempt.reason,
    `run ${attempt.run}`,
  ])
  return aligned(rows).flatMap((line, i) => {
    const error = attempts[i]?.error
    return error ? [line, `  ${neutralise(error.split('\n')[0] ?? '').slice(0, 160)}`] : [line]
  })
}

/** An explanation for people; `last` names the partition before another one. */
export function explanationText(
  explained: Explanation,
  last: (partition: string) => string,
  theme: Theme = plainTheme,
): string {
  const { model, partition, form, path, relation, due } = explained
  const head = `${theme.bold(neutralise([model, partition].filter(Boolean).join(' ')))}   ${theme.dim(neutralise(`${form} · ${path}`))}`
  const dueWords = due && partition === null ? spanWords(due, last) || 'no partition yet' : ''
  return [
    head,
    '',
    ...(relation === null ? [] : part('relation', [relation], theme)),
    ...(dueWords ? part('due', [dueWords], theme) : []),
    ...(relation === null ? [] : part('published', publishedLines(explained, last), theme)),
    ...part('now', decisionLines(explained, last, theme), theme),
    ...part('reads', readLines(explained, last, theme), theme),
    ...part('attempts', attemptLines(explained, last), theme),
  ].join('\n')
}

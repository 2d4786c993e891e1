import type { Assertion } from '../assertions/index.ts'
import type { Graph } from '../compiler/index.ts'
import { type Diagnostic, neutralise, renderDiagnostic, sortDiagnostics } from '../diagnostics/index.ts'
import type { AssertionOutcome, RunResults } from '../runner/index.ts'
import { differenceTable } from './differences.ts'
import { groupBy } from './group-by.ts'
import { table } from './table.ts'
import { plainTheme, type Theme } from './theme.ts'
import { count, number } from './words.ts'

/** How findings are shown. */
export interface FindingsOptions {
  readonly theme?: Theme
  /** Width of the terminal. */
  readonly columns?: number
  /** Whether warnings are shown, too. Default true. */
  readonly warnings?: boolean
  /** Where more failing rows of an assertion are than are shown; undefined when nowhere. */
  readonly moreRows?: (outcome: AssertionOutcome) => string | undefined
}

/** What only follows from another error is named by the summary. */
const consequences: ReadonlySet<string> = new Set(['blocked', 'kept-blocked'])

/** Errors of one place and code that are shown; the others are counted. */
const mostAlike = 2
/** Rows shown of a failure, and of a warning: one stops people, the other must not hide it. */
const sampleRows = { fail: 5, error: 5, acknowledged: 3, warn: 3, pass: 0 } as const

const place = (d: Diagnostic) => `${d.code} ${d.location?.path}:${d.location?.line}:${d.location?.column}`
const identity = (d: Diagnostic) => `${place(d)} ${d.message}`
/** Assertions that wait for one model are alike wherever they are written. */
const alike = (d: Diagnostic) => (d.code === 'not-judged' ? `${d.code} ${d.help.join(' ')}` : place(d))

/** Sample rows, and rows that differ, are shown as a table, not as notes. */
function withoutRows(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, notes: diagnostic.notes.filter((note) => !/^(?:row|diff): /.test(note)) }
}

/** The columns that an assertion is about come first, so that they are not the ones that do not fit. */
function columnsOf(outcome: AssertionOutcome, assertion: Assertion | undefined): string[] {
  const columns = [...new Set(outcome.sample.flatMap((row) => Object.keys(row)))]
  const asked = assertion?.column
  return asked !== undefined && columns.includes(asked) ? [asked, ...columns.filter((name) => name !== asked)] : columns
}

function sampleLines(outcome: AssertionOutcome, graph: Graph, theme: Theme, available: number): string[] {
  const rows = outcome.sample.slice(0, sampleRows[outcome.status])
  if (rows.length === 0) return []
  const assertion = graph.assertions.find(({ id }) => id === outcome.assertion)
  const lines = table(rows, { columns: columnsOf(outcome, assertion), available: available - 6, theme })
  const rest = outcome.failures - rows.length
  return [...lines, ...(rest > 0 ? [theme.dim(`… and ${number(rest)} more`)] : [])].map((line) => `      ${line}`)
}

/** A warning shows where it is written, an error also the lines there. */
function head(found: Diagnostic, theme: Theme): string {
  if (found.severity === 'error' || !found.location) return renderDiagnostic(withoutRows(found), theme)
  const { location, ...rest } = withoutRows(found)
  return `${renderDiagnostic(rest, theme)}\n${theme.dim(`  at ${neutralise(location?.path ?? '')}:${location?.line}`)}`
}

/** A unit test that did not pass: each of its findings, with the rows that differ below the one that is about them. */
function unitTestBlock(outcome: AssertionOutcome, { theme = plainTheme, columns = 100 }: FindingsOptions): string {
  const { differences = [], diagnostics } = outcome
  const blocks = diagnostics.map((found, i) => {
    const difference = differences[i]
    const lines = difference ? differenceTable(difference, { available: columns - 6, theme }) : []
    return [renderDiagnostic(withoutRows(found), theme), ...lines.map((line) => `      ${line}`)].join('\n')
  })
  return blocks.join('\n\n')
}

/** An assertion that did not pass: its diagnostics, the first rows, and how to see the others. */
function assertionBlock(outcome: AssertionOutcome, graph: Graph, options: FindingsOptions): string {
  const theme = options.theme ?? plainTheme
  const [first, ...others] = sortDiagnostics(outcome.diagnostics)
  const where = outcome.node ? ` on ${outcome.node}` : ''
  const plain = `${neutralise(`${outcome.name}${where}`)}: ${count(outcome.failures, 'row')} of ${number(outcome.rows)}`
  const isShort = outcome.sample.length > 0 && outcome.failures > sampleRows[outcome.status]
  const command = isShort ? options.moreRows?.(outcome) : undefined
  return [
    first ? head(first, theme) : `${outcome.status}: ${plain}`,
    ...sampleLines(outcome, graph, theme, options.columns ?? 100),
    ...(others.length > 0 ? [`note: and ${count(others.length, 'more batch')} with the same finding`] : []),
    ...(command ? [`help: more rows: ${command}`] : []),
  ].join('\n')
}

/** Alike diagnostics by the first few, the others counted. */
function shortened(diagnostics: readonly Diagnostic[], theme: Theme): string[] {
  return [...groupBy(sortDiagnostics(diagnostics), alike).values()].flatMap((group) => {
    const rest = group.length - mostAlike
    const blocks = group.slice(0, mostAlike).map((diagnostic) => renderDiagnostic(diagnostic, theme))
    if (rest <= 0) return blocks
    return [...blocks, theme.dim(`… and ${number(rest)} more like this (all of them: target/run_results.json)`)]
  })
}

/** What a run found, as blocks of text: the gravest last, where people look, next to the summary. */
export function findings(results: RunResults, graph: Graph, options: FindingsOptions = {}): string[] {
  const theme = options.theme ?? plainTheme
  const ofAssertions = new Set(results.assertions.flatMap((a) => a.diagnostics.map(identity)))
  const others = [...results.batches.flatMap((batch) => batch.diagnostics), ...results.diagnostics]
  const failed = results.assertions.filter((a) => a.status === 'fail' || a.status === 'error')
  const calm: ReadonlySet<AssertionOutcome['status']> = new Set(['warn', 'acknowledged'])
  const warned = options.warnings === false ? [] : results.assertions.filter((a) => calm.has(a.status))
  const block = (outcome: AssertionOutcome) =>
    outcome.differences ? unitTestBlock(outcome, options) : assertionBlock(outcome, graph, options)
  // Where something was not built, what could not be judged follows from it, too.
  const isIncomplete = results.batches.some(({ status }) => status === 'failed' || status === 'blocked')
  const follows = (d: Diagnostic) => consequences.has(d.code) || (d.code === 'not-judged' && isIncomplete)
  const unexplained = others.filter((d) => !ofAssertions.has(identity(d)) && !follows(d))
  return [...warned.map(block), ...shortened(unexplained, theme), ...failed.map(block)]
}

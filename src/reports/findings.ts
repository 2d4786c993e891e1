import { type Diagnostic, neutralise, renderDiagnostic, sortDiagnostics } from '../diagnostics/index.ts'
import type { AssertionOutcome, RunResults } from '../runner/index.ts'
import { groupBy } from './group-by.ts'
import { table } from './table.ts'
import { plainTheme, type Theme } from './theme.ts'
import { count, number } from './words.ts'

/** How findings are shown. */
export interface FindingsOptions {
  readonly theme?: Theme
  /** Width of the terminal. */
  readonly columns?: number
  /** The command that shows all failing rows of an assertion; undefined when there is none. */
  readonly moreRows?: (outcome: AssertionOutcome) => string | undefined
}

/** Errors of one place and code that are shown; the others are counted. */
const mostAlike = 2
const mostSampleRows = 5

const place = (d: Diagnostic) => `${d.code} ${d.location?.path}:${d.location?.line}:${d.location?.column}`
const identity = (d: Diagnostic) => `${place(d)} ${d.message}`

/** Sample rows are shown as a table, not as notes. */
function withoutRows(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, notes: diagnostic.notes.filter((note) => !note.startsWith('row: ')) }
}

function sampleLines(outcome: AssertionOutcome, theme: Theme, columns: number): string[] {
  const rows = outcome.sample.slice(0, mostSampleRows)
  if (rows.length === 0) return []
  const lines = table(rows, { available: columns - 6, theme })
  const rest = outcome.failures - rows.length
  return [...lines, ...(rest > 0 ? [theme.dim(`… and ${number(rest)} more`)] : [])].map((line) => `      ${line}`)
}

/** An assertion that did not pass: its diagnostics, the first rows, and how to see the others. */
function assertionBlock(outcome: AssertionOutcome, options: FindingsOptions): string {
  const theme = options.theme ?? plainTheme
  const [first, ...others] = sortDiagnostics(outcome.diagnostics)
  const where = outcome.node ? ` on ${outcome.node}` : ''
  const plain = `${neutralise(`${outcome.name}${where}`)}: ${count(outcome.failures, 'row')} of ${number(outcome.rows)}`
  const command = outcome.sample.length > 0 ? options.moreRows?.(outcome) : undefined
  return [
    first ? renderDiagnostic(withoutRows(first), theme) : `${outcome.status}: ${plain}`,
    ...sampleLines(outcome, theme, options.columns ?? 100),
    ...(others.length > 0 ? [`note: and ${count(others.length, 'more batch')} with the same finding`] : []),
    ...(command ? [`help: all rows: ${command}`] : []),
  ].join('\n')
}

/** Alike diagnostics by the first few, the others counted. */
function shortened(diagnostics: readonly Diagnostic[], theme: Theme): string[] {
  return [...groupBy(sortDiagnostics(diagnostics), place).values()].flatMap((group) => {
    const rest = group.length - mostAlike
    const blocks = group.slice(0, mostAlike).map((diagnostic) => renderDiagnostic(diagnostic, theme))
    if (rest <= 0) return blocks
    return [...blocks, theme.dim(`… and ${number(rest)} more like this (all of them: target/run_results.json)`)]
  })
}

/** What a run found, as blocks of text: errors of batches first, then assertions that failed, then those that warn. */
export function findings(results: RunResults, options: FindingsOptions = {}): string[] {
  const theme = options.theme ?? plainTheme
  const ofAssertions = new Set(results.assertions.flatMap((a) => a.diagnostics.map(identity)))
  const others = [...results.batches.flatMap((batch) => batch.diagnostics), ...results.diagnostics]
  const failed = results.assertions.filter((a) => a.status === 'fail' || a.status === 'error')
  const warned = results.assertions.filter((a) => a.status === 'warn')
  return [
    ...shortened(
      others.filter((d) => !ofAssertions.has(identity(d))),
      theme,
    ),
    ...[...failed, ...warned].map((outcome) => assertionBlock(outcome, options)),
  ]
}

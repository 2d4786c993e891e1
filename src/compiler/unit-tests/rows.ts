import { type Checked, diagnose, locate, nearest } from '../../diagnostics/index.ts'
import type { Project, RowsDefinition } from '../../project/index.ts'
import { oneStatement } from '../../sql/index.ts'
import type { WrittenRows } from '../unit-test.ts'

type TextRows = Extract<RowsDefinition, { format: 'csv' | 'sql' }>

/** The file that a test names, among those in folders of fixtures. */
function fixtureOf({ files }: Project, { format, fixture, location }: TextRows & { readonly fixture: string }) {
  const name = fixture.endsWith(`.${format}`) ? fixture : `${fixture}.${format}`
  const all = [...files.values()].filter(({ path }) => /(?:^|\/)fixtures\/[^/]+$/.test(path))
  const found = all.find(({ path }) => path.endsWith(`/fixtures/${name}`))
  if (found) return { value: found, diagnostics: [] }
  const near = nearest(
    name,
    all.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
  )
  const parameters = { path: `tests/fixtures/${name}`, nearest: near }
  return { value: undefined, diagnostics: [diagnose('unit-test-fixture-missing', parameters, location)] }
}

/** Rows of SQL as one statement, which can stand inside another one. */
function sqlRows(text: string, path: string, start: RowsDefinition['location']): Checked<WrittenRows> {
  const check = oneStatement({ pieces: [{ text }] })
  if (!check.ok) {
    const { fault, text: shown } = check.problem
    return {
      value: undefined,
      diagnostics: [diagnose('not-one-statement', { subject: 'the SQL of rows', fault, text: shown }, start)],
    }
  }
  const plain = check.statement.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')
  return { value: { format: 'sql', text: plain, path, start }, diagnostics: [] }
}

/** Rows with the text of their file, if they have one. */
export function writtenRows(rows: RowsDefinition, project: Project): Checked<WrittenRows> {
  const { path } = rows.location
  if (rows.format === 'dict') return { value: { format: 'dict', rows: rows.rows, path }, diagnostics: [] }
  if (!('fixture' in rows)) {
    const { format, text, lineStarts, location } = rows
    if (format === 'sql') return sqlRows(text, path, location)
    return { value: { format, text, path, ...(lineStarts ? { lineStarts } : {}), start: location }, diagnostics: [] }
  }
  const { value: file, diagnostics } = fixtureOf(project, rows)
  if (!file) return { value: undefined, diagnostics }
  const start = locate(file, 0)
  if (rows.format === 'sql') return sqlRows(file.text, file.path, start)
  const lineStarts = [0]
  for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { value: { format: 'csv', text: file.text, path: file.path, lineStarts, start }, diagnostics: [] }
}

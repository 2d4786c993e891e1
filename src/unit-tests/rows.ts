import type { WrittenRows } from '../compiler/index.ts'
import { type Diagnostic, diagnose, type Location, locate, locateIn, type SourceFile } from '../diagnostics/index.ts'
import { CsvFault, type CsvRecord, recordsOfText } from '../extract/index.ts'
import type { Json } from '../project/index.ts'

/** A value, and where it is written. */
export interface Cell {
  readonly value: Json
  readonly place: () => Location
}

/** Rows by column. `places`: where a column is named first. */
export interface Table {
  readonly columns: readonly string[]
  readonly places: ReadonlyMap<string, () => Location>
  readonly rows: readonly ReadonlyMap<string, Cell>[]
}

/** Rows of a test, read: a table of values, or a SELECT. */
export type ReadRows =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'select'; readonly sql: string; readonly place: Location }

type Files = ReadonlyMap<string, SourceFile>

const nowhere: SourceFile = { path: '', text: '' }

function tableOf(rows: readonly ReadonlyMap<string, Cell>[], places: ReadonlyMap<string, () => Location>): Table {
  return { columns: [...places.keys()], places, rows }
}

function readDict({ rows, path }: Extract<WrittenRows, { format: 'dict' }>, files: Files): Table {
  const file = files.get(path) ?? nowhere
  const places = new Map<string, () => Location>()
  for (const { column, named } of rows.flatMap(({ cells }) => cells)) {
    if (!places.has(column)) places.set(column, () => locate(file, named, named + column.length))
  }
  const table = rows.map(
    ({ cells }) =>
      new Map(cells.map(({ column, value, start, end }) => [column, { value, place: () => locate(file, start, end) }])),
  )
  return tableOf(table, places)
}

type CsvRows = Extract<WrittenRows, { format: 'csv' }>

/** The place of characters of a line of a text, in the file that it stands in. */
function placeIn(
  { path, lineStarts, start }: CsvRows,
  files: Files,
): (line: number, at: number, end: number) => Location {
  const file = files.get(path) ?? nowhere
  return (line, at, end) => {
    const from = lineStarts?.[line - 1]
    return from === undefined ? locateIn(file, start) : locate(file, from + at, from + Math.max(end, at + 1))
  }
}

function fault(error: CsvFault, placed: ReturnType<typeof placeIn>): Diagnostic {
  const parameters = { detail: error.message, help: error.help }
  return diagnose('unit-test-csv', parameters, placed(error.line, error.at, error.at + 1))
}

/** The value of a field: nothing between two commas is NULL, two quotes are an empty text. */
function fieldValue({ fields, text }: CsvRecord, index: number): Json {
  const field = fields[index]
  return field === undefined || (field.value === '' && text[field.at] !== '"') ? null : field.value
}

function isBlank({ fields }: CsvRecord): boolean {
  return fields.length === 1 && (fields[0]?.value ?? '').trim() === ''
}

function readCsv(rows: CsvRows, files: Files, found: Diagnostic[]): Table {
  const placed = placeIn(rows, files)
  const table: Map<string, Cell>[] = []
  let header: readonly string[] | undefined
  const places = new Map<string, () => Location>()
  try {
    for (const record of recordsOfText(rows.text, ',')) {
      if (isBlank(record)) continue
      const { line, fields, text } = record
      if (!header) {
        header = fields.map(({ value }) => value.trim())
        for (const [i, { at, value }] of fields.entries()) {
          const place = () => placed(line, at, at + value.length)
          const name = header[i] ?? ''
          if (places.has(name))
            found.push(diagnose('unit-test-csv', { detail: `two columns \`${name}\``, help: 'remove one' }, place()))
          places.set(name, place)
        }
        continue
      }
      if (fields.length !== header.length) {
        const detail = `${fields.length} fields in a line, and ${header.length} columns in the first`
        const parameters = { detail, help: 'quote fields that hold a comma' }
        found.push(diagnose('unit-test-csv', parameters, placed(line, 0, text.length)))
        continue
      }
      const cells = header.map((name, i): [string, Cell] => {
        const at = fields[i]?.at ?? 0
        const end = (fields[i + 1]?.at ?? text.length + 1) - 1
        return [name, { value: fieldValue(record, i), place: () => placed(line, at, end) }]
      })
      table.push(new Map(cells))
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    found.push(fault(error, placed))
  }
  return tableOf(table, places)
}

/** Reads rows as they are written; what is wrong with them is reported at its place. */
export function readRows(rows: WrittenRows, files: Files, found: Diagnostic[]): ReadRows {
  if (rows.format === 'dict') return { kind: 'table', table: readDict(rows, files) }
  if (rows.format === 'csv') return { kind: 'table', table: readCsv(rows, files, found) }
  return { kind: 'select', sql: rows.text, place: locateIn(files.get(rows.path) ?? nowhere, rows.start) }
}

import { bug } from '../../diagnostics/index.ts'
import type { FileRead } from '../contract.ts'
import { quote, text } from '../standard-text.ts'

/** A column of the read, with the engine's type. */
interface TypedColumn {
  readonly name: string
  readonly type: string
}

const compressions = { none: 'uncompressed', gzip: 'gzip', zstd: 'zstd' } as const

/** The name under which a CSV row carries its file; no header has it. */
const fileColumn = quote('__elt_file')

function list(paths: readonly string[]): string {
  return `[${paths.map(literalPath).join(', ')}]`
}

/** Paths are taken as they are: what the engine would read as a pattern is escaped. */
function literalPath(path: string): string {
  return text(path.replace(/[*?[]/g, '[$&]'))
}

function emptyRelation(columns: readonly TypedColumn[]): string {
  return `select ${columns.map((c) => `null::${c.type} as ${quote(c.name)}`).join(', ')} where false`
}

function readJson(read: FileRead, columns: readonly TypedColumn[]): string {
  const types = columns.map((c) => `${text(c.name)}: ${text(c.type)}`).join(', ')
  const options = `format = 'newline_delimited', compression = '${compressions[read.compression]}'`
  const names = columns.map((c) => quote(c.name)).join(', ')
  return `(select ${names} from read_json(${list(read.paths)}, columns = {${types}}, ${options}))`
}

function readParquet(read: FileRead, columns: readonly TypedColumn[]): string {
  const casts = columns.map((c) => `cast(${quote(c.name)} as ${c.type}) as ${quote(c.name)}`).join(', ')
  const rows = `select * from read_parquet(${list(read.paths)}, union_by_name = true)`
  return `(select ${casts} from (${emptyRelation(columns)} union all by name ${rows}))`
}

/** A field of a CSV file as its type, or an error that names file, column and text. */
function csvField(column: TypedColumn): string {
  const name = quote(column.name)
  if (column.type === 'VARCHAR') return name
  const tried = `try_cast(${name} as ${column.type})`
  const words = text(` in column ${column.name} is no ${column.type}: `)
  const complaint = `error(${fileColumn} || ${words} || ${name})`
  return `case when ${tried} is null and ${name} is not null then ${complaint} else ${tried} end as ${name}`
}

function readCsv(read: FileRead, columns: readonly TypedColumn[]): string {
  const options = [
    'header = true',
    'all_varchar = true',
    `delim = ${text(read.delimiter ?? ',')}`,
    `quote = '"'`,
    `escape = '"'`,
    "comment = ''",
    'skip = 0',
    // The engine's errors name the file only when there is one, and no names to unite.
    ...(read.paths.length > 1 ? ['union_by_name = true'] : []),
    `filename = '__elt_file'`,
    `compression = '${compressions[read.compression]}'`,
  ]
  const texts = [...columns, { name: '__elt_file', type: 'VARCHAR' }].map((c) => ({ name: c.name, type: 'VARCHAR' }))
  const rows = `select * from read_csv(${list(read.paths)}, ${options.join(', ')})`
  return `(select ${columns.map(csvField).join(', ')} from (${emptyRelation(texts)} union all by name ${rows})${someValue(columns)})`
}

/** Refuses rows of a CSV file that has none of the columns in its header: without a header, or another file altogether. */
function someValue(columns: readonly TypedColumn[]): string {
  if (columns.length < 2) return ''
  const names = columns.map((c) => quote(c.name)).join(', ')
  const words = text(' has a row without a value in any declared column: is its header missing')
  return ` where case when coalesce(${names}) is null then error(${fileColumn} || ${words}) else true end`
}

/**
 * A table expression with exactly the columns asked for, by name, in every format: a column that a file lacks is NULL, a
 * value that does not fit its type is an error, other columns are left out. An instant without an offset is taken as UTC.
 */
export function readFiles(read: FileRead, type: (logical: string) => string | undefined): string {
  const columns = read.columns.map((c) => ({ name: c.name, type: type(c.type) ?? bug(`no type: ${c.type}`) }))
  if (read.paths.length === 0) return `(${emptyRelation(columns)})`
  if (read.format === 'ndjson') return readJson(read, columns)
  return read.format === 'csv' ? readCsv(read, columns) : readParquet(read, columns)
}

import type { Column, FileRead, InferRequest, Inferred, Row } from '../contract.ts'
import { quote, text } from '../standard-text.ts'
import { openConnection } from './connection.ts'
import { dialect } from './dialect.ts'
import { spillFolder } from './open.ts'
import { rowReader } from './values.ts'

/** Rows of text files that are looked at: enough to meet the odd value, few enough for a second or two. */
const sampledRows = 200_000

type Query = (sql: string) => Promise<Row[]>

const compressions = { none: 'uncompressed', gzip: 'gzip', zstd: 'zstd' } as const

const list = (paths: readonly string[]) => `[${paths.map((path) => text(path.replace(/[*?[]/g, '[$&]'))).join(', ')}]`

/** The logical type of a column whose file says its type. */
function logicalType(engine: string): string {
  const type = engine.toUpperCase()
  if (/^(?:TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT)$/.test(type)) return 'integer'
  if (/^(?:BIGINT|UINTEGER)$/.test(type)) return 'bigint'
  if (type === 'UBIGINT') return 'decimal(20,0)'
  if (/^U?HUGEINT$/.test(type)) return 'decimal(38,0)'
  if (/^(?:DOUBLE|FLOAT)$/.test(type)) return 'double'
  if (/^DECIMAL\(\d+,\d+\)$/.test(type)) return type.toLowerCase()
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'DATE') return 'date'
  if (type === 'TIME') return 'time'
  if (type.startsWith('TIMESTAMP WITH TIME ZONE')) return 'instant'
  if (type.startsWith('TIMESTAMP')) return 'local'
  return /^(?:STRUCT|MAP|JSON|UNION)|\[\d*\]$/.test(type) ? 'json' : 'text'
}

/** A column that is read as text, with what its values are to be tried as. */
interface TextColumn {
  readonly name: string
  /** Numbers and booleans, too: JSON says itself what is one. */
  readonly numbers: boolean
}

const zone = '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'

/** Counts of the values of a column, and of those that each type fits; in this order the first that fits all is taken. */
function trials({ name, numbers }: TextColumn): readonly (readonly [type: string, condition: string])[] {
  const c = quote(name)
  const has = (pattern: string) => `regexp_matches(${c}, ${text(pattern)})`
  const casts = (type: string) => `try_cast(${c} as ${type}) is not null`
  const time = '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:'
  return [
    // A number that begins with 0 is a code: as a number it would lose it.
    ...(numbers
      ? ([
          ['boolean', `lower(${c}) in ('true', 'false')`],
          ['bigint', `${casts('BIGINT')} and ${has('^-?(0|[1-9][0-9]*)$')}`],
          ['double', `${casts('DOUBLE')} and ${has('^-?(0|[1-9][0-9]*)?([.][0-9]+)?([eE][-+]?[0-9]+)?$')}`],
        ] as const)
      : []),
    ['date', `${casts('DATE')} and ${has('^[0-9]{4}-[0-9]{2}-[0-9]{2}$')}`],
    ['instant', `${casts('TIMESTAMP WITH TIME ZONE')} and ${has(time)} and ${has(zone)}`],
    ['local', `${casts('TIMESTAMP')} and ${has(time)} and not ${has(zone)}`],
    ['time', `${casts('TIME')} and ${has('^[0-9]{2}:[0-9]{2}(:[0-9]{2})?')}`],
  ]
}

/** The types of columns of text, by what all of their values are. A column without any value stays text. */
async function typesOfTexts(query: Query, rows: string, columns: readonly TextColumn[]): Promise<Map<string, string>> {
  if (columns.length === 0) return new Map()
  const tried = columns.map((column) => ({ column, of: trials(column) }))
  const counts = tried.flatMap(({ column, of }, i) => [
    `count(${quote(column.name)}) as all_${i}`,
    ...of.map(([type, condition]) => `count(*) filter (where ${condition}) as ${type}_${i}`),
  ])
  const [row] = await query(`select ${counts.join(', ')} from (select * from ${rows} limit ${sampledRows})`)
  return new Map(
    tried.map(({ column, of }, i) => {
      const all = Number(row?.[`all_${i}`] ?? 0)
      const found = of.find(([type]) => all > 0 && Number(row?.[`${type}_${i}`]) === all)
      return [column.name, found?.[0] ?? 'text']
    }),
  )
}

async function describe(query: Query, rows: string): Promise<Column[]> {
  const found = await query(`describe select * from ${rows}`)
  return found.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }))
}

async function columnsOfCsv(query: Query, paths: string, compression: string): Promise<Column[]> {
  // As the reader of sources has it: a comma, a header, and texts.
  const rows = `read_csv(${paths}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', comment = '', skip = 0, union_by_name = true, compression = '${compression}')`
  const columns = await describe(query, rows)
  const types = await typesOfTexts(
    query,
    rows,
    columns.map(({ name }) => ({ name, numbers: true })),
  )
  return columns.map(({ name }) => ({ name, type: types.get(name) ?? 'text' }))
}

async function columnsOfJson(query: Query, paths: string, compression: string): Promise<Column[]> {
  const options = `format = 'newline_delimited', compression = '${compression}'`
  const columns = await describe(
    query,
    `read_json(${paths}, ${options}, union_by_name = true, sample_size = ${sampledRows}, maximum_depth = 1)`,
  )
  const known = columns.map(({ name, type }) => ({ name, type: logicalType(type) }))
  // Where all is read as JSON, a quotation mark tells a text from a number.
  const typed = await describe(
    query,
    `read_json(${paths}, ${options}, union_by_name = true, sample_size = ${sampledRows})`,
  )
  const types = new Map(typed.map(({ name, type }) => [name, logicalType(type)]))
  const isText = (type: string | undefined) =>
    type !== undefined && ['text', 'date', 'local', 'instant', 'time'].includes(type)
  const texts = known.filter(({ name }) => isText(types.get(name)))
  const struct = texts.map(({ name }) => `${text(name)}: 'VARCHAR'`).join(', ')
  const found = await typesOfTexts(
    query,
    `read_json(${paths}, columns = {${struct}}, ${options})`,
    texts.map(({ name }) => ({ name, numbers: false })),
  )
  return known.map(({ name }) => ({ name, type: found.get(name) ?? types.get(name) ?? 'text' }))
}

function columnsOf(query: Query, { paths, format, compression }: InferRequest): Promise<Column[]> {
  const files = list(paths)
  if (format === 'csv') return columnsOfCsv(query, files, compressions[compression])
  if (format === 'ndjson') return columnsOfJson(query, files, compressions[compression])
  return describe(query, `read_parquet(${files}, union_by_name = true)`).then((columns) =>
    columns.map(({ name, type }) => ({ name, type: logicalType(type) })),
  )
}

const isTime = ({ type }: Column) => type === 'date' || type === 'instant' || type === 'local'

/** The least and the greatest of a file's time columns, read as the source will be. */
async function boundsOf(query: Query, read: FileRead, path: string): Promise<Inferred['bounds'][number][]> {
  const times = read.columns.filter(isTime)
  const rows = times.length === 0 ? undefined : dialect.readFiles({ ...read, columns: times, paths: [path] })
  if (!rows) return []
  const limits = times.flatMap(({ name }, i) => [
    `epoch_ms(min(${quote(name)})::TIMESTAMP) as from_${i}`,
    `epoch_ms(max(${quote(name)})::TIMESTAMP) as to_${i}`,
  ])
  const [row] = await query(`select ${limits.join(', ')} from ${rows}`)
  return times.flatMap(({ name }, i) => {
    const [from, to] = [row?.[`from_${i}`], row?.[`to_${i}`]]
    return from === null || from === undefined ? [] : [{ path, column: name, from: Number(from), to: Number(to) }]
  })
}

/** Looks into files with an engine in memory, which sees nothing but what it is told to read. */
export async function inferFiles(request: InferRequest): Promise<Inferred> {
  const { default: driver } = await import('@duckdb/node-api')
  const instance = await driver.DuckDBInstance.create(':memory:', { temp_directory: spillFolder() })
  const raw = await instance.connect()
  try {
    await raw.run("set global TimeZone = 'UTC'")
    const connection = openConnection(raw, rowReader(driver), () => {})
    const query: Query = (sql) => connection.query(sql)
    const columns = await columnsOf(query, request)
    const bounds: Inferred['bounds'][number][] = []
    for (const path of request.paths) bounds.push(...(await boundsOf(query, { ...request, columns }, path)))
    return { columns, bounds }
  } finally {
    raw.closeSync()
    instance.closeSync()
  }
}

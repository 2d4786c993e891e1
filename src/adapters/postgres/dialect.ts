import { bug } from '../../diagnostics/index.ts'
import type { Column, Dialect, FileRead, PartitionColumn, RelationName } from '../contract.ts'
import { finite, instantOf, literal, localDate, wallClock } from '../standard-literal.ts'
import { quote, relation, text } from '../standard-text.ts'
import { append, replacePartition, replaceTable } from '../standard-write.ts'
import { attachments } from './attachments.ts'
import { checksum } from './checksum.ts'
import { evolve } from './evolve.ts'
import { functions } from './functions.ts'
import { pieces } from './pieces.ts'
import { size, ties } from './ties.ts'
import { unstorable } from './types.ts'
import { history, merge } from './write.ts'

const simpleTypes: ReadonlyMap<string, string> = new Map([
  ['boolean', 'boolean'],
  ['integer', 'integer'],
  ['bigint', 'bigint'],
  ['double', 'double precision'],
  ['text', 'text'],
  ['string', 'text'],
  ['varchar', 'text'],
  ['date', 'date'],
  ['instant', 'timestamp with time zone'],
  ['local', 'timestamp without time zone'],
  ['time', 'time without time zone'],
  ['json', 'jsonb'],
])

/** The most digits that a column of decimals may declare. */
const mostDigits = 1000

function type(logical: string): string | undefined {
  const name = logical.trim().toLowerCase()
  const decimal = /^decimal\s*\(\s*(\d{1,4})\s*,\s*(\d{1,4})\s*\)$/.exec(name)
  if (!decimal) return simpleTypes.get(name)
  const [precision, scale] = [Number(decimal[1]), Number(decimal[2])]
  return precision >= 1 && precision <= mostDigits && scale <= precision ? `numeric(${precision},${scale})` : undefined
}

function finiteOrdinal(column: PartitionColumn, unit: 'hour' | 'day' | 'month' | 'year', timeZone: string): string {
  const clock = wallClock(column, timeZone)
  const year = `(cast(extract(year from ${clock}) as integer) - 1970)`
  if (unit === 'year') return year
  if (unit === 'month') return `(${year} * 12 + cast(extract(month from ${clock}) as integer) - 1)`
  if (unit === 'day') return `(cast(${clock} as date) - date '1970-01-01')`
  return `cast(floor(extract(epoch from ${instantOf(column, timeZone)}) / 3600) as bigint)`
}

function ordinal(...[column, unit, timeZone]: Parameters<typeof finiteOrdinal>): string {
  return finite(column, finiteOrdinal(column, unit, timeZone))
}

function createTable(target: RelationName, columns: readonly Column[]): string {
  return `create table ${relation(target)} (\n${columns.map((c) => `  ${quote(c.name)} ${c.type}`).join(',\n')}\n)`
}

/** The server reads no files of this machine; where there are none, there is a relation of their columns. */
function readFiles({ paths, columns }: FileRead): string | undefined {
  if (paths.length > 0) return undefined
  const empty = (column: Column): string =>
    `cast(null as ${type(column.type) ?? bug(`no type: ${column.type}`)}) as ${quote(column.name)}`
  return `(select ${columns.map(empty).join(', ')} where false)`
}

export const dialect: Dialect = {
  quote,
  literal,
  type,
  localDate,
  readFiles,
  write: {
    replace_partition: replacePartition,
    table: replaceTable,
    merge,
    append,
    history,
  },
  ddl: {
    // `create schema if not exists` asks for the right to make one also where there is nothing to make.
    createSchema: (schema) =>
      `do ${text(`begin if to_regnamespace(${text(quote(schema))}) is null then create schema if not exists ${quote(schema)}; end if; end`)}`,
    stage: (staging, select) =>
      `create${staging.schema === 'pg_temp' ? ' temporary' : ''} table ${relation(staging)} as (\n${select}\n)`,
    createTable,
    // A table made of a SELECT would take collations over, which those that are filled from staged rows do not have.
    createTableAs: (target, columns, select) => [
      createTable(target, columns),
      `insert into ${relation(target)} (${columns.map(({ name }) => quote(name)).join(', ')}) (\n${select}\n)`,
    ],
    createView: (target, select) => `create or replace view ${relation(target)} as (\n${select}\n)`,
    drop: (target, kind) => `drop ${kind} if exists ${relation(target)}`,
    size,
    pieces,
  },
  evolve,
  unstorable,
  ties,
  attach: attachments,
  checksum,
  // Columns of some types (json, xml, point) have no order of their own: their text has.
  firstRows: (select, limit) =>
    `select * from (\n${select}\n) as elt_rows order by elt_rows::text collate "C" limit ${limit}`,
  ordinal,
  functions,
}

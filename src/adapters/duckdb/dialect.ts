import type { Dialect, PartitionColumn, RelationName } from '../contract.ts'
import { finite, instantOf, literal, localDate, wallClock } from '../standard-literal.ts'
import { quote, relation } from '../standard-text.ts'
import { append, replacePartition, replaceTable } from '../standard-write.ts'
import { checksum } from './checksum.ts'
import { comment } from './comment.ts'
import { evolve } from './evolve.ts'
import { functions } from './functions.ts'
import { readFiles } from './read-files.ts'
import { history, merge } from './write.ts'

const simpleTypes: ReadonlyMap<string, string> = new Map([
  ['boolean', 'BOOLEAN'],
  ['integer', 'INTEGER'],
  ['bigint', 'BIGINT'],
  ['double', 'DOUBLE'],
  ['text', 'VARCHAR'],
  ['string', 'VARCHAR'],
  ['varchar', 'VARCHAR'],
  ['date', 'DATE'],
  ['instant', 'TIMESTAMP WITH TIME ZONE'],
  ['local', 'TIMESTAMP'],
  ['time', 'TIME'],
  ['json', 'JSON'],
])

/** The engine's name of a logical type; undefined when it has none. */
export function type(logical: string): string | undefined {
  const name = logical.trim().toLowerCase()
  const decimal = /^decimal\s*\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)$/.exec(name)
  if (!decimal) return simpleTypes.get(name)
  const [precision, scale] = [Number(decimal[1]), Number(decimal[2])]
  return precision >= 1 && precision <= 38 && scale <= precision ? `DECIMAL(${precision},${scale})` : undefined
}

function finiteOrdinal(column: PartitionColumn, unit: 'hour' | 'day' | 'month' | 'year', timeZone: string): string {
  const clock = wallClock(column, timeZone)
  if (unit === 'year') return `(year(${clock}) - 1970)`
  if (unit === 'month') return `((year(${clock}) - 1970) * 12 + month(${clock}) - 1)`
  if (unit === 'day') return `(cast(${clock} as date) - date '1970-01-01')`
  return `cast(floor(epoch(${instantOf(column, timeZone)}) / 3600) as bigint)`
}

function ordinal(...[column, unit, timeZone]: Parameters<typeof finiteOrdinal>): string {
  return finite(column, finiteOrdinal(column, unit, timeZone))
}

/** Relations of the connection's own say so when they are made. */
function temporary({ schema }: RelationName): string {
  return schema === 'temp' ? ' temporary' : ''
}

export const dialect: Dialect = {
  quote,
  literal,
  type,
  localDate,
  readFiles: (read) => readFiles(read, type),
  write: {
    replace_partition: replacePartition,
    table: replaceTable,
    merge,
    append,
    history,
  },
  ddl: {
    createSchema: (schema) => `create schema if not exists ${quote(schema)}`,
    stage: (staging, select) => `create or replace${temporary(staging)} table ${relation(staging)} as (\n${select}\n)`,
    createTable: (target, columns) =>
      `create${temporary(target)} table ${relation(target)} (\n${columns.map((c) => `  ${quote(c.name)} ${c.type}`).join(',\n')}\n)`,
    createTableAs: (target, _, select) => [`create table ${relation(target)} as (\n${select}\n)`],
    createView: (target, select) => `create or replace view ${relation(target)} as (\n${select}\n)`,
    drop: (target, kind) => `drop ${kind} if exists ${relation(target)}`,
  },
  evolve,
  // Nobody has rights here, and a table with an index cannot be altered.
  attach: { comment },
  checksum,
  firstRows: (select, limit) => `${select} order by all limit ${limit}`,
  ordinal,
  functions,
}

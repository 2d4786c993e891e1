import { Dictionary, fromJson, type TemplateValue, Tuple } from '../template/index.ts'
import { datePart } from './dbt-dates.ts'
import { type BuiltinMacro, macro } from './macro.ts'
import type { MacroCall } from './macro-call.ts'

/** The values of a column, most frequent first unless the template says otherwise; ties in the order of the values. */
function columnValues(call: MacroCall): TemplateValue {
  const [table, column] = [call.sql('table'), call.sql('column')]
  const otherwise = call.given('default')?.value
  const where = call.sqlOr('where', undefined)
  const order = call.sqlOr('order_by', 'count(*) desc')
  const limit = call.given('max_records') ? `\nlimit ${call.count('max_records')}` : ''
  const sql = `select ${column} as value
from ${table}${where === undefined ? '' : `\nwhere ${where}`}
group by ${column}
order by ${order}, ${column}${limit}`
  const found = call.host.rowsOf(sql, call.site, otherwise !== undefined)
  if (!found || found.rows.length === 0) return otherwise ?? []
  return found.rows.map(([value]) => fromJson(value ?? null))
}

function queryOf(call: MacroCall): string {
  return call.sql('query').replace(/;\s*$/, '')
}

/** The first value of the first row. While it is not known, what can be printed stands in for it. */
function singleValue(call: MacroCall): TemplateValue {
  const found = call.host.rowsOf(queryOf(call), call.site, false)
  const otherwise = call.given('default')?.value ?? null
  if (!found) return otherwise ?? 'null'
  const [row] = found.rows
  return row ? fromJson(row[0] ?? null) : otherwise
}

/** Lists of values by column. While they are not known, every column is an empty one. */
function resultsByColumn(call: MacroCall): TemplateValue {
  const found = call.host.rowsOf(queryOf(call), call.site, false)
  if (!found) return new Dictionary([], true, new Tuple([]))
  const entries = found.columns.map((name, index): [string, TemplateValue] => [
    name,
    new Tuple(found.rows.map((row) => fromJson(row[index] ?? null))),
  ])
  return new Dictionary(entries)
}

/** How many bounds of a part lie between two dates, as a number that the warehouse works out. */
function intervalsBetween(call: MacroCall): TemplateValue {
  const sql = `select ${call.dbt('datediff', call.sql('start_date'), call.sql('end_date'), datePart(call))} as intervals`
  const [row] = call.host.rowsOf(sql, call.site, false)?.rows ?? []
  const value = row?.[0] ?? 1
  return typeof value === 'string' ? Number(value) : fromJson(value)
}

/** Macros of `dbt_utils.` that ask the warehouse for rows. */
export const askingMacros: readonly BuiltinMacro[] = [
  macro(
    'dbt_utils',
    "get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none)",
    columnValues,
  ),
  macro('dbt_utils', 'get_single_value(query, default=none)', singleValue),
  macro('dbt_utils', 'get_query_results_as_dict(query)', resultsByColumn),
  macro('dbt_utils', 'get_intervals_between(start_date, end_date, datepart)', intervalsBetween),
]

import type { TemplateValue } from '../template/index.ts'
import { datePart } from './dbt-dates.ts'
import { type BuiltinMacro, macro } from './macro.ts'
import type { MacroCall } from './macro-call.ts'
import { grouped, slug } from './sql-words.ts'

/** What stands for null in a surrogate key, so that it differs from an empty text. */
const nullText = '_dbt_utils_surrogate_key_null_'

function expressions(call: MacroCall, name: string): readonly string[] {
  const items = call.list(name).map((value) => call.sqlOf(value, name))
  return items.length > 0 ? items : call.refuse(name, `\`${name}\` must be a list of at least one expression`)
}

function surrogateKey(call: MacroCall): string {
  const treatsAlike = call.host.variable('surrogate_key_treat_nulls_as_empty_strings') === true
  const absent = call.host.dialect.literal({ type: 'text', value: treatsAlike ? '' : nullText })
  const type = call.dbt('type_string')
  const fields = expressions(call, 'field_list').map((field) => `coalesce(cast(${field} as ${type}), ${absent})`)
  return call.dbt(
    'hash',
    call.dbt(
      'concat',
      fields.flatMap((field, i) => (i === 0 ? [field] : ["'-'", field])),
    ),
  )
}

function nullsAsZero(call: MacroCall, operator: '+' | '-'): string {
  const fields = expressions(call, 'field_list').map((field) => `coalesce(${field}, 0)`)
  return fields.length === 1 ? (fields[0] ?? '') : `(${call.join(fields, ` ${operator} `)})`
}

function safeDivide(call: MacroCall): string {
  return `(${grouped(call.sql('numerator'))} / nullif(${grouped(call.sql('denominator'))}, 0))`
}

/** A value of `pivot`, compared and as part of a name. */
function pivotValue(call: MacroCall, value: TemplateValue): { readonly test: string; readonly name: string } {
  const { literal } = call.host.dialect
  const compare = call.sqlOr('cmp', '=')
  if (value === null) {
    if (compare !== '=') call.refuse('values', `none has no place behind \`${compare}\``)
    return { test: 'is null', name: 'null' }
  }
  if (typeof value === 'boolean')
    return { test: `${compare} ${literal({ type: 'boolean', value })}`, name: String(value) }
  if (typeof value === 'string') return { test: `${compare} ${literal({ type: 'text', value })}`, name: value }
  const number = call.sqlOf(value, 'values')
  return { test: `${compare} ${literal({ type: 'number', value: number })}`, name: number }
}

function pivot(call: MacroCall): string {
  const column = grouped(call.sql('column'))
  const [then, otherwise] = [
    call.sqlOr('then_value', '1'),
    call.isNone('else_value') ? 'null' : call.sqlOr('else_value', '0'),
  ]
  const [aggregate, distinct] = [call.sqlOr('agg', 'sum'), call.flag('distinct', false) ? 'distinct ' : '']
  const [isNamed, isQuoted] = [call.flag('alias', true), call.flag('quote_identifiers', true)]
  const lines = call.list('values').map((value) => {
    const { test, name } = pivotValue(call, value)
    const sql = `${aggregate}(${distinct}case when ${column} ${test} then ${then} else ${otherwise} end)`
    if (!isNamed) return sql
    const full = `${call.text('prefix')}${name}${call.text('suffix')}`
    const plain = isQuoted ? full : slug(full)
    if (plain === '')
      call.refuse('values', `the value '${name}' gives no name of a column`, "add prefix='…', or leave it out")
    return `${sql} as ${isQuoted ? call.quote(full, 'values') : plain}`
  })
  return call.join(lines, ',\n  ')
}

/** A SELECT of the dates from the first, as many as bounds of the part lie before the end. */
function dateSpine(call: MacroCall): string {
  const part = datePart(call)
  const [start, end] = [call.sql('start_date'), call.sql('end_date')]
  const series = call.host.dialect.functions.series(call.dbt('datediff', start, end, part), 'generated_number')
  const date = call.dbt('dateadd', part, 'generated_number', start)
  return `select ${date} as date_${part}\nfrom ${series}`
}

function generateSeries(call: MacroCall): string {
  const { series } = call.host.dialect.functions
  return `select generated_number + 1 as generated_number\nfrom ${series(String(call.count('upper_bound')), 'generated_number')}`
}

/** More columns than any query has. */
const mostColumns = 10_000

function groupBy(call: MacroCall): string {
  const count = call.count('n')
  if (count > mostColumns) call.refuse('n', `\`n\` can be at most ${mostColumns}`)
  return `group by ${Array.from({ length: count }, (_, i) => i + 1).join(', ')}`
}

function powersOfTwo(call: MacroCall): TemplateValue {
  const bound = call.count('upper_bound')
  return Math.max(1, Math.ceil(Math.log2(bound)))
}

function widthBucket(call: MacroCall): string {
  const all = ['expr', 'min_value', 'max_value', 'num_buckets'].map((name) => grouped(call.sql(name)))
  const [value, low, high, count] = all
  const nullable = all.filter((one) => !/^\d/.test(one)).map((one) => `${one} is null`)
  const isNull = nullable.length > 0 ? `\n  when ${nullable.join(' or ')} then null` : ''
  const place = `cast(${value} - ${low} as double precision) * ${count} / (${high} - ${low})`
  return `(case${isNull}
  when ${value} < ${low} then 0
  when ${value} >= ${high} then ${count} + 1
  else least(cast(floor(${place}) as integer) + 1, ${count})
end)`
}

const kilometresPerMile = 1.60934
const earthRadiusInMiles = 3961

function haversineDistance(call: MacroCall): string {
  const unit = call.text('unit', 'mi')
  if (unit !== 'mi' && unit !== 'km') call.refuse('unit', "`unit` must be 'mi' or 'km'")
  const [lat1, lon1, lat2, lon2] = ['lat1', 'lon1', 'lat2', 'lon2'].map((name) => grouped(call.sql(name)))
  const half = (a?: string, b?: string) => `power(sin(radians(${b} - ${a}) / 2), 2)`
  const angle = `${half(lat1, lat2)} + cos(radians(${lat1})) * cos(radians(${lat2})) * ${half(lon1, lon2)}`
  const miles = `2 * ${earthRadiusInMiles} * asin(sqrt(${angle}))`
  return unit === 'mi' ? `(${miles})` : `(${miles} * ${kilometresPerMile})`
}

function deduplicate(call: MacroCall): string {
  const { firstOfEach } = call.host.dialect.functions
  return firstOfEach(call.sql('relation'), call.sql('partition_by'), call.sql('order_by'))
}

/** Macros of `dbt_utils.` that write SQL from their arguments alone. */
export const generatorMacros: readonly BuiltinMacro[] = [
  macro('dbt_utils', 'generate_surrogate_key(field_list)', surrogateKey),
  macro('dbt_utils', 'safe_add(field_list)', (call) => nullsAsZero(call, '+')),
  macro('dbt_utils', 'safe_subtract(field_list)', (call) => nullsAsZero(call, '-')),
  macro('dbt_utils', 'safe_divide(numerator, denominator)', safeDivide),
  macro(
    'dbt_utils',
    "pivot(column, values, alias=true, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=true, distinct=false)",
    pivot,
  ),
  macro('dbt_utils', 'date_spine(datepart, start_date, end_date)', dateSpine),
  macro('dbt_utils', 'generate_series(upper_bound)', generateSeries),
  macro('dbt_utils', 'get_powers_of_two(upper_bound)', powersOfTwo),
  macro('dbt_utils', 'group_by(n)', groupBy),
  macro('dbt_utils', 'width_bucket(expr, min_value, max_value, num_buckets)', widthBucket),
  macro('dbt_utils', "haversine_distance(lat1, lon1, lat2, lon2, unit='mi')", haversineDistance),
  macro('dbt_utils', 'degrees_to_radians(degrees)', (call) => `(acos(-1) * ${grouped(call.sql('degrees'))} / 180)`),
  macro('dbt_utils', 'deduplicate(relation, partition_by, order_by)', deduplicate),
]

import { type BuiltinMacro, macro } from './macro.ts'
import type { MacroCall } from './macro-call.ts'
import { grouped } from './sql-words.ts'

const types: readonly (readonly [string, string])[] = [
  ['string', 'text'],
  ['int', 'integer'],
  ['bigint', 'bigint'],
  ['float', 'double'],
  ['numeric', 'decimal(28,6)'],
  ['boolean', 'boolean'],
  ['timestamp', 'local'],
]

function typeName(call: MacroCall, logical: string): string {
  return call.host.dialect.type(logical) ?? call.refuse('', `the engine has no type for \`${logical}\``)
}

function textLiteral(call: MacroCall, value: string): string {
  return call.host.dialect.literal({ type: 'text', value })
}

/** The text with its quotes doubled: it stands between quotes that the template writes. */
function escaped(call: MacroCall): string {
  const literal = textLiteral(call, call.text('expression'))
  return literal.startsWith("'")
    ? literal.slice(1, -1)
    : call.refuse('expression', '`expression` has a character that no text can hold')
}

/** A text literal. Quotes that were doubled before stay so; else they are doubled, so that no value ends its literal. */
function stringLiteral(call: MacroCall): string {
  const value = call.given('value')?.value ?? null
  const text = typeof value === 'string' ? value : call.sqlOf(value, 'value')
  const isDoubled = (text.match(/'+/g) ?? []).every((quotes) => quotes.length % 2 === 0)
  return textLiteral(call, isDoubled ? text.replaceAll("''", "'") : text)
}

function listAggregate(call: MacroCall): string {
  const order = call.sqlOr('order_by_clause', undefined)?.replace(/^order\s+by\s+/i, '')
  const limit = call.given('limit_num') ? call.count('limit_num') : undefined
  return call.host.dialect.functions.joinValues(call.sql('measure'), call.sqlOr('delimiter_text', "','"), order, limit)
}

function arrayOf(call: MacroCall): string {
  const items = call.list('inputs').map((value) => call.sqlOf(value, 'inputs'))
  return call.host.dialect.functions.array.of(items, call.sqlOr('data_type', undefined) ?? typeName(call, 'integer'))
}

/** Equal also where both are null. */
function equals(call: MacroCall): string {
  const [a, b] = [grouped(call.sql('expr1')), grouped(call.sql('expr2'))]
  return `(${a} is not distinct from ${b})`
}

/** Macros of `dbt.` about types, texts, aggregates, arrays and sets. */
export const valueMacros: readonly BuiltinMacro[] = [
  ...types.map(([name, logical]) => macro('dbt', `type_${name}()`, (call) => typeName(call, logical))),
  macro('dbt', 'cast(field, type)', (call) => `cast(${call.sql('field')} as ${call.sql('type')})`),
  macro('dbt', 'safe_cast(field, type)', (call) =>
    call.host.dialect.functions.safeCast(call.sql('field'), call.sql('type')),
  ),
  macro('dbt', 'cast_bool_to_text(field)', (call) => `cast(${call.sql('field')} as ${call.dbt('type_string')})`),
  macro('dbt', 'concat(fields)', (call) =>
    call.list('fields').length === 0
      ? call.refuse('fields', '`fields` must be a list of at least one expression')
      : call.join(
          call.list('fields').map((field) => grouped(call.sqlOf(field, 'fields'))),
          ' || ',
        ),
  ),
  macro('dbt', 'hash(field)', (call) => call.host.dialect.functions.hash(call.sql('field'))),
  macro('dbt', 'length(expression)', (call) => `length(${call.sql('expression')})`),
  macro(
    'dbt',
    'position(substring_text, string_text)',
    (call) => `position(${grouped(call.sql('substring_text'))} in ${grouped(call.sql('string_text'))})`,
  ),
  macro(
    'dbt',
    'replace(field, old_chars, new_chars)',
    (call) => `replace(${call.sql('field')}, ${call.sql('old_chars')}, ${call.sql('new_chars')})`,
  ),
  macro(
    'dbt',
    'right(string_text, length_expression)',
    (call) => `right(${call.sql('string_text')}, ${call.sql('length_expression')})`,
  ),
  macro('dbt', 'split_part(string_text, delimiter_text, part_number)', (call) =>
    call.host.dialect.functions.splitPart(call.sql('string_text'), call.sql('delimiter_text'), call.sql('part_number')),
  ),
  macro('dbt', 'string_literal(value)', stringLiteral),
  macro('dbt', 'escape_single_quotes(expression)', escaped),
  macro('dbt', 'any_value(expression)', (call) => call.host.dialect.functions.anyValue(call.sql('expression'))),
  macro('dbt', 'bool_or(expression)', (call) => call.host.dialect.functions.anyTrue(call.sql('expression'))),
  macro('dbt', 'listagg(measure, delimiter_text="\',\'", order_by_clause=none, limit_num=none)', listAggregate),
  macro('dbt', 'array_construct(inputs=[], data_type=none)', arrayOf),
  macro('dbt', 'array_append(array, new_element)', (call) =>
    call.host.dialect.functions.array.append(call.sql('array'), call.sql('new_element')),
  ),
  macro('dbt', 'array_concat(array_1, array_2)', (call) =>
    call.host.dialect.functions.array.concatenate(call.sql('array_1'), call.sql('array_2')),
  ),
  macro('dbt', 'except()', () => 'except'),
  macro('dbt', 'intersect()', () => 'intersect'),
  macro('dbt', 'equals(expr1, expr2)', equals),
]

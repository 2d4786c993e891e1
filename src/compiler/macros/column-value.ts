import type { Column, Dialect } from '../../adapters/contract.ts'
import { Callable, Printable, type TemplateValue } from '../template/index.ts'

const integer = /^u?(?:tiny|small|medium|big|huge)?int(?:eger)?\d*$/i
const float = /^(?:float\d*|double(?: precision)?|real)$/i
const numeric = /^(?:decimal|numeric|number|bignumeric)\b/i

const columns = new WeakMap<Printable, Column>()

/** A column as templates hold it: `column.name`, `column.quoted`, `column.data_type`, `column.is_string()` … */
export function columnValue(column: Column, dialect: Dialect): Printable {
  const { name, type } = column
  const isText = type === dialect.type('text') || /^(?:text|(?:var)?char|string)\b/i.test(type)
  const asked: readonly (readonly [string, boolean])[] = [
    ['is_string', isText],
    ['is_integer', integer.test(type)],
    ['is_float', float.test(type)],
    ['is_numeric', numeric.test(type)],
    ['is_number', [integer, float, numeric].some((pattern) => pattern.test(type))],
  ]
  const members = new Map<string, TemplateValue>([
    ['name', name],
    ['column', name],
    ['quoted', dialect.quote(name)],
    ['data_type', type],
    ['dtype', type],
    ...asked.map(([method, answer]): [string, TemplateValue] => [method, new Callable(method, () => answer)]),
  ])
  const value = new Printable({ description: `the column \`${name}\``, members })
  columns.set(value, column)
  return value
}

/** The column that such a value is. */
export function columnOf(value: TemplateValue): Column | undefined {
  return value instanceof Printable ? columns.get(value) : undefined
}

import type { Json } from '../project/index.ts'
import type { Assertion } from './assertion.ts'
import { catalogue } from './catalogue/index.ts'

/** A column that an assertion names, of the node it is written at or of another one. */
export interface NamedColumn {
  readonly node: string
  readonly column: string
}

function textsOf(value: Json | undefined): readonly string[] {
  const values: readonly Json[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return values.filter((one) => typeof one === 'string')
}

/** Every column that an assertion of the catalogue names; none of a singular one, which is SQL alone. */
export function namedColumns(assertion: Assertion): readonly NamedColumn[] {
  const { node, column, type } = assertion
  const definition = catalogue.get(type)
  if (node === undefined || !definition) return []
  const own = column === undefined || definition.column === 'none' ? [] : [{ node, column }]
  const given = Object.entries(definition.arguments)
  const [relation] = given.filter(([, { kind }]) => kind === 'relation')
  // Where another relation is named, the columns among the arguments are its own.
  const owner = relation ? String(assertion.arguments[relation[0]]) : node
  const named = given
    .filter(([, { kind }]) => kind === 'column' || kind === 'columns')
    .flatMap(([name]) => textsOf(assertion.arguments[name]))
  return [...own, ...named.map((name) => ({ node: owner, column: name }))]
}

/** Whether a person wrote SQL in an assertion of the catalogue: only then can its query be wrong although its columns exist. */
export function holdsSql(assertion: Assertion): boolean {
  const definition = catalogue.get(assertion.type)
  if (!definition) return false
  if (assertion.where !== undefined || assertion.arguments.quote === false) return true
  return Object.entries(definition.arguments).some(([name, { kind }]) => {
    const value = assertion.arguments[name]
    return (kind === 'expression' || kind === 'bound') && typeof value === 'string'
  })
}

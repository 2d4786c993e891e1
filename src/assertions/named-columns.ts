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
  if (node !== undefined && assertion.sql) {
    // Anything may be written for a column: only what is a name can be missing.
    return column !== undefined && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(column) ? [{ node, column }] : []
  }
  if (node === undefined || !definition) return []
  const own = column === undefined || definition.column === 'none' ? [] : [{ node, column }]
  const given = Object.entries(definition.arguments)
  const [relation] = given.filter(([, { kind }]) => kind === 'relation')
  const other = relation && assertion.arguments[relation[0]]
  const named = given
    .filter(([, { kind }]) => kind === 'column' || kind === 'columns')
    .flatMap(([name, { ofOther }]) => {
      const owner = ofOther && typeof other === 'string' ? other : node
      return textsOf(assertion.arguments[name]).map((column) => ({ node: owner, column }))
    })
  return [...own, ...named]
}

/** Whether a person wrote SQL in an assertion of the catalogue: only then can its query be wrong although its columns exist. */
export function holdsSql(assertion: Assertion): boolean {
  if (assertion.sql) return true
  const definition = catalogue.get(assertion.type)
  if (!definition) return false
  if (assertion.where !== undefined || assertion.failCalc !== undefined || assertion.arguments.quote === false)
    return true
  return Object.entries(definition.arguments).some(([name, { kind }]) => {
    const value = assertion.arguments[name]
    return (kind === 'expression' || kind === 'expressions' || kind === 'bound') && textsOf(value).length > 0
  })
}

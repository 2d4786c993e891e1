import type { ParsedTemplate } from './parse.ts'
import type { Site } from './site.ts'
import type { CallExpression, Expression } from './tree.ts'
import { Dictionary, float, numberOf, type TemplateValue, Tuple } from './value.ts'
import { walk } from './walk.ts'

/** A call found without rendering. */
export interface LiteralCall {
  readonly name: string
  /** Arguments in order; undefined stands for one that is not a literal. */
  readonly positional: readonly (TemplateValue | undefined)[]
  readonly named: ReadonlyMap<string, TemplateValue | undefined>
  readonly site: Site
  readonly positionalSites: readonly Site[]
  readonly namedSites: ReadonlyMap<string, Site>
  /** Whether it stands in an `if`, a loop or a macro, and so may never run. */
  readonly conditional: boolean
}

/** All calls of these names in a template (its own macros included), in order of appearance. */
export function literalCalls(template: ParsedTemplate, names: readonly string[]): readonly LiteralCall[] {
  const found: LiteralCall[] = []
  walk(template.statements, {
    expression: (expression, conditional) => {
      if (expression.kind !== 'call' || expression.callee.kind !== 'name') return
      const { name } = expression.callee
      if (names.includes(name)) found.push(literalCall(name, expression, template, conditional))
    },
  })
  return found
}

function literalCall(name: string, call: CallExpression, { file }: ParsedTemplate, conditional: boolean): LiteralCall {
  const positional = call.arguments.filter((a) => a.kind === 'positional' || a.kind === 'spread-list')
  const named = call.arguments.filter((a) => a.kind === 'named')
  const siteOf = ({ start, end }: Expression): Site => ({ file, start, end })
  return {
    name,
    positional: positional.map((a) => (a.kind === 'positional' ? literalValue(a.value) : undefined)),
    named: new Map(named.map((a) => [a.name, literalValue(a.value)])),
    site: siteOf(call),
    positionalSites: positional.map((a) => siteOf(a.value)),
    namedSites: new Map(named.map((a) => [a.name, siteOf(a.value)])),
    conditional,
  }
}

/** The value of an expression that consists of literals only. */
function literalValue(expression: Expression): TemplateValue | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'list':
      return literalItems(expression.items)
    case 'tuple': {
      const items = literalItems(expression.items)
      return items && new Tuple(items)
    }
    case 'dictionary':
      return literalEntries(expression.entries)
    case 'sign': {
      const value = literalValue(expression.operand)
      const number = value === undefined ? undefined : numberOf(value)
      if (number === undefined || expression.operator === '+') return number === undefined ? undefined : value
      return typeof value === 'number' ? -value : float(-number)
    }
    default:
      return undefined
  }
}

function literalItems(expressions: readonly Expression[]): TemplateValue[] | undefined {
  const items = expressions.map(literalValue)
  return items.every((item) => item !== undefined) ? items : undefined
}

function literalEntries(
  entries: readonly { readonly key: Expression; readonly value: Expression }[],
): Dictionary | undefined {
  const keys = literalItems(entries.map((entry) => entry.key))
  const values = literalItems(entries.map((entry) => entry.value))
  if (!keys?.every((key) => typeof key === 'string') || !values) return undefined
  return new Dictionary(keys.map((key, i) => [key, values[i] ?? null]))
}

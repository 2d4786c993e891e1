import type { LibraryMacro } from './macros.ts'
import type { ParsedTemplate } from './parse.ts'
import type { CallExpression, Expression, Statement } from './tree.ts'
import { walk } from './walk.ts'

/** A call of a function with texts as arguments, found without running the template. */
export interface LiteralCall {
  readonly name: string
  readonly positional: readonly string[]
}

/** A stretch of a template that is the same in every run: its text, or what stands in `{{ }}`. */
export type LiteralPart = { readonly text: string } | { readonly call: LiteralCall } | { readonly printed: string }

function literalText(expression: Expression): string | undefined {
  return expression.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined
}

function literalCall(call: CallExpression): LiteralCall | undefined {
  if (call.callee.kind !== 'name') return undefined
  const positional: string[] = []
  for (const argument of call.arguments) {
    if (argument.kind === 'named') continue
    const text = argument.kind === 'positional' ? literalText(argument.value) : undefined
    if (text === undefined) return undefined
    positional.push(text)
  }
  return { name: call.callee.name, positional }
}

function partOf(statement: Statement): LiteralPart | undefined {
  if (statement.kind === 'text') return { text: statement.text }
  if (statement.kind !== 'output') return undefined
  const { expression } = statement
  if (expression.kind === 'call') {
    const call = literalCall(expression)
    return call && { call }
  }
  const isMember = expression.kind === 'member' && expression.target.kind === 'name'
  return isMember ? { printed: expression.target.name } : undefined
}

/** A template that is nothing but text and calls with literal arguments, in order; undefined for every other one. */
export function literalParts({ statements }: ParsedTemplate): readonly LiteralPart[] | undefined {
  const parts: LiteralPart[] = []
  for (const statement of statements) {
    const part = partOf(statement)
    if (!part) return undefined
    parts.push(part)
  }
  return parts
}

/** The literal calls that stand directly in `{{ }}`, in no branch, loop or block. */
export function literalOutputs({ statements }: ParsedTemplate): readonly LiteralCall[] {
  return statements.flatMap((statement) => {
    const part = partOf(statement)
    return part && 'call' in part ? [part.call] : []
  })
}

/**
 * Every call of these functions anywhere in a template and in macros, branches that are never taken included; undefined when
 * one of them is used otherwise than by calling it with literal texts.
 */
export function allLiteralCalls(
  template: ParsedTemplate,
  macros: readonly LibraryMacro[],
  names: ReadonlySet<string>,
): readonly LiteralCall[] | undefined {
  const found: LiteralCall[] = []
  let mentions = 0
  const expression = (one: Expression) => {
    if (one.kind === 'name' && names.has(one.name)) mentions++
    if (one.kind !== 'call' || one.callee.kind !== 'name' || !names.has(one.callee.name)) return
    const call = literalCall(one)
    if (call) found.push(call)
  }
  walk(template.statements, { expression })
  for (const { definition } of macros) {
    const { start, end } = definition
    walk([{ kind: 'macro', macro: definition, start, end }], { expression })
  }
  return mentions === found.length ? found : undefined
}

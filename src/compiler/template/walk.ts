import type { Expression, MacroDefinition, Span, Statement, Target } from './tree.ts'

/** What a walk meets, parents before their children, in the order of the text. */
export interface Visitor {
  readonly expression?: (expression: Expression) => void
  readonly statement?: (statement: Statement) => void
}

/** Visits all statements and expressions of a tree, bodies of macros and blocks included. */
export function walk(statements: readonly Statement[], visitor: Visitor): void {
  for (const statement of statements) walkStatement(statement, visitor)
}

function walkStatement(statement: Statement, visitor: Visitor): void {
  visitor.statement?.(statement)
  switch (statement.kind) {
    case 'output':
    case 'do':
      walkExpression(statement.expression, visitor)
      break
    case 'set':
      walkExpression(statement.value, visitor)
      break
    case 'if':
      for (const { condition, body } of statement.branches) {
        walkExpression(condition, visitor)
        walk(body, visitor)
      }
      walk(statement.otherwise, visitor)
      break
    case 'for':
      walkExpression(statement.iterable, visitor)
      if (statement.filter) walkExpression(statement.filter, visitor)
      walk(statement.body, visitor)
      walk(statement.otherwise, visitor)
      break
    case 'with':
      for (const { value } of statement.bindings) walkExpression(value, visitor)
      walk(statement.body, visitor)
      break
    case 'macro':
      walkMacro(statement.macro, visitor)
      break
    case 'call':
      walkExpression(statement.call, visitor)
      walkMacro(statement.caller, visitor)
      break
    case 'text':
    case 'break':
    case 'continue':
      break
  }
}

function walkMacro(macro: MacroDefinition, visitor: Visitor): void {
  for (const parameter of macro.parameters) if (parameter.initial) walkExpression(parameter.initial, visitor)
  walk(macro.body, visitor)
}

function walkExpression(expression: Expression, visitor: Visitor): void {
  visitor.expression?.(expression)
  if (expression.kind === 'capture') walk(expression.body, visitor)
  for (const child of childrenOf(expression)) walkExpression(child, visitor)
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
    case 'capture':
      return []
    case 'list':
    case 'tuple':
      return expression.items
    case 'dictionary':
      return expression.entries.flatMap(({ key, value }) => [key, value])
    case 'member':
      return [expression.target]
    case 'index':
      return [expression.target, expression.index]
    case 'slice':
      return [expression.target, expression.from, expression.to, expression.step].filter((e) => e !== undefined)
    case 'call':
      return [expression.callee, ...expression.arguments.map((a) => a.value)]
    case 'filter':
    case 'test':
      return [expression.operand, ...expression.arguments.map((a) => a.value)]
    case 'not':
    case 'sign':
      return [expression.operand]
    case 'and':
    case 'or':
    case 'concat':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'compare':
      return [expression.first, ...expression.rest.map((r) => r.operand)]
    case 'conditional':
      return [expression.value, expression.condition, ...(expression.otherwise ? [expression.otherwise] : [])]
  }
}

const mentionedIn = new WeakMap<readonly Statement[], ReadonlySet<string>>()

/**
 * The names that statements read anywhere within. With `a.b` read, `a` and `a.b` are among them; with `a` as a value that is
 * neither called nor asked for a member by name, `a` and `a.*`: any member of it may be meant.
 */
export function mentionedNames(statements: readonly Statement[]): ReadonlySet<string> {
  const known = mentionedIn.get(statements)
  if (known) return known
  const names = new Set<string>()
  const resolved = new Set<Expression>()
  const expression = (e: Expression): void => {
    if (e.kind === 'member' && e.target.kind === 'name') {
      resolved.add(e.target)
      names.add(`${e.target.name}.${e.name}`)
    } else if (e.kind === 'call') resolved.add(e.callee)
    else if (e.kind === 'name') {
      names.add(e.name)
      if (!resolved.has(e)) names.add(`${e.name}.*`)
    }
  }
  walk(statements, { expression })
  mentionedIn.set(statements, names)
  return names
}

/** The variables that a target assigns. */
export function targetNames(target: Target): readonly (Span & { readonly name: string })[] {
  if (target.kind === 'tuple') return target.items.flatMap(targetNames)
  return target.kind === 'name' ? [target] : []
}

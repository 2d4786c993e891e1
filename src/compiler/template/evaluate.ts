import { nearest } from '../../diagnostics/index.ts'
import { callArguments } from './arguments.ts'
import { asNumber, contains, equal, isTrue, keyOf, order } from './compare.ts'
import { filters } from './filters.ts'
import { type Frame, lookUp, siteIn } from './frame.ts'
import { TooManyHoles } from './holes.ts'
import { dataMember, elementOf, memberNames, memberOf, sliceOf } from './member.ts'
import { Input } from './operation.ts'
import { arithmetic, joinTexts } from './operators.ts'
import { kindOf, printed, represented } from './print.ts'
import { type Found, Poison, Undefined } from './scope.ts'
import { bindArguments } from './signature.ts'
import { fail } from './site.ts'
import type { CallExpression, ComparisonOperator, Expression } from './tree.ts'
import {
  type CallArguments,
  Callable,
  Dictionary,
  float,
  isInteger,
  isList,
  type TemplateValue,
  Tuple,
} from './value.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>

/** The value of an expression; what is undefined is an error. */
export function evaluate(expression: Expression, frame: Frame): TemplateValue {
  const found = resolve(expression, frame)
  return found instanceof Undefined ? found.raise(siteIn(frame, expression)) : found
}

/** The value of an expression, or what stands for a name or member that has none. */
function resolve(expression: Expression, frame: Frame): Found {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'name':
      return lookUp(expression.name, frame)
    case 'list':
      return expression.items.map((item) => evaluate(item, frame))
    case 'tuple':
      return new Tuple(expression.items.map((item) => evaluate(item, frame)))
    case 'dictionary':
      return dictionary(expression, frame)
    case 'member':
      return member(expression, frame)
    case 'index':
      return index(expression, frame)
    case 'slice':
      return slice(expression, frame)
    case 'call':
      return call(expression, frame)
    case 'filter':
      return filter(expression, frame)
    case 'test':
      return test(expression, frame) !== expression.negated
    case 'not':
      return !truth(expression.operand, frame)
    case 'sign':
      return sign(expression, frame)
    case 'and':
    case 'or':
      return logic(expression, frame)
    case 'concat':
      return concat(expression, frame)
    case 'arithmetic': {
      const [left, right] = [evaluate(expression.left, frame), evaluate(expression.right, frame)]
      return arithmetic(expression.operator, left, right, frame.run.meter, siteIn(frame, expression))
    }
    case 'compare':
      return compare(expression, frame)
    case 'conditional':
      return conditional(expression, frame)
    case 'capture':
      return frame.run.capture(expression.body, frame)
  }
}

/** Whether an expression counts as true. */
export function truth(expression: Expression, frame: Frame): boolean {
  return isTrue(evaluate(expression, frame), siteIn(frame, expression))
}

function dictionary(expression: Of<'dictionary'>, frame: Frame): Dictionary {
  const entries = expression.entries.map(
    ({ key, value }) => [keyOf(evaluate(key, frame), siteIn(frame, key)), evaluate(value, frame)] as const,
  )
  return new Dictionary(entries)
}

/** How the owner of a missing member is named: by its name where it has one. */
function ownerOf(target: Expression, value: TemplateValue): string {
  const kind = kindOf(value)
  return target.kind === 'name' && !kind.includes('`') ? `\`${target.name}\` (${kind})` : kind
}

function member(expression: Of<'member'>, frame: Frame): Found {
  const target = evaluate(expression.target, frame)
  const { name } = expression
  const found = memberOf(target, name, frame.run)
  if (found !== undefined) return found
  return new Undefined(() => {
    const owner = ownerOf(expression.target, target)
    const near = nearest(name, memberNames(target))
    return fail('undefined-member', { member: name, owner, nearest: near }, siteIn(frame, expression.nameSpan))
  })
}

function index(expression: Of<'index'>, frame: Frame): Found {
  const target = evaluate(expression.target, frame)
  const key = evaluate(expression.index, frame)
  const site = siteIn(frame, expression.index)
  const found = elementOf(target, key, frame.run, site)
  if (found !== undefined) return found
  return new Undefined(() => {
    const shown = represented(key, frame.run.meter, site)
    const near = typeof key === 'string' && !Array.isArray(target) ? nearest(key, dataNames(target)) : undefined
    return fail(
      'undefined-member',
      { member: `[${shown}]`, owner: ownerOf(expression.target, target), nearest: near },
      site,
    )
  })
}

function dataNames(value: TemplateValue): string[] {
  return value instanceof Dictionary
    ? [...value.entries.keys()].filter((key) => typeof key === 'string')
    : [...memberNames(value)]
}

function slice(expression: Of<'slice'>, frame: Frame): TemplateValue {
  const bound = (part: Expression | undefined): number | undefined => {
    const value = part ? evaluate(part, frame) : null
    if (value === null || isInteger(value)) return value ?? undefined
    const problem = `a slice has integers as bounds, not ${kindOf(value)}`
    return fail('template-type', { problem }, siteIn(frame, part ?? expression))
  }
  const target = evaluate(expression.target, frame)
  const bounds = { from: bound(expression.from), to: bound(expression.to), step: bound(expression.step) }
  return sliceOf(target, bounds, frame.run, siteIn(frame, expression))
}

/** The function that a call calls; anything else is an error. */
export function calleeOf(expression: CallExpression, frame: Frame): Callable {
  const callee = evaluate(expression.callee, frame)
  if (callee instanceof Callable) return callee
  return fail('not-callable', { what: ownerOf(expression.callee, callee) }, siteIn(frame, expression))
}

function call(expression: CallExpression, frame: Frame): TemplateValue {
  const callee = calleeOf(expression, frame)
  return invoke(callee, callArguments(expression.arguments, siteIn(frame, expression), frame, evaluate), frame)
}

/** Calls a function of the host, a method or a macro. */
export function invoke(callee: Callable, given: CallArguments, frame: Frame): TemplateValue {
  frame.run.meter.step(given.site)
  try {
    return callee.call(given)
  } catch (error) {
    if (!(error instanceof TooManyHoles)) throw error
    const what = 'the template has too many different relations and bounds'
    return fail('template-limit', { what, limit: `${TooManyHoles.limit}` }, given.site)
  }
}

/** `value | attr('name')`: a member, never an entry of a dictionary; undefined where there is none, so that it can be asked for. */
function attribute(operand: TemplateValue, given: CallArguments): Found {
  const bound = bindArguments('attr', [{ name: 'name', required: true }], given).get('name')
  const member = bound?.value
  if (typeof member !== 'string') {
    return fail('template-type', { problem: `\`attr\` needs a text, not ${kindOf(member ?? null)}` }, given.site)
  }
  const found = operand instanceof Dictionary ? undefined : dataMember(operand, member)
  const help = operand instanceof Dictionary ? { help: `read an entry with \`x['${member}']\`` } : {}
  return found ?? new Undefined((site) => fail('undefined-member', { member, owner: kindOf(operand), ...help }, site))
}

function filter(expression: Of<'filter'>, frame: Frame): Found {
  const { name, nameSpan } = expression
  const site = siteIn(frame, { start: nameSpan.start, end: expression.end })
  const given = callArguments(expression.arguments, site, frame, evaluate)
  const found = resolve(expression.operand, frame)
  if (name === 'attr' && !(found instanceof Undefined)) return attribute(found, given)
  if (!(found instanceof Undefined)) {
    // The first of nothing is undefined: `x | first | default('none')`.
    if ((name === 'first' || name === 'last') && isEmpty(found)) {
      const problem = `${kindOf(found)} without elements has no ${name}`
      return new Undefined(() => fail('template-type', { problem }, site))
    }
    return frame.run.applyFilter(name, found, given)
  }
  const operation = filters.get(name)
  if ((name !== 'default' && name !== 'd') || !operation || found instanceof Poison) {
    return found.raise(siteIn(frame, expression.operand))
  }
  return new Input(name, operation, '', given, frame.run).argument('default_value') ?? ''
}

function isEmpty(value: TemplateValue): boolean {
  if (value instanceof Tuple) return value.items.length === 0
  return value === '' || (isList(value) && value.length === 0)
}

/** Whether an expression is an `if` without `else` that does not hold: it prints nothing, and counts as undefined. */
function isNothing(expression: Expression, frame: Frame): boolean {
  return expression.kind === 'conditional' && !expression.otherwise && !truth(expression.condition, frame)
}

function test(expression: Of<'test'>, frame: Frame): boolean {
  const { name, nameSpan } = expression
  const site = siteIn(frame, { start: nameSpan.start, end: expression.end })
  const found = resolve(expression.operand, frame)
  const isAsked = name === 'defined' || name === 'undefined'
  if (isAsked && isNothing(expression.operand, frame)) return name === 'undefined'
  if (found instanceof Undefined && isAsked && !(found instanceof Poison)) return name === 'undefined'
  const value = found instanceof Undefined ? found.raise(siteIn(frame, expression.operand)) : found
  return frame.run.applyTest(name, value, callArguments(expression.arguments, site, frame, evaluate))
}

function sign(expression: Of<'sign'>, frame: Frame): TemplateValue {
  const value = evaluate(expression.operand, frame)
  const number = asNumber(value)
  if (number === undefined) {
    return fail('template-type', { problem: `${kindOf(value)} has no sign` }, siteIn(frame, expression))
  }
  if (expression.operator === '+') return value
  return isInteger(value) || typeof value === 'boolean' ? 0 - number : float(-number)
}

function logic(expression: Of<'and' | 'or' | 'concat'>, frame: Frame): TemplateValue {
  const left = evaluate(expression.left, frame)
  const decides = isTrue(left, siteIn(frame, expression.left)) === (expression.kind === 'or')
  return decides ? left : evaluate(expression.right, frame)
}

function concat(expression: Of<'and' | 'or' | 'concat'>, frame: Frame): string {
  const { meter } = frame.run
  const text = (part: Expression) => printed(evaluate(part, frame), meter, siteIn(frame, part))
  return joinTexts(text(expression.left), text(expression.right), meter, siteIn(frame, expression))
}

function compare(expression: Of<'compare'>, frame: Frame): boolean {
  let left = evaluate(expression.first, frame)
  let from = expression.first
  for (const { operator, operand } of expression.rest) {
    const right = evaluate(operand, frame)
    if (!holds(operator, left, right, frame, { start: from.start, end: operand.end })) return false
    left = right
    from = operand
  }
  return true
}

function holds(
  operator: ComparisonOperator,
  left: TemplateValue,
  right: TemplateValue,
  frame: Frame,
  span: { readonly start: number; readonly end: number },
): boolean {
  const { meter } = frame.run
  const site = siteIn(frame, span)
  switch (operator) {
    case '==':
      return equal(left, right, meter, site)
    case '!=':
      return !equal(left, right, meter, site)
    case '<':
      return order(left, right, meter, site) < 0
    case '<=':
      return order(left, right, meter, site) <= 0
    case '>':
      return order(left, right, meter, site) > 0
    case '>=':
      return order(left, right, meter, site) >= 0
    case 'in':
      return contains(right, left, meter, site)
    case 'not in':
      return !contains(right, left, meter, site)
  }
}

/** `a if c else b`. Without `else` it is empty text where the condition fails, as in `{{ ',' if not loop.last }}`. */
function conditional(expression: Of<'conditional'>, frame: Frame): TemplateValue {
  if (truth(expression.condition, frame)) return evaluate(expression.value, frame)
  return expression.otherwise ? evaluate(expression.otherwise, frame) : ''
}

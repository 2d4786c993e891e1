import { callArguments } from './arguments.ts'
import { elements } from './compare.ts'
import { calleeOf, evaluate, invoke, truth } from './evaluate.ts'
import { type Frame, siteIn } from './frame.ts'
import { loopVariable } from './loop.ts'
import { callMacro, Macro } from './macro-call.ts'
import { kindOf, printed } from './print.ts'
import { Scope } from './scope.ts'
import { bindArguments } from './signature.ts'
import { Sink } from './sink.ts'
import { fail } from './site.ts'
import type { Expression, Span, Statement, Target } from './tree.ts'
import { type CallArguments, type Callable, isList, Namespace, type TemplateValue, Tuple } from './value.ts'
import { mentionedNames } from './walk.ts'

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>

/** How a statement leaves a loop early. */
type Jump = 'break' | 'continue' | undefined

/** Runs statements in order, writing what they print. */
export function execute(statements: readonly Statement[], frame: Frame, sink: Sink): Jump {
  for (const statement of statements) {
    try {
      const jump = executeOne(statement, frame, sink)
      if (jump) return jump
    } catch (error) {
      if (!frame.recover) throw error
      frame.recover(error, statement)
    }
  }
  return undefined
}

/** Statements rendered to text, with variables of their own. */
export function capture(body: readonly Statement[], frame: Frame): string {
  const sink = new Sink()
  execute(body, { file: frame.file, run: frame.run, scope: new Scope(frame.scope) }, sink)
  return sink.toText()
}

function executeOne(statement: Statement, frame: Frame, sink: Sink): Jump {
  switch (statement.kind) {
    case 'text':
      frame.run.meter.output(siteIn(frame, statement), statement.text.length)
      sink.write(statement.text, origin(statement, frame, true))
      return undefined
    case 'output':
      output(statement.expression, frame, sink)
      return undefined
    case 'do':
      evaluate(statement.expression, frame)
      return undefined
    case 'if':
      return execute(branch(statement, frame), frame, sink)
    case 'for':
      return loop(statement, frame, sink)
    case 'break':
    case 'continue':
      return statement.kind
    case 'with':
      return execute(statement.body, withVariables(statement, frame), sink)
    case 'set':
      assign(statement.target, evaluate(statement.value, frame), frame)
      return undefined
    case 'macro':
      frame.scope.set(statement.macro.name, new Macro(statement.macro, frame.scope, frame.run))
      return undefined
    case 'call':
      callBlock(statement, frame, sink)
      return undefined
  }
}

function branch(statement: Of<'if'>, frame: Frame): readonly Statement[] {
  return statement.branches.find(({ condition }) => truth(condition, frame))?.body ?? statement.otherwise
}

function origin({ start, end }: Span, frame: Frame, verbatim: boolean) {
  return { path: frame.file.path, start, end, verbatim }
}

function output(expression: Expression, frame: Frame, sink: Sink): void {
  if (expression.kind === 'call') {
    const callee = calleeOf(expression, frame)
    const given = callArguments(expression.arguments, siteIn(frame, expression), frame, evaluate)
    callAndPrint(callee, given, expression, frame, sink)
  } else {
    print(evaluate(expression, frame), expression, frame, sink)
  }
}

/** Prints what a call gives. A macro streams its body, so that its lines keep their own origin. */
function callAndPrint(callee: Callable, given: CallArguments, call: Expression, frame: Frame, sink: Sink): void {
  const result = callee instanceof Macro ? callMacro(callee, given) : { value: invoke(callee, given, frame) }
  if (result instanceof Sink) for (const part of result.parts) sink.parts.push(part)
  else print(result.value, call, frame, sink)
}

function print(value: TemplateValue, expression: Expression, frame: Frame, sink: Sink): void {
  const site = siteIn(frame, expression)
  if (value === null) {
    const help = "run it with `{% do … %}`, or print `{{ x or 'null' }}`"
    fail('template-type', { problem: 'there is nothing to print: the value is none', help }, site)
  }
  const text = printed(value, frame.run.meter, site)
  frame.run.meter.output(site, text.length)
  sink.write(text, origin(expression, frame, false))
}

/** The values of `with` are those of the scope around it: `with a = 1, b = a` reads an outer `a`, as in Jinja. */
function withVariables({ bindings }: Of<'with'>, frame: Frame): Frame {
  const values = bindings.map(({ value }) => evaluate(value, frame))
  const inner: Frame = { file: frame.file, run: frame.run, scope: new Scope(frame.scope) }
  for (const [index, { target }] of bindings.entries()) assign(target, values[index] ?? null, inner)
  return inner
}

function loop(statement: Of<'for'>, frame: Frame, sink: Sink): Jump {
  const site = siteIn(frame, statement.iterable)
  const items = chosen(statement, elements(evaluate(statement.iterable, frame), site), frame)
  return turns(statement, items, 0, frame, sink)
}

/** `loop(children)`: the body of a recursive loop for other elements, one level deeper, as text. */
function deeper(statement: Of<'for'>, depth: number, frame: Frame): (call: CallArguments) => string {
  return (call) => {
    const values = bindArguments('loop', [{ name: 'iterable', required: true }], call).get('iterable')
    const inner = new Sink()
    frame.run.meter.enter(call.site, 'loop')
    try {
      const items = chosen(statement, elements(values?.value ?? null, values?.site ?? call.site), frame)
      turns(statement, items, depth, frame, inner)
      return inner.toText()
    } finally {
      frame.run.meter.leave()
    }
  }
}

function turns(statement: Of<'for'>, items: readonly TemplateValue[], depth: number, frame: Frame, sink: Sink): Jump {
  const { meter, endedInLoop } = frame.run
  if (items.length === 0) return execute(statement.otherwise, frame, sink)
  const memory = {}
  const again = statement.recursive ? deeper(statement, depth + 1, frame) : undefined
  const usesLoop = mentionedNames(statement.body).has('loop')
  for (const [turn, item] of items.entries()) {
    const inner: Frame = { file: frame.file, run: frame.run, scope: new Scope(frame.scope) }
    assign(statement.target, item, inner)
    if (usesLoop) inner.scope.set('loop', loopVariable({ items, turn, depth, memory, meter, again }))
    const jump = execute(statement.body, inner, sink)
    if (turn === 0) for (const name of inner.scope.ownNames()) endedInLoop.add(name)
    if (jump === 'break') break
  }
  return undefined
}

/** The elements that a loop goes over: those that pass its `if`. They are taken before the first turn. */
function chosen(statement: Of<'for'>, items: readonly TemplateValue[], frame: Frame): readonly TemplateValue[] {
  const { filter, iterable, target } = statement
  frame.run.meter.step(siteIn(frame, iterable), items.length)
  if (!filter) return [...items]
  return items.filter((item) => {
    const inner: Frame = { file: frame.file, run: frame.run, scope: new Scope(frame.scope) }
    assign(target, item, inner)
    return truth(filter, inner)
  })
}

function assign(target: Target, value: TemplateValue, frame: Frame): void {
  if (target.kind === 'name') frame.scope.set(target.name, value)
  else if (target.kind === 'member') assignMember(target, value, frame)
  else {
    const items = unpacked(target, value, frame)
    for (const [i, part] of target.items.entries()) assign(part, items[i] ?? null, frame)
  }
}

/** The values for the parts of a tuple target: exactly as many as there are parts. */
function unpacked(target: Extract<Target, { kind: 'tuple' }>, value: TemplateValue, frame: Frame) {
  const items = value instanceof Tuple ? value.items : isList(value) ? value : undefined
  if (items?.length === target.items.length) return items
  const given = items ? `${items.length} values` : kindOf(value)
  const problem = `${given} cannot be unpacked into ${target.items.length} variables`
  return fail('template-type', { problem }, siteIn(frame, target))
}

function assignMember(target: Extract<Target, { kind: 'member' }>, value: TemplateValue, frame: Frame): void {
  const { start, end, namespace, name } = target
  const owner = evaluate({ kind: 'name', name: namespace, start, end: start + namespace.length }, frame)
  if (owner instanceof Namespace) owner.members.set(name, value)
  else {
    const help = `make it a namespace: \`{% set ${namespace} = namespace(${name}=…) %}\``
    fail(
      'template-type',
      { problem: `${kindOf(owner)} has no members that can be set`, help },
      siteIn(frame, { start, end }),
    )
  }
}

function callBlock(statement: Of<'call'>, frame: Frame, sink: Sink): void {
  const { call, caller } = statement
  const callee = calleeOf(call, frame)
  const given = callArguments(call.arguments, siteIn(frame, call), frame, evaluate)
  const named = new Map([...given.named, ['caller', new Macro(caller, frame.scope, frame.run)] as const])
  callAndPrint(callee, { ...given, named }, call, frame, sink)
}

import { Return } from './builtins.ts'
import { evaluate } from './evaluate.ts'
import type { Frame, RenderRun } from './frame.ts'
import { Scope, Undefined } from './scope.ts'
import { tooMany, unknownArgument } from './signature.ts'
import { Sink } from './sink.ts'
import { fail, locationOf, TemplateError } from './site.ts'
import type { MacroDefinition } from './tree.ts'
import { type CallArguments, Callable, Dictionary, type TemplateValue, Tuple } from './value.ts'
import { mentionedNames } from './walk.ts'

/** A macro that can be called: its definition, and the variables visible where it was defined. */
export class Macro extends Callable {
  readonly definition: MacroDefinition
  readonly scope: Scope | undefined
  readonly run: RenderRun

  constructor(definition: MacroDefinition, scope: Scope | undefined, run: RenderRun) {
    super(definition.name, (call) => {
      const result = callMacro(this, call)
      return result instanceof Sink ? result.toText() : result.value
    })
    this.definition = definition
    this.scope = scope
    this.run = run
  }
}

/** Runs a macro: what it printed, or the value that it returned (what it had printed is dropped then, as in dbt). */
export function callMacro(macro: Macro, call: CallArguments): Sink | { readonly value: TemplateValue } {
  const { definition, run } = macro
  const scope = new Scope(macro.scope)
  const frame: Frame = { file: definition.file, scope, run }
  const sink = new Sink()
  run.meter.enter(call.site, definition.name)
  try {
    bindParameters(definition, call, frame)
    run.executeBody(definition.body, frame, sink)
    return sink
  } catch (error) {
    if (error instanceof Return) return { value: error.value }
    throw error instanceof TemplateError ? calledFrom(error, macro, call) : error
  } finally {
    run.meter.leave()
  }
}

const mostCalls = 5

/** Adds the call to an error of a macro in another file, so that both places are known. */
function calledFrom(error: TemplateError, { definition }: Macro, { site }: CallArguments): TemplateError {
  const { diagnostic } = error
  const { path, line, column } = locationOf(site)
  const place = `${path}:${line}:${column}`
  const isKnown = diagnostic.location?.path === path || diagnostic.notes.some((note) => note.includes(place))
  if (path === definition.file.path || isKnown || diagnostic.notes.length >= mostCalls) return error
  const note = `in the macro \`${definition.name}\`, called at ${place}`
  return new TemplateError({ ...diagnostic, notes: [...diagnostic.notes, note] })
}

function bindParameters(macro: MacroDefinition, call: CallArguments, frame: Frame): void {
  const { scope } = frame
  const { parameters, name } = macro
  const mentioned = mentionedNames(macro.body)
  const rest = call.positional.slice(parameters.length)
  if (rest.length > 0 && !mentioned.has('varargs')) {
    tooMany(name, parameters.length, call.positionalSites[parameters.length] ?? call.site)
  }
  if (mentioned.has('varargs')) scope.set('varargs', new Tuple(rest))
  const given = new Map(call.named)
  const caller = given.get('caller')
  const takesCaller = mentioned.has('caller') && !parameters.some((p) => p.name === 'caller')
  if (caller !== undefined && takesCaller) {
    scope.set('caller', caller)
    given.delete('caller')
  }
  for (const [index, parameter] of parameters.entries()) {
    const byName = given.get(parameter.name)
    const byPosition = call.positional[index]
    if (byName !== undefined && byPosition !== undefined) {
      const site = call.namedSites.get(parameter.name) ?? call.site
      fail('template-arguments', { callee: name, problem: `is given \`${parameter.name}\` twice` }, site)
    }
    given.delete(parameter.name)
    const value = byPosition === undefined ? byName : byPosition
    if (value !== undefined) scope.set(parameter.name, value)
    else if (parameter.initial) scope.set(parameter.name, evaluate(parameter.initial, frame))
    else scope.set(parameter.name, notGiven(macro, parameter.name, call))
  }
  bindRest(macro, given, call, frame, mentioned)
}

/** A parameter without argument and default: fine until it is used. */
function notGiven(macro: MacroDefinition, name: string, call: CallArguments): Undefined {
  const { path, line, column } = locationOf(call.site)
  const note = `\`${macro.name}\` was called without \`${name}\` at ${path}:${line}:${column}`
  return new Undefined((site) => fail('undefined-name', { name, note }, site))
}

function bindRest(
  macro: MacroDefinition,
  rest: ReadonlyMap<string, TemplateValue>,
  call: CallArguments,
  frame: Frame,
  mentioned: ReadonlySet<string>,
): void {
  if (mentioned.has('kwargs')) frame.scope.set('kwargs', new Dictionary(rest))
  else {
    for (const name of rest.keys()) {
      if (name === 'caller')
        fail('template-arguments', { callee: macro.name, problem: 'takes no `call` block' }, call.site)
      unknownArgument(macro.name, name, macro.parameters, call.namedSites.get(name) ?? call.site)
    }
  }
}

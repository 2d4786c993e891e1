import { type Checked, type Diagnostic, diagnose, locate, type SourceFile } from '../../diagnostics/index.ts'
import type { SqlText } from '../../sql/index.ts'
import { type AdapterOptions, adapterObject, dispatchedMacro } from './adapter-object.ts'
import { builtins, Return } from './builtins.ts'
import { capture, execute } from './execute.ts'
import { filters } from './filters.ts'
import type { Frame, RenderRun } from './frame.ts'
import { type HoleTable, hasMarker } from './holes.ts'
import { Macro } from './macro-call.ts'
import { isSetInPackage, type LibraryMacro, type MacroLibrary, visibleMacro } from './macros.ts'
import { type Limits, Meter } from './meter.ts'
import { Input, type Operation } from './operation.ts'
import type { ParsedTemplate } from './parse.ts'
import { Poison, Poisoned, Scope } from './scope.ts'
import { Sink } from './sink.ts'
import { fail, TemplateError } from './site.ts'
import { tests } from './tests.ts'
import type { Statement } from './tree.ts'
import { type CallArguments, Callable, Printable, type TemplateValue } from './value.ts'
import { targetNames, walk } from './walk.ts'

/** The macro of the project, or of a package, that stands for a macro of a namespace. */
type OwnMacro = (namespace: string, name: string) => Callable | undefined

/** Values by name, made at once or when they are asked for. */
export type Globals = Pick<ReadonlyMap<string, TemplateValue>, 'has' | 'get' | 'keys'>

export interface RenderOptions {
  /** Names that every template and macro sees. Values are shared between renders: make them with `fromJson`, or frozen. */
  readonly globals: Globals
  readonly macros: MacroLibrary
  /** Names of other tools that do not exist here, with what to do instead. */
  readonly absent?: ReadonlyMap<string, string>
  /** What `adapter` has besides `dispatch`, and the engine whose macros that prefers. */
  readonly adapter?: AdapterOptions
  /** Namespaces of built-in macros, for names that nothing else has. `own` finds what the project has in the place of one. */
  readonly builtin?: (own: OwnMacro) => (name: string) => Printable | undefined
  /** What calls of macros give, by `name` or `package.name`, whatever these macros say. */
  readonly replaced?: ReadonlyMap<string, TemplateValue>
  readonly holes: HoleTable
  readonly limits?: Partial<Limits>
}

/**
 * Runs a template. After an error in a statement of the template itself the next ones are run too, so that independent
 * errors are reported together; the value is absent when there is one.
 */
export function renderTemplate(template: ParsedTemplate, options: RenderOptions): Checked<SqlText> {
  const diagnostics: Diagnostic[] = []
  const sink = new Sink()
  try {
    const scope = new Scope()
    const recover = (error: unknown, statement: Statement) => recordError(error, statement, scope, diagnostics)
    const run = makeRun(options)
    for (const statement of template.statements) {
      // A template's own macros are visible in all of it, as those of `macros/` are.
      if (statement.kind === 'macro') scope.set(statement.macro.name, new Macro(statement.macro, scope, run))
    }
    execute(template.statements, { file: template.file, scope, run, recover }, sink)
  } catch (error) {
    diagnostics.push(lastError(error, template))
  }
  if (diagnostics.length > 0) return { value: undefined, diagnostics }
  const pieces = sink.parts.flatMap(({ text, origin }) =>
    hasMarker(text) ? options.holes.split(text, origin) : [{ text, origin }],
  )
  return { value: { pieces }, diagnostics }
}

/** The error that ended rendering. */
function lastError(error: unknown, template: ParsedTemplate): Diagnostic {
  if (error instanceof TemplateError) return error.diagnostic
  // The stack or a text outgrew what JavaScript can hold, before our own limits were met.
  if (!(error instanceof RangeError)) throw error
  const parameters = { what: 'the template needs too much memory', limit: 'what one value can hold' }
  return diagnose('template-limit', parameters, locate(template.file, 0, 1))
}

/** More errors of one template than anybody reads at once. */
const mostErrors = 50

/** Keeps an error and leaves what its statement would have set without value, so that only it is reported. */
function recordError(error: unknown, statement: Statement, scope: Scope, diagnostics: Diagnostic[]): void {
  const known = error instanceof Return ? returnOutside(error) : error
  if (known instanceof TemplateError) {
    if (known.diagnostic.code === 'template-limit' || diagnostics.length >= mostErrors - 1) throw known
    diagnostics.push(known.diagnostic)
  } else if (!(known instanceof Poisoned)) {
    throw known
  }
  walk([statement], {
    statement: (inner) => {
      const names = inner.kind === 'set' ? targetNames(inner.target) : []
      for (const { name } of names) scope.set(name, new Poison())
    },
  })
}

function returnOutside({ site }: Return): unknown {
  try {
    return fail('template-syntax', { problem: '`return` outside of a macro' }, site)
  } catch (error) {
    return error
  }
}

function apply<Result>(
  table: ReadonlyMap<string, Operation<Result>>,
  kind: 'filter' | 'test',
  name: string,
  value: TemplateValue,
  call: CallArguments,
  run: RenderRun,
): Result {
  const operation = table.get(name)
  if (!operation) return fail(kind === 'filter' ? 'unknown-filter' : 'unknown-test', { name }, call.site)
  return operation.apply(new Input(name, operation, value, call, run))
}

/** The macros that give a value of their own in a render: by bare name, and as members of a namespace. */
function replacements(values: ReadonlyMap<string, TemplateValue> = new Map()) {
  const callable = (name: string, value: TemplateValue) => new Callable(name, () => value)
  return {
    call: (name: string): Callable | undefined => {
      const value = values.get(name)
      return value === undefined ? undefined : callable(name, value)
    },
    within: (namespace: string, found: Printable | undefined): TemplateValue | undefined => {
      const own = [...values].filter(([name]) => name.startsWith(`${namespace}.`))
      if (!found || own.length === 0) return found
      const members = own.map(([name, value]) => [name.slice(namespace.length + 1), callable(name, value)] as const)
      return new Printable({ description: `\`${namespace}\``, members: new Map([...found.members, ...members]) })
    },
  }
}

function makeRun(options: RenderOptions): RenderRun {
  const meter = new Meter(options.limits)
  const made = new Map<string, TemplateValue>()
  const own = (name: string): TemplateValue | undefined => {
    const known = made.get(name)
    if (known !== undefined) return known
    const make = name === 'adapter' ? () => adapterObject(options, macroOf, builtinMacro) : builtins.get(name)
    const value = make?.(meter)
    if (value !== undefined) made.set(name, value)
    return value
  }
  const macros = new Map<LibraryMacro, Macro>()
  const macroOf = (found: LibraryMacro): Macro => {
    const macro = macros.get(found) ?? new Macro(found.definition, undefined, run)
    macros.set(found, macro)
    return macro
  }
  const namespaces = new Map<string, Printable>()
  const namespaceOf = (owner: string): Printable | undefined => {
    const known = namespaces.get(owner)
    const members = options.macros.namespaces.get(owner)
    if (known !== undefined || !members) return known
    const made = new Printable({
      description: `the package \`${owner}\``,
      members: new Map([...members].map(([name, macro]) => [name, macroOf(macro)])),
    })
    namespaces.set(owner, made)
    return made
  }
  const builtinNamespace = options.builtin?.((namespace, name) => {
    const found = dispatchedMacro(options, namespace, name)
    if (!found) return undefined
    options.adapter?.onDispatch(found.id)
    return macroOf(found)
  })
  const builtinMacro = (namespace: string, name: string): Callable | undefined => {
    const found = builtinNamespace?.(namespace)?.members.get(name)
    return found instanceof Callable ? found : undefined
  }
  const replaced = replacements(options.replaced)
  const libraryName = (name: string, file: SourceFile): TemplateValue | undefined => {
    const found = visibleMacro(options.macros, name, file)
    return found ? macroOf(found) : replaced.within(name, namespaceOf(name) ?? builtinNamespace?.(name))
  }
  const run: RenderRun = {
    meter,
    endedInLoop: new Set(),
    global: (name, file) =>
      replaced.call(name) ??
      (options.globals.has(name) ? options.globals.get(name) : (own(name) ?? libraryName(name, file))),
    globalNames: () => [...options.globals.keys(), ...builtins.keys(), ...options.macros.macros.keys()],
    isSetElsewhere: (name, file) => isSetInPackage(options.macros, name, file),
    absent: (name) => options.absent?.get(name),
    capture: (body, frame: Frame) => capture(body, frame),
    executeBody: (body, frame, sink) => {
      execute(body, frame, sink)
    },
    applyFilter: (name, value, call) => apply(filters, 'filter', name, value, call, run),
    applyTest: (name, value, call) => apply(tests, 'test', name, value, call, run),
  }
  return run
}

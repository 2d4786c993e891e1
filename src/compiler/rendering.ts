import { bug, type Checked, type Diagnostic, diagnose, locate, type SourceFile } from '../diagnostics/index.ts'
import type { ModelFile, Project, SingularAssertionFile } from '../project/index.ts'
import { type Outline, oneStatement, type SqlText } from '../sql/index.ts'
import { absentNames } from './absent-names.ts'
import { assertionContext, modelContext, testContext } from './context.ts'
import { RowsNeeded } from './context-queries.ts'
import { bareMacroNames, builtinNamespaces, columnsFunction } from './macros/index.ts'
import { modelId } from './names.ts'
import { type Pretence, type QueryUse, Recording, type Round, type Subject, type Surroundings } from './recording.ts'
import type { Rendered, Values } from './rendered.ts'
import { bothRounds } from './rounds.ts'
import { readsDependOn } from './static-reads.ts'
import {
  fromJson,
  type Globals,
  locationOf,
  type MacroLibrary,
  macrosUsed,
  type ParsedTemplate,
  parseTemplate,
  type RenderOptions,
  renderTemplate,
  type TemplateValue,
} from './template/index.ts'
import { foldTemplate } from './template-fold.ts'
import { usesOf } from './uses.ts'

/** What all renders of one compilation share. */
export interface Rendering {
  readonly surroundings: Surroundings
  readonly macros: MacroLibrary
  /** Queries whose rows are not known, by the node whose template asks them. */
  readonly queries: Map<string, readonly QueryUse[]>
  /** Of a unit test. */
  readonly pretence?: Pretence
}

function byName<T>(values: ReadonlyMap<string, T>): Values<T> {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What linking needs of a template that was run. */
function renderedOf(template: ParsedTemplate, recording: Recording, macros: MacroLibrary) {
  return {
    deferred: recording.deferred.entries,
    config: recording.config,
    queryReads: recording.queryReads,
    vars: byName(recording.vars),
    env: byName(recording.env),
    usesTimeZone: recording.usesTimeZone,
    answers: byName(recording.answers),
    macros: macrosUsed(template, macros, recording.dispatched),
    builtinMacros: byName(recording.builtinMacros),
    readsDependOn: readsDependOn(template, macros),
    folded: foldTemplate(template.file.text),
  }
}

/** The schema of a layer at the target. */
export function schemaOf(project: Project, layer: string): string {
  const schema = project.layers.find((known) => known.name === layer)?.schema ?? layer
  return project.target.schema.replaceAll('{layer}', schema)
}

/** The file of a path that a piece of SQL was written in: a template, or a macro that it calls. */
type FileAt = (path: string) => SourceFile

/** Checks that a rendered text is one statement, which can stand inside others. */
function statementOf(
  text: SqlText,
  subject: string,
  file: SourceFile,
  fileAt: FileAt,
): Checked<SqlText> & { lines?: Outline } {
  const check = oneStatement(text)
  if (check.ok) return { value: check.statement, diagnostics: [], ...(check.lines ? { lines: check.lines } : {}) }
  const { fault, place, text: found } = check.problem
  const shown = found.length > 20 ? `${found.slice(0, 20)}…` : found
  const location = place ? locate(fileAt(place.path), place.start, place.end) : locate(file, 0, 0)
  return { value: undefined, diagnostics: [diagnose('not-one-statement', { subject, fault, text: shown }, location)] }
}

function attempt(template: ParsedTemplate, options: RenderOptions): Checked<SqlText> | undefined {
  try {
    return renderTemplate(template, options)
  } catch (error) {
    if (error instanceof RowsNeeded) return undefined
    throw error
  }
}

const absent: ReadonlyMap<string, string> = new Map([...bareMacroNames, ...absentNames])

/** What every template of a compilation is rendered with. */
export function renderOptions(
  recording: Recording,
  globals: Globals,
  { macros, surroundings, pretence }: Rendering,
): RenderOptions {
  const subject = { recording, surroundings }
  const adapter = {
    engine: surroundings.project.target.type,
    dispatchOrder: new Map(Object.entries(surroundings.project.dispatch)),
    quote: surroundings.dialect.quote,
    onDispatch: (macro: string) => recording.dispatched.add(macro),
    methods: () => [columnsFunction(subject)],
  }
  const builtin: RenderOptions['builtin'] = (own) => builtinNamespaces(subject, own)
  const replaced = pretence && new Map([...pretence.macros].map(([name, value]) => [name, fromJson(value)]))
  const holes = recording.deferred.holes
  return { globals, macros, holes, adapter, absent, builtin, ...(replaced ? { replaced } : {}) }
}

/** One pass over a template; undefined when it needs rows that are not known. */
function run(
  file: SourceFile,
  subject: string,
  recording: Recording,
  globals: Globals,
  rendering: Rendering,
): Checked<Rendered> | undefined {
  const parsed = parseTemplate(file)
  if (!parsed.value) return { value: undefined, diagnostics: parsed.diagnostics }
  const rendered = attempt(parsed.value, renderOptions(recording, globals, rendering))
  if (!rendered) return undefined
  const { files } = rendering.surroundings.project
  const fileAt: FileAt = (path) => (path === file.path ? file : (files.get(path) ?? file))
  const statement = rendered.value && statementOf(rendered.value, subject, file, fileAt)
  const uses = statement?.value && usesOf(statement.value, recording.deferred, file, { lines: statement.lines, fileAt })
  const diagnostics = [parsed, rendered, statement, uses].flatMap((stage) => stage?.diagnostics ?? [])
  diagnostics.push(...recording.notes)
  if (!statement?.value || !uses) return { value: undefined, diagnostics }
  const { diagnostics: _, ...plainUses } = uses
  const rest = renderedOf(parsed.value, recording, rendering.macros)
  return { value: { text: statement.value, uses: plainUses, ...rest }, diagnostics }
}

/** One pass over the template of a hook of `node`; undefined when it needs rows that are not known, which are noted. */
export function renderHookText(
  file: SourceFile,
  node: string,
  recording: Recording,
  globals: Globals,
  rendering: Rendering,
): Checked<SqlText> | undefined {
  const parsed = parseTemplate(file)
  if (!parsed.value) return { value: undefined, diagnostics: parsed.diagnostics }
  const rendered = attempt(parsed.value, renderOptions(recording, globals, rendering))
  if (!rendered) {
    const { queries } = rendering
    queries.set(node, [...(queries.get(node) ?? []), ...recording.queries.values()])
  }
  return rendered && { ...rendered, diagnostics: [...parsed.diagnostics, ...rendered.diagnostics] }
}

/** `is_incremental()` answered from settings that a later `config()` changed. */
function lateConfig(recording: Recording): Diagnostic[] {
  const { incremental } = recording
  if (!incremental || incremental.answer === recording.isIncremental) return []
  const { partition_by: column, materialized } = recording.config
  const later = materialized?.value === 'incremental' && column ? column : (materialized ?? column)
  return [diagnose('config-too-late', {}, later?.location ?? locationOf(incremental.site))]
}

interface Pass {
  readonly recording: Recording
  readonly checked: Checked<Rendered> | undefined
}

/**
 * Runs a template with `execute`, and once more without it when that needs rows which are not known: so there is always a
 * graph, and the queries are known to the caller, who may run them and compile again.
 */
function passes({ queries }: Rendering, node: string, pass: (executes: boolean) => Pass): Checked<Rendered> {
  const first = pass(true)
  if (first.checked) return first.checked
  const { checked, recording } = pass(false)
  // What is asked in the second pass may be asked with nothing at hand; the columns of a relation are the same in any.
  const columns = [...recording.queries].filter(([, query]) => query.columnsOf !== undefined)
  const before = (queries.get(node) ?? []).map((query) => [query.key, query] as const)
  queries.set(node, [...new Map([...before, ...first.recording.queries, ...columns]).values()])
  return checked ?? bug('a pass without `execute` needs no rows')
}

/** Runs the template of a model: twice where `is_incremental()` decides between two texts. */
export function renderModel(rendering: Rendering, model: ModelFile): Checked<Rendered> {
  const first = renderRound(rendering, model, 'first')
  if (!first.value || !first.asks) return first
  const incremental = renderRound(rendering, model, 'incremental')
  return incremental.value ? bothRounds(first, incremental) : incremental
}

/** One text of a model; `asks`: there is another one. */
function renderRound(rendering: Rendering, model: ModelFile, round: Round): Checked<Rendered> & { asks: boolean } {
  const { surroundings } = rendering
  const schema = schemaOf(surroundings.project, model.layer)
  let asks = false
  const checked = passes(rendering, modelId(model), (executes) => {
    const recording = new Recording(model.config, executes, undefined, model.overrides)
    recording.round = round
    recording.pretended = rendering.pretence?.isIncremental
    const globals = modelContext({ surroundings, recording, model }, model, schema)
    const checked = run(model.file, 'the model', recording, globals, rendering)
    asks = recording.incremental !== undefined && recording.hasTwoTexts
    return {
      recording,
      checked: checked && { ...checked, diagnostics: [...checked.diagnostics, ...lateConfig(recording)] },
    }
  })
  return { ...checked, asks }
}

/** Runs the template of a singular assertion. */
export function renderAssertion(rendering: Rendering, assertion: SingularAssertionFile): Checked<Rendered> {
  const { surroundings } = rendering
  return passes(rendering, `test.${assertion.name}`, (executes) => {
    const recording = new Recording({}, executes)
    const globals = assertionContext({ surroundings, recording }, surroundings.project.target.schema)
    return { recording, checked: run(assertion.file, 'the test', recording, globals, rendering) }
  })
}

/** The call of a test that YAML names, as a template, and the values that it is called with. */
export interface TestCall {
  /** Id of the assertion. */
  readonly id: string
  readonly file: SourceFile
  readonly values: (subject: Subject) => readonly (readonly [string, TemplateValue])[]
}

/** Runs the call of a test: its body is a SELECT of the rows that fail. */
export function renderTest(rendering: Rendering, { id, file, values }: TestCall): Checked<Rendered> {
  const { surroundings } = rendering
  return passes(rendering, id, (executes) => {
    const recording = new Recording({}, executes)
    recording.isTest = true
    const subject = { surroundings, recording }
    const schema = surroundings.project.target.schema
    const globals = new Map([...testContext(subject, schema), ...values(subject)])
    const checked = run(file, 'the test', recording, globals, rendering)
    const isIdle = !executes && checked?.diagnostics.some(({ code }) => code === 'not-one-statement')
    // Tests of dbt's print nothing where nothing is asked: until the rows are known, no row fails.
    const idle = { path: file.path, text: 'select 1 as unknown where 1 = 0' }
    return { recording, checked: isIdle ? run(idle, 'the test', recording, globals, rendering) : checked }
  })
}

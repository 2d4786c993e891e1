import { bug, type Checked, type Diagnostic, diagnose, locate, type SourceFile } from '../diagnostics/index.ts'
import type { ModelFile, Project, SingularAssertionFile } from '../project/index.ts'
import { oneStatement, type SqlText } from '../sql/index.ts'
import { absentNames } from './absent-names.ts'
import { assertionContext, modelContext } from './context.ts'
import { RowsNeeded } from './context-queries.ts'
import { modelId } from './names.ts'
import { type QueryUse, Recording, type Surroundings } from './recording.ts'
import {
  locationOf,
  type MacroLibrary,
  type ParsedTemplate,
  parseTemplate,
  type RenderOptions,
  renderTemplate,
  type TemplateValue,
} from './template/index.ts'
import { type Uses, usesOf } from './uses.ts'

/** What all renders of one compilation share. */
export interface Rendering {
  readonly surroundings: Surroundings
  readonly macros: MacroLibrary
  /** Queries whose rows are not known, by the node whose template asks them. */
  readonly queries: Map<string, readonly QueryUse[]>
}

/** A template that was run. Its text still holds what is known only when all others were run too. */
export interface Rendered {
  readonly template: ParsedTemplate
  readonly recording: Recording
  readonly text: SqlText
  readonly uses: Uses
}

/** The schema of a layer at the target. */
export function schemaOf(project: Project, layer: string): string {
  const schema = project.layers.find((known) => known.name === layer)?.schema ?? layer
  return project.target.schema.replaceAll('{layer}', schema)
}

/** Checks that a rendered text is one statement, which can stand inside others. */
function statementOf(text: SqlText, subject: string, file: SourceFile): Checked<SqlText> {
  const check = oneStatement(text)
  if (check.ok) return { value: check.statement, diagnostics: [] }
  const { fault, place, text: found } = check.problem
  const shown = found.length > 20 ? `${found.slice(0, 20)}…` : found
  const location = place ? locate(file, place.start, place.end) : locate(file, 0, 0)
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

/** One pass over a template; undefined when it needs rows that are not known. */
function run(
  file: SourceFile,
  subject: string,
  recording: Recording,
  globals: ReadonlyMap<string, TemplateValue>,
  { macros, surroundings }: Rendering,
): Checked<Rendered> | undefined {
  const parsed = parseTemplate(file)
  if (!parsed.value) return { value: undefined, diagnostics: parsed.diagnostics }
  const adapter = {
    engine: surroundings.project.target.type,
    quote: surroundings.dialect.quote,
    onDispatch: (macro: string) => recording.dispatched.add(macro),
  }
  const holes = recording.deferred.holes
  const rendered = attempt(parsed.value, { globals, macros, holes, adapter, absent: absentNames })
  if (!rendered) return undefined
  const statement = rendered.value && statementOf(rendered.value, subject, file)
  const uses = statement?.value && usesOf(statement.value, recording.deferred, file)
  const diagnostics = [parsed, rendered, statement, uses].flatMap((stage) => stage?.diagnostics ?? [])
  diagnostics.push(...recording.notes)
  if (!statement?.value || !uses) return { value: undefined, diagnostics }
  return { value: { template: parsed.value, recording, text: statement.value, uses }, diagnostics }
}

/** `is_incremental()` answered from settings that a later `config()` changed. */
function lateConfig(recording: Recording): Diagnostic[] {
  const { incremental } = recording
  if (!incremental || incremental.answer === recording.isPartitionedIncremental) return []
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
  const { checked } = first.checked ? first : pass(false)
  if (!first.checked) queries.set(node, [...first.recording.queries.values()])
  return checked ?? bug('a pass without `execute` needs no rows')
}

/** Runs the template of a model. */
export function renderModel(rendering: Rendering, model: ModelFile): Checked<Rendered> {
  const { surroundings } = rendering
  const schema = schemaOf(surroundings.project, model.layer)
  return passes(rendering, modelId(model), (executes) => {
    const recording = new Recording(model.config, executes)
    const globals = modelContext({ surroundings, recording, model }, model, schema)
    const checked = run(model.file, 'the model', recording, globals, rendering)
    return {
      recording,
      checked: checked && { ...checked, diagnostics: [...checked.diagnostics, ...lateConfig(recording)] },
    }
  })
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

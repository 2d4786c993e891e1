import { type Checked, type Diagnostic, diagnose, locate, type SourceFile } from '../diagnostics/index.ts'
import type { ModelFile, Project, SingularAssertionFile } from '../project/index.ts'
import { oneStatement, type SqlText } from '../sql/index.ts'
import { absentNames } from './absent-names.ts'
import { assertionContext, modelContext } from './context.ts'
import { Recording, type Surroundings } from './recording.ts'
import {
  locationOf,
  type MacroLibrary,
  type ParsedTemplate,
  parseTemplate,
  renderTemplate,
  type TemplateValue,
} from './template/index.ts'
import { type Uses, usesOf } from './uses.ts'

/** What all renders of one compilation share. */
export interface Rendering {
  readonly surroundings: Surroundings
  readonly macros: MacroLibrary
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

function run(
  file: SourceFile,
  subject: string,
  recording: Recording,
  globals: ReadonlyMap<string, TemplateValue>,
  { macros, surroundings }: Rendering,
): Checked<Rendered> {
  const parsed = parseTemplate(file)
  if (!parsed.value) return { value: undefined, diagnostics: parsed.diagnostics }
  const adapter = {
    engine: surroundings.project.target.type,
    quote: surroundings.dialect.quote,
    macroNames: () => macros.macros.keys(),
    onDispatch: (macro: string) => recording.dispatched.add(macro),
  }
  const holes = recording.deferred.holes
  const rendered = renderTemplate(parsed.value, { globals, macros, holes, adapter, absent: absentNames })
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

/** Runs the template of a model. */
export function renderModel(rendering: Rendering, model: ModelFile): Checked<Rendered> {
  const { surroundings } = rendering
  const recording = new Recording(model.config)
  const globals = modelContext({ surroundings, recording, model }, model, schemaOf(surroundings.project, model.layer))
  const { value, diagnostics } = run(model.file, 'the model', recording, globals, rendering)
  return { value, diagnostics: [...diagnostics, ...lateConfig(recording)] }
}

/** Runs the template of a singular assertion. */
export function renderAssertion(rendering: Rendering, assertion: SingularAssertionFile): Checked<Rendered> {
  const { surroundings } = rendering
  const recording = new Recording({})
  const globals = assertionContext({ surroundings, recording }, surroundings.project.target.schema)
  return run(assertion.file, 'the test', recording, globals, rendering)
}

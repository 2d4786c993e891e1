import type { Dialect } from '../adapters/contract.ts'
import { type Assertion, type AssertionContext, parseAssertion, parseSingularAssertion } from '../assertions/index.ts'
import { type Checked, type Diagnostic, diagnose, locate } from '../diagnostics/index.ts'
import type { Project, SingularAssertionFile } from '../project/index.ts'
import { constraintAssertions } from './contract.ts'
import type { Draft } from './draft.ts'
import { type Inside, insideOf } from './inside.ts'
import type { Links } from './links.ts'
import { modelId, type Names } from './names.ts'
import type { Rendered } from './rendered.ts'
import { type Rendering, renderAssertion } from './rendering.ts'
import { sqlOf } from './sql-of.ts'

function lookUps(names: Names): Pick<AssertionContext, 'resolve' | 'names'> {
  return {
    resolve: (kind, name) => {
      if (kind === 'source') return names.source(name)?.id
      const model = names.model(name)
      return model && modelId(model)
    },
    names: (kind) => (kind === 'ref' ? names.modelNames : names.sourceNames),
  }
}

function contextOf(draft: Draft, names: Names): AssertionContext {
  const { partitioning, file, config } = draft
  return {
    node: draft.id,
    nodeName: file.name,
    columns: file.columns,
    ...(partitioning ? { partitionColumn: partitioning.column } : {}),
    materialized: config.materialized,
    ...lookUps(names),
  }
}

/** The assertions of a contract, without those that judge what an assertion of the model does already. */
function contractAssertions(
  draft: Draft,
  context: AssertionContext,
  own: readonly Checked<Assertion>[],
  dialect: Dialect,
) {
  const judged = new Set(own.map(({ value }) => value?.hash))
  return constraintAssertions(draft, dialect.quote)
    .map((constraint) => parseAssertion(constraint, context))
    .filter(({ value }) => {
      if (!value) return true
      const isNew = !judged.has(value.hash)
      judged.add(value.hash)
      return isNew
    })
}

/** The assertions that stand in YAML, at models and at sources, and those that contracts ask for. */
export function writtenAssertions(
  drafts: readonly Draft[],
  project: Project,
  names: Names,
  dialect: Dialect,
): Checked<Assertion>[] {
  const ofModels = drafts.flatMap((draft) => {
    const context = contextOf(draft, names)
    const own = draft.file.assertions.map((written) => parseAssertion(written, context))
    return [...own, ...contractAssertions(draft, context, own, dialect)]
  })
  const ofSources = project.sources.flatMap((source) => {
    const context = { node: source.id, nodeName: source.name, columns: source.columns, ...lookUps(names) }
    return source.assertions.map((written) => parseAssertion(written, context))
  })
  return [...ofModels, ...ofSources]
}

/** Everything that an assertion reads which exists in the warehouse: ephemerals stand for what they read. */
function readsOf(rendered: Rendered, inside: readonly Inside[]): string[] {
  const ephemerals = new Set(inside.map(({ draft }) => draft.id))
  const own = rendered.uses.reads.map((read) => read.reference.node)
  const inner = inside.flatMap(({ draft }) => draft.rendered.uses.reads.map((read) => read.reference.node))
  return [...new Set([...own, ...inner])].filter((node) => !ephemerals.has(node))
}

function problems(
  rendered: Rendered,
  inside: readonly Inside[],
  file: SingularAssertionFile,
  names: Names,
  disabled: ReadonlySet<string>,
): Diagnostic[] {
  const ofReads = rendered.uses.reads.flatMap(({ reference, location }) => {
    const model = disabled.has(reference.node) ? names.model(reference.node) : undefined
    return model ? [diagnose('ref-disabled', { name: model.name, path: model.file.path }, location)] : []
  })
  const ofWindows = inside.flatMap(({ draft, location }) => {
    const [use] = draft.rendered.uses.windows
    if (!use) return []
    const place = `${use.location.path}:${use.location.line}:${use.location.column}`
    return [diagnose('window-without-partition', { what: use.what, model: file.name, place }, location)]
  })
  return [...ofReads, ...ofWindows]
}

/** Compiles a file of `tests/sql`. */
export function singularAssertion(
  file: SingularAssertionFile,
  rendering: Rendering,
  links: Links,
  disabled: ReadonlySet<string>,
): Checked<Assertion> {
  const { value: rendered, diagnostics } = renderAssertion(rendering, file)
  if (!rendered) return { value: undefined, diagnostics }
  const { names } = rendering.surroundings
  const inside = insideOf(rendered, links)
  const found = [...diagnostics, ...problems(rendered, inside, file, names, disabled)]
  const sql = sqlOf(rendered, undefined, inside, links)
  const context = { name: file.name, sql, reads: readsOf(rendered, inside), location: locate(file.file, 0, 0) }
  const parsed = parseSingularAssertion(rendered.config, context)
  return { value: parsed.value, diagnostics: [...found, ...parsed.diagnostics] }
}

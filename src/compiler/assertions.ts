import type { Dialect, RelationName } from '../adapters/contract.ts'
import { type Assertion, type AssertionContext, parseAssertion, parseSingularAssertion } from '../assertions/index.ts'
import { type Checked, locate } from '../diagnostics/index.ts'
import type { Project, SingularAssertionFile, SourceDefinition } from '../project/index.ts'
import { assertionProblems, assertionReads } from './assertion-reads.ts'
import { constraintAssertions } from './contract.ts'
import type { Draft } from './draft.ts'
import type { Partitioning } from './graph.ts'
import { insideOf } from './inside.ts'
import type { Links } from './links.ts'
import { modelId, type Names } from './names.ts'
import { ownTest, ownTestAssertion, ownTestNames } from './own-tests.ts'
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

function partitionsOf({
  column,
  type,
  grid,
}: Partitioning): Pick<AssertionContext, 'partitionColumn' | 'partitioning'> {
  const { unit, timeZone } = grid
  return { partitionColumn: column, partitioning: { name: column, type, unit, timeZone } }
}

function contextOf(draft: Draft, names: Names): AssertionContext {
  const { partitioning, file, config } = draft
  return {
    node: draft.id,
    nodeName: file.name,
    columns: file.columns,
    ...(partitioning ? partitionsOf(partitioning) : {}),
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

/** The relation of a source; none of files. */
function storedAs({ origin }: SourceDefinition): RelationName | undefined {
  return origin.kind === 'relation' ? { schema: origin.schema, name: origin.identifier } : undefined
}

/** The models and sources that assertions may be written at. */
function testedNodes(drafts: readonly Draft[], project: Project, names: Names) {
  const ofModels = drafts.map((draft) => ({
    context: contextOf(draft, names),
    package: draft.file.package,
    stored: draft.relation,
    assertions: draft.file.assertions,
    draft,
  }))
  const ofSources = project.sources.map((source) => ({
    context: { node: source.id, nodeName: source.name, columns: source.columns, ...lookUps(names) },
    package: source.package,
    stored: storedAs(source),
    assertions: source.assertions,
    draft: undefined,
  }))
  return [...ofModels, ...ofSources]
}

/**
 * The assertions that stand in YAML, at models and at sources (each a test that somebody wrote, or a check of the catalogue), and
 * those that contracts ask for.
 */
export function writtenAssertions(
  rendering: Rendering,
  links: Links,
  disabled: ReadonlySet<string>,
): Checked<Assertion>[] {
  const { project, names } = rendering.surroundings
  return testedNodes([...links.drafts.values()], project, names).flatMap(({ assertions, draft, ...node }) => {
    const own = assertions.map((written) => {
      const test = ownTest(rendering.macros, written.type, node.package)
      return test
        ? ownTestAssertion(test, written, node, { rendering, links, disabled })
        : parseAssertion(written, { ...node.context, ownTests: () => ownTestNames(rendering.macros, node.package) })
    })
    return draft ? [...own, ...contractAssertions(draft, node.context, own, links.dialect)] : own
  })
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
  const found = [...diagnostics, ...assertionProblems(rendered, inside, { name: file.name, names, disabled })]
  const sql = sqlOf(rendered, undefined, inside, links)
  const context = { name: file.name, sql, reads: assertionReads(rendered, inside), location: locate(file.file, 0, 0) }
  const parsed = parseSingularAssertion(rendered.config, context)
  return { value: parsed.value, diagnostics: [...found, ...parsed.diagnostics] }
}

import type { Dialect, Features } from '../adapters/contract.ts'
import { type Assertion, checkDistinct } from '../assertions/index.ts'
import {
  type Checked,
  type Diagnostic,
  diagnose,
  hasErrors,
  type Location,
  sortDiagnostics,
} from '../diagnostics/index.ts'
import type { ModelConfig, ModelFile, Project, RawConfig } from '../project/index.ts'
import { singularAssertion, writtenAssertions } from './assertions.ts'
import { attachedOf, readerProblems } from './attachments.ts'
import { contextNames } from './context.ts'
import { contractOf } from './contract.ts'
import { type Draft, draftOf, relationCollisions } from './draft.ts'
import { EdgeNumbers } from './edge-numbers.ts'
import { resolveExposures } from './exposures.ts'
import { Fingerprints } from './fingerprint.ts'
import type { Graph, Model } from './graph.ts'
import { graphOf } from './graph-of.ts'
import { groupProblems, ownerOf } from './group-rules.ts'
import { draftHooks, type HookDrafts, linkHooks, readsOfHooks, runHooks } from './hooks.ts'
import { modelRenderer, type RenderingMemory } from './kept-renderings.ts'
import { cycles, type Lineage, lineageOf, topologicalOrder } from './lineage.ts'
import { link } from './link.ts'
import type { Links } from './links.ts'
import { modelId, type Names, namesOf } from './names.ts'
import { relationElsewhere, relationOf as relationNameOf } from './naming.ts'
import { type NeededQuery, neededQueries } from './needed-queries.ts'
import type { QueryRows } from './query-result.ts'
import { readProblems } from './read-rules.ts'
import type { Rendering } from './rendering.ts'
import { selectorProblems } from './selection/index.ts'
import { loadMacros, type Ownership } from './template/index.ts'
import { compileUnitTests } from './unit-tests/index.ts'
import type { Read } from './uses.ts'

interface CompileOptions {
  readonly dialect: Dialect
  readonly features: Features
  /** Rows of the queries that templates ask, by the key that an earlier compilation gave to each. */
  readonly results?: ReadonlyMap<string, QueryRows>
  /** What earlier compilations kept of rendered templates. It changes nothing but time. */
  readonly memory?: RenderingMemory
}

/** What compiling gives: the graph, and the queries whose rows would make it complete. */
export interface Compilation extends Checked<Graph> {
  readonly queries: readonly NeededQuery[]
}

/** The models that could be rendered, and what kept the others from it. */
interface Drafts {
  readonly drafts: readonly Draft[]
  readonly disabled: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
}

/** A target that defers to another one and stores every model where that does would overwrite what it is to read. */
function sameSchemas({ target }: Project, drafts: readonly Draft[]): Diagnostic[] {
  const { name, deferTo, schema } = target
  const isSame = ({ relation, relationElsewhere: there }: Draft) =>
    there?.schema === relation.schema && there.name === relation.name
  if (!deferTo || drafts.length === 0 || !drafts.every(isSame)) return []
  return [diagnose('defer-same-schemas', { target: name, other: deferTo.name, schema }, deferTo.location)]
}

function draftsOf(rendering: Rendering, options: CompileOptions): Drafts {
  const { project } = rendering.surroundings
  const drafts: Draft[] = []
  const disabled = new Set<string>()
  const diagnostics: Diagnostic[] = []
  const render = modelRenderer(rendering, options.memory)
  for (const file of project.models) {
    if (file.config.enabled?.value === false) {
      disabled.add(modelId(file))
      continue
    }
    const rendered = render(file)
    diagnostics.push(...rendered.diagnostics)
    if (!rendered.value) continue
    const relationOf = (...named: [ModelFile, ModelConfig, RawConfig]) => relationNameOf(...named, rendering)
    const elsewhere = (...named: [ModelFile, ModelConfig, RawConfig]) => relationElsewhere(...named, rendering)
    const draft = draftOf(file, rendered.value, { project, ...options, relationOf, relationElsewhere: elsewhere })
    diagnostics.push(...draft.diagnostics)
    if (draft.value) drafts.push(draft.value)
    else if (!hasErrors(draft.diagnostics)) disabled.add(modelId(file))
  }
  return { drafts, disabled, diagnostics: [...diagnostics, ...sameSchemas(project, drafts)] }
}

/** The hooks of each model that has any. */
type Hooks = ReadonlyMap<string, HookDrafts>

function hooksOf(drafts: readonly Draft[], rendering: Rendering): { hooks: Hooks; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const hooks = new Map<string, HookDrafts>()
  for (const draft of drafts) {
    const rendered = draftHooks(draft, rendering)
    diagnostics.push(...rendered.diagnostics)
    if (rendered.drafts.pre.length + rendered.drafts.post.length > 0) hooks.set(draft.id, rendered.drafts)
  }
  return { hooks, diagnostics }
}

/** What a model's query and its hooks read: hooks make no rows of it, but have to find what they name. */
function readsOf(draft: Draft, hooks: Hooks): readonly Read[] {
  const own = hooks.get(draft.id)
  const { reads } = draft.rendered.uses
  return own ? [...reads, ...readsOfHooks(own, draft.id)] : reads
}

/** What the hooks of a model may not read, as its query may not. */
function hookReadProblems(
  draft: Draft,
  hooks: Hooks,
  names: Names,
  check: (draft: Draft) => Diagnostic[],
): Diagnostic[] {
  const own = hooks.get(draft.id)
  if (!own) return []
  const { rendered } = draft
  // That hooks cannot read files is told where they are linked.
  const hasFiles = ({ reference }: Read) => names.sourceById.get(reference.node)?.origin.kind === 'files'
  const reads = readsOfHooks(own, draft.id).filter((read) => !hasFiles(read))
  return check({ ...draft, rendered: { ...rendered, queryReads: [], uses: { ...rendered.uses, reads } } })
}

function lineageOfDrafts(drafts: readonly Draft[], hooks: Hooks): Lineage {
  const ids = new Set(drafts.map((draft) => draft.id))
  const edges = drafts.flatMap((draft) =>
    readsOf(draft, hooks)
      .filter(({ reference: { node } }) => ids.has(node) && node !== draft.id)
      .map(({ reference }): [string, string] => [reference.node, draft.id]),
  )
  return lineageOf(ids, edges)
}

/** One error for each circle, at the read where it begins, every other read named. */
function cycleProblems(
  lineage: Lineage,
  blocked: readonly string[],
  drafts: ReadonlyMap<string, Draft>,
  hooks: Hooks,
): Diagnostic[] {
  return cycles(lineage, blocked).map((cycle) => {
    const steps = cycle.map((reader, i) => ({ reader, upstream: cycle[(i + 1) % cycle.length] ?? reader }))
    const places = steps.map(({ reader, upstream }): Location | undefined => {
      const draft = drafts.get(reader)
      return (draft ? readsOf(draft, hooks) : []).find((read) => read.reference.node === upstream)?.location
    })
    const hops = steps.map(({ reader, upstream }, i) => {
      const at = places[i]
      return `\`${reader}\` reads \`${upstream}\`${at ? ` at ${at.path}:${at.line}:${at.column}` : ''}`
    })
    return diagnose('cycle', { path: [...cycle, cycle[0] ?? ''], hops }, places[0])
  })
}

const noHooks: HookDrafts = { pre: [], post: [] }

/** Links all models in topological order, so that every upstream is known before its readers. */
function linkAll(order: readonly string[], links: Links, rendering: Rendering, hooks: Hooks): Model[] {
  const { macros, surroundings } = rendering
  const { project } = surroundings
  const fingerprints = new Fingerprints(links, macros, project.timeZone)
  return order.flatMap((id) => {
    const draft = links.drafts.get(id)
    if (!draft) return []
    const owner = ownerOf(draft, project)
    const own = linkHooks(hooks.get(id) ?? noHooks, links, rendering)
    const attached = attachedOf(draft, project.layers, links.dialect)
    return [link(draft, links, fingerprints, owner, { ...own, ...attached, ...contractOf(draft) })]
  })
}

function assertionsOf(rendering: Rendering, links: Links, disabled: ReadonlySet<string>): Checked<Assertion>[] {
  const { project } = rendering.surroundings
  return [
    ...writtenAssertions(rendering, links, disabled),
    ...project.singularAssertions.map((file) => singularAssertion(file, rendering, links, disabled)),
  ]
}

function ownershipOf({ name, models, macros, singularAssertions }: Project): Ownership {
  const owned = [...models, ...macros, ...singularAssertions].filter((file) => file.package !== name)
  return { project: name, packages: new Map(owned.map((one) => [one.file.path, one.package])) }
}

/**
 * Compiles a project for an engine: renders every enabled model, checks what models may read and how, resolves views and
 * ephemerals away, and orders the result. Reads no clock and no file. Without a value when there is any error; all errors
 * are reported together, sorted by place.
 */
export function compile(project: Project, options: CompileOptions): Compilation {
  const diagnostics: Diagnostic[] = []
  const names = namesOf(project)
  const library = loadMacros(
    project.macros.map(({ file }) => file),
    contextNames,
    ownershipOf(project),
  )
  diagnostics.push(...library.diagnostics)
  if (!library.value) return { value: undefined, diagnostics: sortDiagnostics(diagnostics), queries: [] }
  const results = options.results ?? new Map<string, QueryRows>()
  const surroundings = { project, names, dialect: options.dialect, results }
  const rendering: Rendering = { surroundings, macros: library.value, queries: new Map() }
  const { drafts, disabled, diagnostics: ofDrafts } = draftsOf(rendering, options)
  diagnostics.push(...readerProblems(project.layers, options.dialect, project.target.type))
  diagnostics.push(...ofDrafts, ...relationCollisions(drafts), ...selectorProblems(project.selectors))
  const { hooks, diagnostics: ofHooks } = hooksOf(drafts, rendering)
  diagnostics.push(...ofHooks)
  for (const draft of drafts) {
    const check = (one: Draft) => readProblems(one, project, names, disabled)
    diagnostics.push(...check(draft), ...hookReadProblems(draft, hooks, names, check))
  }
  const known = new Map(drafts.map((draft) => [draft.id, draft]))
  diagnostics.push(...groupProblems(known, (draft) => readsOf(draft, hooks), project))
  const { exposures, diagnostics: ofExposures } = resolveExposures(project.exposures, {
    names,
    drafts: known,
    disabled,
  })
  diagnostics.push(...ofExposures)
  const lineage = lineageOfDrafts(drafts, hooks)
  const { order, blocked } = topologicalOrder(lineage)
  diagnostics.push(...cycleProblems(lineage, blocked, known, hooks))
  const links: Links = {
    drafts: known,
    sources: names.sourceById,
    position: new Map(order.map((id, index) => [id, index])),
    dialect: options.dialect,
    inEphemerals: new Map(),
    numbers: new EdgeNumbers(),
    wholeInputs: new Map(),
    behind: new Map(),
    report: (diagnostic) => diagnostics.push(diagnostic),
  }
  const models = linkAll(order, links, rendering, hooks)
  const onRunStart = runHooks('on_run_start', project.onRunStart, links, rendering)
  const onRunEnd = runHooks('on_run_end', project.onRunEnd, links, rendering)
  const assertions = assertionsOf(rendering, links, disabled)
  diagnostics.push(...assertions.flatMap((checked) => checked.diagnostics))
  diagnostics.push(...checkDistinct(assertions.flatMap(({ value }) => value ?? [])))
  const unitTests = compileUnitTests(project.unitTests, { rendering, links, disabled })
  diagnostics.push(...unitTests.flatMap((checked) => checked.diagnostics))
  const sorted = sortDiagnostics(diagnostics)
  const queries = neededQueries(rendering, known)
  if (hasErrors(sorted)) return { value: undefined, diagnostics: sorted, queries }
  const valuesOf = <T>(checked: readonly Checked<T>[]): T[] => checked.flatMap(({ value }) => value ?? [])
  const judging = { assertions: valuesOf(assertions), unitTests: valuesOf(unitTests) }
  const made = { models, ...judging, exposures, onRunStart, onRunEnd }
  return { value: graphOf(project, library.value, made), diagnostics: sorted, queries }
}

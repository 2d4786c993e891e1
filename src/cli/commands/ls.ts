import type { Graph, Kind, Model, Selection } from '../../compiler/index.ts'
import { diagnose, Failure, nearest } from '../../diagnostics/index.ts'
import { table } from '../../reports/index.ts'
import { locateValue } from '../command-line.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { type KnownColumns, knownColumns } from '../known-columns.ts'
import { loadGraph } from '../load.ts'
import { isNothing, kindsOf, selectNodes } from '../selection.ts'

type Assertion = Graph['assertions'][number]
type Source = Graph['sources'][number]
type UnitTest = Graph['unitTests'][number]
type Exposure = Graph['exposures'][number]

/** What one selected thing looks like in each form of the list. */
interface Listed {
  readonly kind: Kind
  readonly id: string
  readonly name: string
  readonly path: string
  /** What it is, in few words. */
  readonly form: string
  /** Words behind `--select` that name it, and nothing else of its kind. */
  readonly selector: string
  readonly json: () => Readonly<Record<string, unknown>>
}

/** `table`, `view`, or how a partitioned model is cut: `day by flight_date`. */
function form({ config, partitioning }: Model): string {
  if (!partitioning) return config.materialized
  return `${config.materialized}, ${partitioning.grid.unit} by ${partitioning.column}`
}

function modelJson(model: Model, columns: KnownColumns) {
  const { id, name, layer, owner, path, description, config, relation, partitioning, dependsOn } = model
  const { readsDependOn = [] } = model
  return {
    id,
    name,
    resource_type: config.materialized === 'seed' ? 'seed' : 'model',
    package: model.package,
    layer,
    owner,
    path,
    description,
    materialized: config.materialized,
    tags: config.tags,
    meta: config.meta,
    group: config.group ?? null,
    access: config.access,
    relation,
    partitioning: partitioning ?? null,
    // As the engine bound them, when the project was as it is now; null where that is not known.
    columns: columns.get(id) ?? null,
    depends_on: dependsOn,
    depends_on_target: readsDependOn.includes('target'),
    depends_on_vars: readsDependOn.includes('vars') || readsDependOn.includes('environment'),
  }
}

function ofModel(model: Model, columns: KnownColumns): Listed {
  const { id, name, path } = model
  return { kind: 'model', id, name, path, form: form(model), selector: id, json: () => modelJson(model, columns) }
}

function ofSource(source: Source): Listed {
  const { id, group, name, origin, tags, meta, description } = source
  const { path } = source.location
  const json = () => ({
    id,
    name,
    resource_type: 'source',
    package: source.package,
    group,
    path,
    description,
    tags,
    meta,
  })
  const selector = `source:${group}.${name}`
  return { kind: 'source', id, name: `${group}.${name}`, path, form: `source, ${origin.kind}`, selector, json }
}

function ofAssertion(assertion: Assertion): Listed {
  const { id, name, type, node, column, severity, tags, reads, blocking, description } = assertion
  const { path, line } = assertion.location
  const json = () => ({
    id,
    name,
    resource_type: 'test',
    type,
    node: node ?? null,
    column: column ?? null,
    severity,
    blocking,
    path,
    line,
    description,
    tags,
    depends_on: reads,
  })
  // Signs with a meaning in selectors stand for themselves only as wildcards.
  const selector = id.replace(/[\s,+@[\]/:]/g, '?')
  return { kind: 'assertion', id, name, path, form: `assertion, ${severity}`, selector, json }
}

function ofUnitTest(test: UnitTest): Listed {
  const { id, name, model, description, tags, meta, given } = test
  const { path, line } = test.location
  const json = () => ({
    id,
    name,
    resource_type: 'unit_test',
    package: test.package,
    model,
    path,
    line,
    description,
    tags,
    meta,
    given: given.map(({ node }) => node),
    depends_on: [model],
  })
  const selector = `unit_test:${id.replace(/^unit_test\./, '')}`
  return { kind: 'unit_test', id, name, path, form: 'unit test', selector, json }
}

function ofExposure(exposure: Exposure): Listed {
  const { id, name, type, owner, url, maturity, description, tags, meta, dependsOn } = exposure
  const { path } = exposure.location
  const json = () => ({
    id,
    name,
    resource_type: 'exposure',
    package: exposure.package,
    type,
    owner,
    url: url ?? null,
    maturity: maturity ?? null,
    path,
    description,
    tags,
    meta,
    depends_on: dependsOn,
  })
  return { kind: 'exposure', id, name, path, form: `exposure, ${type}`, selector: `exposure:${name}`, json }
}

/** Models, where nothing else is asked for; what there is, where no model is selected. */
function listed(graph: Graph, selection: Selection, asksKinds: boolean, columns: KnownColumns): Listed[] {
  const only = <T extends { readonly id: string }>(items: readonly T[], ids: readonly string[]) => {
    const wanted = new Set(ids)
    return items.filter(({ id }) => wanted.has(id))
  }
  const models = only(graph.models, selection.models).map((model) => ofModel(model, columns))
  if (!asksKinds && models.length > 0) return models
  return [
    ...only(graph.sources, selection.sources).map(ofSource),
    ...models,
    ...only(graph.assertions, selection.assertions).map(ofAssertion),
    ...only(graph.unitTests, selection.unitTests).map(ofUnitTest),
    ...only(graph.exposures, selection.exposures).map(ofExposure),
  ]
}

/** The keys of `--output-keys`, of each thing that has them; a key that nothing has is a mistake. */
function withKeys(context: Context, all: readonly Readonly<Record<string, unknown>>[]) {
  const keys = context.options['output-keys']?.flatMap((text) => text.split(/[\s,]+/)).filter((key) => key !== '')
  if (!keys) return all
  const known = new Set(all.flatMap((one) => Object.keys(one)))
  for (const key of keys) {
    if (known.has(key) || all.length === 0) continue
    const expected = [...known].join(', ')
    const parameters = { option: '--output-keys', value: key, expected, similar: nearest(key, known) }
    throw new Failure(diagnose('option-value-invalid', parameters, locateValue(context.line, key)))
  }
  return all.map((one) => Object.fromEntries(Object.entries(one).filter(([key]) => keys.includes(key))))
}

function tell(context: Context, found: readonly Listed[]): void {
  const { output, io, options } = context
  const as = options.output
  if (as === 'name' || as === 'path' || as === 'selector') {
    output.answer(found.map((one) => (as === 'name' && one.kind === 'assertion' ? one.id : one[as])).join('\n'))
    return
  }
  const kind = found[0]?.kind ?? 'model'
  const label = kind === 'assertion' ? 'test' : kind.replace('_', ' ')
  const isMixed = found.some(({ kind }) => kind !== found[0]?.kind)
  const rows = found.map(({ id, form: is, path }) => ({ [isMixed ? 'node' : label]: id, form: is, path }))
  const available = io.stdout.isTerminal ? Math.max(io.stdout.columns, 80) : Number.POSITIVE_INFINITY
  output.answer(table(rows, { available, theme: output.theme }).join('\n'))
}

export async function execute(context: Context): Promise<number> {
  const { output, options } = context
  const compiled = await loadGraph(context)
  if (options['output-keys'] && !output.json) {
    const why = 'keys are those of JSON: add `--output json`'
    throw new Failure(diagnose('option-conflict', { option: '--output-keys', other: '--output text', why }))
  }
  const selection = await selectNodes(context, compiled)
  const asksKinds = (kindsOf(context, 'resource-type') ?? kindsOf(context, 'exclude-resource-type')) !== undefined
  const columns = output.json ? knownColumns(context, compiled) : new Map()
  const found = listed(compiled.graph, selection, asksKinds, columns)
  if (output.json)
    output.answerJson(
      withKeys(
        context,
        found.map(({ json }) => json()),
      ),
    )
  else if (found.length > 0) tell(context, found)
  else {
    const what = isNothing(selection) ? 'nothing is selected' : 'no model is selected'
    output.progress.write(`${output.progressTheme.dim(what)}\n`)
  }
  return exitCode.success
}

import type { Column, Session } from '../adapters/contract.ts'
import type { UnitTest } from '../compiler/index.ts'
import { type Diagnostic, diagnose, Failure } from '../diagnostics/index.ts'
import type { AssertionOutcome, RunEvent, RunResults } from '../runner/index.ts'
import { type KnownColumns, runUnitTests, unitTestKey } from '../unit-tests/index.ts'
import { bindCompiled } from './binding.ts'
import { cacheOf, openStore } from './cache/index.ts'
import type { Context } from './context.ts'
import { knownColumns } from './known-columns.ts'
import type { Compiled } from './load.ts'
import { clockOf } from './timers.ts'
import { withWarehouse } from './warehouse.ts'

type ByNode = ReadonlyMap<string, readonly Column[]>

/** The models whose columns tests need: those that have rows, and those whose tables are compared. */
function modelsNeeded({ graph }: Compiled, tests: readonly UnitTest[]): readonly string[] {
  const nodes = new Set(tests.flatMap(({ model, given }) => [model, ...given.map(({ node }) => node)]))
  return graph.models.flatMap(({ id }) => (nodes.has(id) ? [id] : []))
}

/** Columns that binding finds without a warehouse. What is wrong with other models is no concern of a test. */
async function boundColumns(context: Context, compiled: Compiled, models: readonly string[]): Promise<ByNode> {
  const silent = { ...context, output: { ...context.output, report: () => undefined } }
  try {
    return (await bindCompiled(silent, compiled, models, undefined, undefined)).columns
  } catch (error) {
    if (error instanceof Failure) return new Map()
    throw error
  }
}

/** What the warehouse has, of an engine that binds nothing without one. */
async function storedColumns({ graph }: Compiled, session: Session): Promise<ByNode> {
  const nodes = [
    ...graph.models.map(({ id, relation }) => [id, relation] as const),
    ...graph.sources.flatMap(({ id, origin }) =>
      origin.kind === 'relation' ? [[id, { schema: origin.schema, name: origin.identifier }] as const] : [],
    ),
  ]
  const { relations } = await session.catalog([...new Set(nodes.map(([, { schema }]) => schema))])
  const known = new Map(relations.map(({ schema, name, columns }) => [`${schema}.${name}`, columns]))
  return new Map(
    nodes.flatMap(([id, { schema, name }]) => {
      const columns = known.get(`${schema}.${name}`)
      return columns ? [[id, columns] as const] : []
    }),
  )
}

/** What is known of the columns of each node: what its SQL returns, what is declared, what the warehouse has of it. */
async function columnsOf(context: Context, compiled: Compiled, tests: readonly UnitTest[], session?: Session) {
  const { graph, adapter } = compiled
  const { dialect } = adapter
  const wanted = modelsNeeded(compiled, tests)
  const kept = knownColumns(context, compiled)
  const isKnown = wanted.every((id) => kept.has(id))
  const bound = isKnown || !adapter.openBinder ? kept : await boundColumns(context, compiled, wanted)
  const stored: ByNode = session ? await storedColumns(compiled, session) : new Map()
  const declared = new Map([...graph.models, ...graph.sources].map((node) => [node.id, node]))
  const files = new Set(graph.sources.filter(({ origin }) => origin.kind === 'files').map(({ id }) => id))
  const known = new Map<string, KnownColumns | undefined>()
  const find = (node: string): KnownColumns | undefined => {
    const columns = bound.get(node) ?? stored.get(node)
    if (columns) return { columns: columns.map((column) => storable(column, compiled)), complete: true }
    const typed = (declared.get(node)?.columns ?? []).flatMap(({ name, type }) =>
      type === undefined ? [] : [{ name, type: dialect.type(type) ?? type }],
    )
    return typed.length > 0 ? { columns: typed, complete: files.has(node) } : undefined
  }
  return (node: string): KnownColumns | undefined => {
    if (!known.has(node)) known.set(node, find(node))
    return known.get(node)
  }
}

/** A column that can be stored: one of nothing but nulls has no type of its own. */
function storable(column: Column, { adapter: { dialect, features } }: Compiled): Column {
  return column.type === features.typeOfNull ? { ...column, type: dialect.type('integer') ?? column.type } : column
}

/** What earlier commands know to have passed, by `unitTestKey`. */
function passesOf(context: Context, compiled: Compiled) {
  const store = openStore(cacheOf(context, compiled.directory), 'unit-tests')
  const keyed = (key: string) => `${compiled.adapter.name}-${key}`
  return {
    has: (key: string): boolean => store.get(keyed(key)) === true,
    add: (key: string): void => store.set(keyed(key), true),
    save: store.save,
  }
}

/** How unit tests are run. */
export interface UnitTesting {
  /** Those that passed before, and of which nothing changed since, are not run again. */
  readonly remembers: boolean
  readonly emit: (event: RunEvent) => void
}

async function runOn(
  context: Context,
  compiled: Compiled,
  tests: readonly UnitTest[],
  session: Session,
  stored: Session | undefined,
  { remembers, emit }: UnitTesting,
): Promise<readonly AssertionOutcome[]> {
  const { graph, adapter, directory, project } = compiled
  const columns = await columnsOf(context, compiled, tests, stored)
  const passes = passesOf(context, compiled)
  const outcomes = await runUnitTests({
    ...{ graph, adapter, session, columns, emit, tests },
    projectDirectory: directory,
    files: project.files,
    clock: clockOf(context),
    signal: context.io.signal,
    failFast: context.options['fail-fast'] ?? false,
    ...(remembers ? { hasPassed: passes.has } : {}),
  })
  const passed = new Set(outcomes.flatMap(({ assertion, status }) => (status === 'pass' ? [assertion] : [])))
  for (const test of tests) if (passed.has(test.id)) passes.add(unitTestKey(test, { graph, columns }))
  passes.save()
  return outcomes
}

/**
 * Runs unit tests on rows of their own: on an engine in memory, or, of one that runs on a server alone, there, in relations of
 * one connection and transactions that are undone.
 */
export async function unitTestOutcomes(
  context: Context,
  compiled: Compiled,
  ids: readonly string[],
  testing: UnitTesting,
): Promise<readonly AssertionOutcome[]> {
  const wanted = new Set(ids)
  const tests = ids.length === 0 ? [] : compiled.graph.unitTests.filter(({ id }) => wanted.has(id))
  if (tests.length === 0) return []
  const session = await compiled.adapter.openEmpty?.()
  if (!session) {
    return withWarehouse(context, compiled, 'temporary', (warehouse) =>
      runOn(context, compiled, tests, warehouse.session, warehouse.session, testing),
    )
  }
  return runOn(context, compiled, tests, session, undefined, testing).finally(() => session.close())
}

const isBad = ({ status }: AssertionOutcome): boolean => status === 'fail' || status === 'error'

/** Results with those of unit tests, which came first. */
export function withUnitTests(results: RunResults, outcomes: readonly AssertionOutcome[]): RunResults {
  if (outcomes.length === 0) return results
  const status = results.status === 'success' && outcomes.some(isBad) ? 'failed' : results.status
  return { ...results, status, assertions: [...outcomes, ...results.assertions] }
}

/** Models whose unit tests failed, with what is to be told of each. */
export function refusedModels(
  { graph }: Compiled,
  outcomes: readonly AssertionOutcome[],
): ReadonlyMap<string, Diagnostic> {
  const failed = outcomes.filter(isBad)
  return new Map(
    [...new Set(failed.flatMap(({ node }) => node ?? []))].map((model) => {
      const tests = failed.filter(({ node }) => node === model).map(({ name }) => `\`${name}\``)
      const location = graph.models.find(({ id }) => id === model)?.location
      return [model, diagnose('unit-tests-stop-model', { model, tests }, location)]
    }),
  )
}

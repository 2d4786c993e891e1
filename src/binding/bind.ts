import type { Column } from '../adapters/contract.ts'
import type { Hook, Model } from '../compiler/index.ts'
import { type Diagnostic, diagnose, type Location } from '../diagnostics/index.ts'
import { checkAssertions } from './assertions.ts'
import { checkContracts } from './contracts.ts'
import { neededModels } from './needed.ts'
import { propertyFaults } from './properties.ts'
import type { Bindings, BindRequest } from './request.ts'
import { needsWindow, relationsRead } from './statement.ts'
import { Told } from './told.ts'
import { type Trouble, Walk } from './walk.ts'

/** Statements after which there are no more names than before. */
const makesNothing =
  /^\s*(?:select|with|insert|update|delete|truncate|comment|grant|revoke|analyze|vacuum|checkpoint)\b/i

function mayMake({ sql: { pieces } }: Hook): boolean {
  const [first] = pieces
  return !(first && 'text' in first && makesNothing.test(first.text))
}

/** Whether statements of the project may make tables, functions or types that no model makes. */
function hooksMayMake({ graph }: BindRequest): boolean {
  const ofModels = graph.models.some(({ preHooks, postHooks }) => preHooks.some(mayMake) || postHooks.some(mayMake))
  return ofModels || graph.onRunStart.some(mayMake) || graph.onRunEnd.some(mayMake)
}

const isAbsent = (trouble: Trouble | undefined): boolean => trouble?.kind === 'error' && trouble.absent

/** Why a name that is not here may still be there when the model is built; undefined when it cannot. */
function hope(request: BindRequest): string | undefined {
  if (hooksMayMake(request)) return 'a hook may make what it names'
  const { warehouse } = request
  return warehouse.kind === 'closed'
    ? `the warehouse may have what it names, and cannot be read: ${warehouse.reason}`
    : undefined
}

/** Binds what names unknown things once more with everything that the warehouse has beside the project's relations. */
async function bindWithWarehouse(walk: Walk, models: readonly Model[], request: BindRequest): Promise<void> {
  const absent = walk.troubled.filter((node) => isAbsent(walk.trouble(node)))
  if (absent.length === 0) return
  if (request.warehouse.kind === 'open') {
    await walk.adopt()
    for (const node of walk.troubled) {
      const trouble = walk.trouble(node)
      if (isAbsent(trouble) || trouble?.kind === 'unchecked') walk.forget(node)
    }
    await walk.add(models)
  }
  const reason = hope(request)
  if (reason === undefined) return
  for (const node of walk.troubled) {
    const trouble = walk.trouble(node)
    if (trouble?.kind !== 'error' || !trouble.absent) continue
    walk.setTrouble(node, { kind: 'unbound', reason: `${trouble.error.message}, but ${reason}` })
  }
}

const placeText = ({ path, line, column }: Location): string => `${path}:${line}:${column}`

/** The models that could not be checked because of each node. One mistake in a text that many share is one cause. */
function byCause(walk: Walk, models: readonly Model[], told: Told): Map<string, string[]> {
  const readers = new Map<string, string[]>()
  const first = new Map<string, string>()
  for (const { id } of models) {
    const trouble = walk.trouble(id)
    if (trouble?.kind === 'unchecked') {
      const root = first.get(trouble.root) ?? trouble.root
      readers.set(root, [...(readers.get(root) ?? []), id])
    } else if (trouble?.kind === 'error') {
      const place = told.placeOf(trouble.error, trouble.statement)
      const cause = `${place ? placeText(place) : id} ${trouble.error.message}`
      const same = first.get(cause)
      first.set(cause, same ?? id)
      if (same === undefined) continue
      first.set(id, same)
      readers.set(same, [...(readers.get(same) ?? []), id])
    }
  }
  return readers
}

/** Says of every cause once what is wrong, or why it is not known, and how many models could not be checked for it. */
function tellTroubles(walk: Walk, models: readonly Model[], told: Told): void {
  const readers = byCause(walk, models, told)
  const followers = new Set([...readers.values()].flat())
  for (const node of walk.troubled) {
    const trouble = walk.trouble(node)
    if (!trouble || trouble.kind === 'unchecked' || followers.has(node)) continue
    const unchecked = readers.get(node) ?? []
    const owner = walk.statements.model(node) ?? walk.statements.source(node)
    if (!owner) continue
    if (trouble.kind === 'error') {
      told.add([told.sqlError(node, trouble.error, owner.location, trouble.statement, unchecked)])
    } else {
      const parameters = { subject: node, reason: trouble.reason, readers: unchecked }
      told.add([diagnose('not-bound', parameters, told.placed(owner.location))])
    }
  }
}

/** Ephemerals that no model around them was bound with: selected by themselves. */
function checkEphemerals(walk: Walk, request: BindRequest, told: Told): void {
  const wanted = new Set(request.models)
  const { models } = request.graph
  const inside = new Set(models.filter(({ id }) => wanted.has(id)).flatMap(({ dependsOn }) => dependsOn))
  for (const { id, config, sql, location, dependsOn } of models) {
    if (config.materialized !== 'ephemeral' || !wanted.has(id) || inside.has(id) || needsWindow(sql)) continue
    const reads = dependsOn.filter((node) => walk.columns(node) !== undefined)
    const statement = walk.statements.fill(sql)
    if (reads.length < dependsOn.length) continue
    walk.check(statement.sql, reads, (failed) => {
      if (!failed.ok && failed.because === 'mistake') told.add([told.sqlError(id, failed.error, location, statement)])
    })
  }
}

/** The text for a table that is there, of a model that has two: it may read what the first build made. */
function checkIncremental({ id, incrementalSql, location }: Model, walk: Walk, told: Told): void {
  if (!incrementalSql) return
  const reads = relationsRead(incrementalSql)
  if (reads.some((node) => walk.columns(node) === undefined)) return
  const statement = walk.statements.fill(incrementalSql)
  walk.check(statement.sql, reads, (failed) => {
    if (!failed.ok && failed.because === 'mistake') told.add([told.sqlError(id, failed.error, location, statement)])
  })
}

function checkSettled({ id, settled, location }: Model, walk: Walk, told: Told): void {
  if (settled === undefined) return
  const sql = `select count(case when (${settled}\n) then null else 1 end) as unsettled from ${walk.statements.relationSql(id)}`
  walk.check(sql, [id], (failed) => {
    if (failed.ok || failed.because === 'rows') return
    told.add([told.sqlError(`\`settled\` of ${id}`, failed.error, location)])
  })
}

function checkModels(walk: Walk, request: BindRequest, told: Told): void {
  const { graph, adapter, building, models } = request
  const wanted = new Set(models)
  const asserted = new Set(graph.assertions.map(({ node, column }) => `${node} ${column}`))
  for (const model of graph.models) {
    const columns = wanted.has(model.id) ? walk.columns(model.id) : undefined
    if (!columns) continue
    const placed = (location: Location): Location => told.placed(location)
    const isAsserted = (column: string): boolean => asserted.has(`${model.id} ${column}`)
    told.add(propertyFaults({ model, columns, dialect: adapter.dialect, building, placed, isAsserted }))
    checkSettled(model, walk, told)
    checkIncremental(model, walk, told)
  }
}

function columnsOf(walk: Walk, models: readonly Model[]): Map<string, readonly Column[]> {
  return new Map(
    models.flatMap(({ id }) => {
      const columns = walk.columns(id)
      return columns ? [[id, columns] as const] : []
    }),
  )
}

/**
 * Binds models: finds the columns that their queries return and everything in them that the engine would refuse, without reading
 * a row and without touching the warehouse. What reads a model with a mistake is not judged: one cause is one error.
 */
export async function bind(request: BindRequest): Promise<Bindings> {
  const models = neededModels(request.graph, request.models)
  const walk = new Walk(request)
  const told = new Told(request)
  try {
    await walk.add(models)
    await bindWithWarehouse(walk, models, request)
    tellTroubles(walk, models, told)
    checkModels(walk, request, told)
    await checkContracts(walk, request, told)
    checkAssertions(walk, request, told)
    checkEphemerals(walk, request, told)
    await walk.finish()
    const diagnostics: readonly Diagnostic[] = told.diagnostics
    return { columns: columnsOf(walk, models), diagnostics }
  } finally {
    await walk.close()
  }
}

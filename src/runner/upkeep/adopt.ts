import type { CatalogRelation, Column, Connection } from '../../adapters/contract.ts'
import { returnedColumnFaults } from '../../assertions/index.ts'
import { startInstant, type Window, windowsOf } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Diagnostic, diagnose, Failure } from '../../diagnostics/index.ts'
import type { SourceSignal } from '../../extract/index.ts'
import type { OwnedRelation, PublishedPartition } from '../../ledger/index.ts'
import { currentInputs, type InputState, inputState, storedModels } from '../../planner/index.ts'
import { filesOf, isOwned } from '../prepare.ts'
import {
  all,
  keyOf,
  modelStatement,
  openWorkshop,
  relationSql,
  type Surroundings,
  type Workshop,
  windowNames,
  withConnection,
} from '../site/index.ts'
import { columnFaults, keyOfRows, namedIn, strategyOf } from '../strategy/index.ts'
import { holdingOf } from './table-facts.ts'
import { each, type Tended, tend, writeTended } from './tend.ts'

/** What `adopt` is asked for. */
export interface AdoptRequest {
  /** Ids of the models whose tables are taken over. */
  readonly models: readonly string[]
  readonly sources: readonly SourceSignal[]
  /** UTC milliseconds. */
  readonly now: number
}

/** A relation that was taken over, or would be. */
export interface Adopted {
  readonly model: Model
  /** Absent: it is not partitioned. */
  readonly windows?: readonly Window[]
  readonly partitions: number
  readonly rows: number
  /** Upstreams that elt has not built: their first build is a change. */
  readonly unbuilt: readonly string[]
}

function refusal(workshop: Workshop, model: Model, because: string, help: string): Diagnostic {
  const relation = relationSql(workshop, model.relation)
  return diagnose('adopt-refused', { model: model.id, relation, because, help }, model.location)
}

function partitionFaults(workshop: Workshop, model: Model, columns: readonly Column[]): Diagnostic[] {
  const { partitioning, location } = model
  const partition = partitioning && { name: partitioning.column, type: partitioning.type }
  const { dialect } = workshop.adapter
  return returnedColumnFaults({ model: model.id, columns, partition, dialect, location })
}

/** What of a relation does not fit its model, before a row is read. */
async function faultsOf(
  workshop: Workshop,
  model: Model,
  there: CatalogRelation,
  owner: OwnedRelation | undefined,
): Promise<readonly Diagnostic[]> {
  const isView = model.config.materialized === 'view'
  if (owner && owner.project !== workshop.graph.project) {
    return [refusal(workshop, model, `the project ${owner.project} owns it`, 'store the model elsewhere with alias')]
  }
  if ((there.kind === 'view') !== isView) {
    const because = isView ? 'a table stands where the model is a view' : 'a view stands where the model has a table'
    const help = isView ? 'drop it, or make the model a table' : 'drop the view: the next run makes the table'
    return [refusal(workshop, model, because, help)]
  }
  if (isView) return []
  const { sql } = modelStatement({ ...workshop, brought: 'nothing' }, model, all)
  const columns = await workshop.session.describe(sql)
  const names = new Set(there.columns.map(({ name }) => name.toLowerCase()))
  const missing = columns.filter(({ name }) => !names.has(name.toLowerCase())).map(({ name }) => name)
  if (missing.length > 0) {
    const because = `it has no column ${missing.join(', ')}, which the model returns`
    return [refusal(workshop, model, because, 'add the columns, or have the model return what the table has')]
  }
  return [...columnFaults(workshop, model, columns), ...partitionFaults(workshop, model, there.columns)]
}

interface Candidate {
  readonly model: Model
  readonly there: CatalogRelation
}

/** The relations that stand where models are stored and that elt did not make. Throws `Failure` where one does not fit. */
async function candidates(workshop: Workshop, ids: readonly string[]): Promise<Candidate[]> {
  const known = ids.flatMap((id) => workshop.models.get(id) ?? [])
  const { relations } = await workshop.ledger.snapshot(storedModels(known), { headsOnly: true })
  const owners = new Map((await workshop.ledger.inventory()).map((one) => [JSON.stringify(one.relation), one]))
  const wanted = new Set(ids)
  const found: Candidate[] = []
  const faults: Diagnostic[] = []
  for (const model of workshop.graph.models) {
    if (!wanted.has(model.id) || model.config.materialized === 'ephemeral') continue
    const there = workshop.relations.find(model.relation)
    if (!there || isOwned(relations.get(model.id))) continue
    found.push({ model, there })
    const owner = owners.get(JSON.stringify({ schema: model.relation.schema, name: model.relation.name }))
    const about = { subject: model.id, location: model.location }
    const looked = await each(
      workshop,
      [model],
      () => about,
      () => faultsOf(workshop, model, there, owner),
    )
    faults.push(...looked.diagnostics)
  }
  if (faults.length > 0) throw new Failure(...faults)
  return found
}

/** Rows of one key that a merge could not tell apart. */
async function refuseDoubled(workshop: Workshop, { model, there }: Candidate, connection: Connection): Promise<void> {
  if (strategyOf(model) !== 'merge') return
  const { quote } = workshop.adapter.dialect
  const names = there.columns.map(({ name }) => name)
  const key = namedIn(names, keyOfRows(model)).map(quote).join(', ')
  const doubled = `select ${key} from ${relationSql(workshop, model.relation)} group by ${key} having count(*) > 1`
  const [row] = await connection.query(`select count(*) as n from (${doubled}) as doubled`, { signal: workshop.stop })
  if (Number(row?.n ?? 0) === 0) return
  const because = `${row?.n} values of ${keyOfRows(model).join(', ')} stand in more than one row`
  throw new Failure(refusal(workshop, model, because, 'leave one row of each, or give the model another unique_key'))
}

/** What a table holds, refused where a row has no place in the model. */
async function heldBy(workshop: Workshop, candidate: Candidate, connection: Connection) {
  const { model, there } = candidate
  if (there.kind === 'view') return []
  const { partitions, unplaced } = await holdingOf(workshop, model, there.columns, connection)
  if (unplaced > 0) {
    const because = `${unplaced} of its rows have no value of ${model.partitioning?.column}`
    throw new Failure(refusal(workshop, model, because, 'delete these rows, or give them a partition'))
  }
  const { begin = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY } = model
  const outside = partitions.filter(({ ordinal }) => model.partitioning && (ordinal < begin || ordinal >= end))
  if (outside.length > 0) {
    const where = windowNames(model, windowsOf(outside.map(({ ordinal }) => ordinal)))
    const because = `it holds partitions outside of the model’s begin and end: ${where}`
    throw new Failure(refusal(workshop, model, because, 'set begin and end to hold them, or delete their rows'))
  }
  await refuseDoubled(workshop, candidate, connection)
  return partitions
}

/** What models can read now, and which upstreams were never built. */
async function stateOf(
  workshop: Workshop,
  model: Model,
  sources: readonly SourceSignal[],
): Promise<InputState & { readonly unbuilt: readonly string[] }> {
  const ids = [...new Set(model.inputs.map(({ upstream }) => upstream))]
  const upstreams = ids.flatMap((id) => workshop.models.get(id) ?? [])
  const { relations } = await workshop.ledger.snapshot(storedModels(upstreams))
  const unbuilt = upstreams.filter(({ id }) => !isOwned(relations.get(id))).map(({ id }) => id)
  return { ...inputState(workshop.graph, relations, sources), unbuilt }
}

function adoptedOf(
  { model }: Candidate,
  partitions: readonly { readonly ordinal: number; readonly rows: number }[],
  unbuilt: readonly string[],
): Adopted {
  const windows = model.partitioning ? { windows: windowsOf(partitions.map(({ ordinal }) => ordinal)) } : {}
  const rows = partitions.reduce((sum, one) => sum + one.rows, 0)
  return { model, ...windows, partitions: partitions.length, rows, unbuilt }
}

/** What `adopt` would record. Changes nothing. */
export async function adoptable(given: Surroundings, request: AdoptRequest): Promise<Tended<Adopted>> {
  const workshop = await openWorkshop(given, request.sources)
  const found = await candidates(workshop, request.models)
  const going = new Set(found.map(({ model }) => model.id))
  return each(
    workshop,
    found,
    ({ model: { id, location } }) => ({ subject: id, location }),
    (one) =>
      withConnection(workshop.session, async (connection) => {
        const { unbuilt } = await stateOf(workshop, one.model, request.sources)
        const others = unbuilt.filter((id) => !going.has(id))
        return adoptedOf(one, await heldBy(workshop, one, connection), others)
      }),
  ).finally(workshop.reading.close)
}

async function adoptOne(workshop: Workshop, candidate: Candidate, request: AdoptRequest): Promise<Adopted> {
  const { model, there } = candidate
  const { id: node, relation, partitioning } = model
  const state = await stateOf(workshop, model, request.sources)
  const { leases } = await workshop.ledger.acquire(workshop.start.run, [{ node, relation }])
  const lease = leases.get(node) ?? bug(`no lease of ${node}`)
  // A view is made again by the next run, in the model's words.
  const fingerprint = there.kind === 'view' ? '' : model.fingerprint
  const cut = partitioning && there.kind === 'table' ? { cut: partitioning } : {}
  const partitionOf = (one: { ordinal: number; rows: number; checksum: string; settled: boolean }) => {
    const { ordinal } = one
    const isPartial = partitioning !== undefined && request.now < startInstant(partitioning.grid, ordinal + 1)
    const inputs = currentInputs(model, partitioning ? ordinal : 'all', state)
    return { ...one, key: keyOf(model, ordinal), partial: isPartial, changed: true, inputs }
  }
  let adopted = adoptedOf(candidate, [], [])
  await writeTended(workshop, { node, lease, fingerprint, ...cut }, 'adopted', async (connection) => {
    const held = await heldBy(workshop, candidate, connection)
    const { unbuilt } = state
    adopted = adoptedOf(candidate, held, unbuilt)
    const asView = { ordinal: 0, key: 'all', rows: 0, checksum: '', settled: true, partial: false, changed: true }
    const partitions: PublishedPartition[] = there.kind === 'view' ? [{ ...asView, inputs: [] }] : held.map(partitionOf)
    return { partitions, fresh: true, ...(there.kind === 'table' ? { seen: there.columns } : {}) }
  })
  return adopted
}

/** Remembers the files that the tables were made from, so that one which vanishes later is known to be gone. */
async function rememberFiles(workshop: Workshop, found: readonly Candidate[]): Promise<void> {
  const files = filesOf(
    workshop,
    found.map(({ model }) => model),
    new Map(),
  )
  if (files.length > 0) await workshop.ledger.recordFiles(files)
}

/**
 * Takes over relations that elt did not make, as if their models had built them from what can be read now: each with its record
 * in one transaction. Rejects with `Failure`, before anything is written, where the columns of one do not fit its model.
 */
export function adopt(given: Surroundings, request: AdoptRequest): Promise<Tended<Adopted>> {
  return tend(given, request.sources, async (workshop) => {
    const found = await candidates(workshop, request.models)
    await rememberFiles(workshop, found)
    return each(
      workshop,
      found,
      ({ model: { id, location } }) => ({ subject: id, location }),
      (one) => adoptOne(workshop, one, request),
    )
  })
}

import type { CatalogRelation, Column, Connection } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, Failure } from '../../diagnostics/index.ts'
import type { AttachedRecord, InputRecord, Publication, PublishedPartition } from '../../ledger/index.ts'
import { viewColumns } from '../../planner/index.ts'
import type { Statement } from '../../sql/index.ts'
import { attach, rebinding, withAttached, withHooks } from '../publish/index.ts'
import {
  all,
  type BuildSite,
  giveUp,
  leaseOf,
  modelStatement,
  retrying,
  sending,
  startAttempt,
  type WindowJob,
  withConnection,
} from '../site/index.ts'
import { columnFaults, contractBreaches } from '../strategy/index.ts'
import { type Built, nothingBuilt } from './build-window.ts'

/** Whether the columns of what the view reads are those that it was made with. */
export function viewIsCurrent(site: BuildSite, model: Model): boolean {
  const record = site.records.get(model.id)
  return record !== undefined && record.columns === viewColumns(model, site.graph, site.relations.catalog())
}

/** A view has no rows of its own: its record says by which code and over which columns it was made. */
function recordOf(site: BuildSite, model: Model, columns: string, inputs: readonly InputRecord[]): PublishedPartition {
  const checksum = `${model.fingerprint}:${columns}`
  const changed = site.published.at(model.id, 0)?.checksum !== checksum
  return { ordinal: 0, key: 'all', rows: 0, checksum, settled: true, partial: false, changed, inputs }
}

/** Some engines put a view in the place of another only where its columns go on as they were. */
function isReplaceable({ kind, columns }: CatalogRelation, described: readonly Column[]): boolean {
  const goesOn = ({ name, type }: Column, index: number) =>
    name === described[index]?.name && type === described[index]?.type
  return kind === 'view' && columns.every(goesOn)
}

async function makeView(
  site: BuildSite,
  job: WindowJob,
  attempt: number,
  statement: Statement,
  described: readonly Column[],
  connection: Connection,
): Promise<PublishedPartition> {
  const { model } = job
  const { ddl } = site.adapter.dialect
  const columns = viewColumns(model, site.graph, site.relations.catalog())
  await site.published.load(model.id, all)
  const record = recordOf(site, model, columns, job.inputs.get(0) ?? [])
  const existing = site.relations.find(model.relation)
  const options = { signal: site.stop, label: model.id }
  const hooks = site.hooks.publishing(model, 1)
  const claim = { lease: leaseOf(site, model), attempt, node: model.id }
  let attached: AttachedRecord | undefined
  const [version = bug('a view without a version')] = await site.ledger.publishAll(connection, [claim], async () => {
    const isReplaced = existing !== undefined && !isReplaceable(existing, described)
    const change = { columns: described, kind: 'view' as const, ...(isReplaced ? { unbinds: existing.kind } : {}) }
    await rebinding(site, connection, model, change, async () => {
      if (isReplaced) await connection.run(ddl.drop(model.relation, existing.kind), options)
      const create = ddl.createView(model.relation, statement.sql)
      await sending(create, statement, (sql) => connection.run(sql, { ...options, single: true }))
    })
    const bearer = { kind: 'view' as const, columns: described, isNew: existing === undefined, isChanged: true }
    attached = await attach(site, connection, model, bearer)
    await hooks?.run(connection)
    const publication: Publication = {
      ...claim,
      fingerprint: model.fingerprint,
      partitions: [record],
      columns,
      fresh: existing?.kind !== 'view',
    }
    return [withAttached(withHooks(publication, hooks), attached)]
  })
  if (attached) site.attached.set(model.id, attached)
  hooks?.settle()
  const { checksum } = record
  const kept = site.published.at(model.id, 0)?.version ?? version
  site.published.record(
    model.id,
    [{ ordinal: 0, checksum, rows: 0, version: record.changed ? version : kept }],
    version,
  )
  return record
}

async function describeView(site: BuildSite, model: Model, statement: Statement): Promise<readonly Column[]> {
  return site.columns.get(model.id) ?? (await sending(statement.sql, statement, (sql) => site.session.describe(sql)))
}

/** Makes a view, with its record, in one transaction. */
export async function buildView(site: BuildSite, job: WindowJob): Promise<Built> {
  const { model } = job
  const attempt = await startAttempt(site, job)
  try {
    await site.hooks.before(model)
    const statement = modelStatement(site, model, all)
    const columns = await describeView(site, model, statement)
    const faults = [...columnFaults(site, model, columns), ...(await contractBreaches(site, model, columns))]
    if (faults.length > 0) throw new Failure(...faults)
    const make = (connection: Connection) => makeView(site, job, attempt, statement, columns, connection)
    const inTurn = () => site.publications.of([model.id])(() => withConnection(site.session, make))
    const record = await retrying(site, inTurn)
    site.relations.record(model.relation, 'view', columns)
    return { ...nothingBuilt, changed: record.changed ? 1 : 0, equal: record.changed ? 0 : 1 }
  } catch (error) {
    const diagnostics = await giveUp(site, job, attempt, error)
    return { ...nothingBuilt, failed: [0], cancelled: site.stop.aborted, diagnostics }
  }
}

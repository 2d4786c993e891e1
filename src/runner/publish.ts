import type { Connection } from '../adapters/contract.ts'
import { startInstant, windowsOf } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { PublishedPartition, PublishedVersion } from '../ledger/index.ts'
import { leaseOf, type WindowJob } from './attempt.ts'
import type { CheckedPartition } from './check.ts'
import { columnChanges } from './columns.ts'
import type { BuildSite } from './context.ts'
import { keyOf } from './names.ts'
import type { Staged } from './stage.ts'
import { windowLiterals } from './statement.ts'

/** Partitions of a window that passed their checks, ready to be read by others. */
export interface PublishRequest extends WindowJob {
  readonly attempt: number
  readonly partitions: readonly CheckedPartition[]
  /** Absent: no rows were made, because there is nothing to read; every partition is empty. */
  readonly staged?: Staged
}

export interface PublishResult {
  readonly changed: number
  readonly equal: number
  /** Of the changed partitions. */
  readonly rows: number
}

/** Statements that make the table, or make it anew with other columns. */
function tableStatements(site: BuildSite, model: Model, staged: Staged): string[] {
  const { ddl } = site.adapter.dialect
  const existing = site.relations.find(model.relation)
  const create = ddl.createTable(model.relation, staged.columns)
  if (!existing) return [create]
  if (existing.kind === 'table' && !columnChanges(existing.columns, staged.columns)) return []
  return [ddl.drop(model.relation, existing.kind), create]
}

/** Statements that bring staged rows of some partitions into the table. */
function writeStatements(
  site: BuildSite,
  model: Model,
  staged: Staged,
  ordinals: readonly number[],
  fresh: boolean,
): readonly string[] {
  const strategy = model.partitioning ? 'replace_partition' : 'table'
  const write = site.adapter.dialect.write[strategy] ?? bug(`no strategy ${strategy}`)
  const existing = fresh ? undefined : site.relations.find(model.relation)
  const columns = (existing?.columns ?? staged.columns).map(({ name }) => name)
  const request = { target: model.relation, staging: staged.relation, columns }
  if (!model.partitioning) return write(request)
  const ranges = windowsOf(ordinals).map((window) => windowLiterals(site, model, window))
  return write({ ...request, window: { column: model.partitioning.column, ranges } })
}

function isPartial(site: BuildSite, model: Model, ordinal: number): boolean {
  return model.partitioning !== undefined && site.plan.now < startInstant(model.partitioning.grid, ordinal + 1)
}

/** What the ledger keeps of each partition: changed ones take a new version. */
function recordsOf(site: BuildSite, request: PublishRequest, fresh: boolean): PublishedPartition[] {
  const { model } = request
  return request.partitions.map(({ ordinal, rows, checksum, settled }) => {
    const before = fresh ? undefined : site.published.at(model.id, ordinal)
    return {
      ordinal,
      key: keyOf(model, ordinal),
      rows,
      checksum,
      settled,
      partial: isPartial(site, model, ordinal),
      changed: before?.checksum !== checksum || before.rows !== rows,
      inputs: request.inputs.get(ordinal) ?? bug(`no inputs of ${model.id} ${ordinal}`),
    }
  })
}

async function commit(
  site: BuildSite,
  request: PublishRequest,
  records: readonly PublishedPartition[],
  statements: readonly string[],
  fresh: boolean,
  connection: Connection,
): Promise<number> {
  const { model, attempt } = request
  const options = { signal: site.stop, label: model.id }
  return connection.transaction(async () => {
    if (statements.length > 0) await connection.run(statements.join(';\n'), options)
    return site.ledger.publish(connection, {
      lease: leaseOf(site, model),
      attempt,
      node: model.id,
      ...(model.partitioning ? { grid: model.partitioning.grid, column: model.partitioning.column } : {}),
      fingerprint: model.fingerprint,
      partitions: records,
      fresh,
    })
  })
}

/**
 * Publishes checked partitions: rows and their record in one transaction, under the fence. Partitions that equal the
 * published ones keep rows and version. Publications of one relation queue up.
 */
export function publish(site: BuildSite, request: PublishRequest, connection: Connection): Promise<PublishResult> {
  const { model, staged, partitions } = request
  return site.publications.of(model.id)(async () => {
    await site.published.load(model.id, site.hulls.get(model.id) ?? request.window)
    const make = staged ? tableStatements(site, model, staged) : []
    const fresh = make.length > 0
    const records = recordsOf(site, request, fresh)
    const written = records
      .filter((record) => staged && (record.changed || request.rewrite))
      .map(({ ordinal }) => ordinal)
    const write = staged && written.length > 0 ? writeStatements(site, model, staged, written, fresh) : []
    const drop = staged ? [site.adapter.dialect.ddl.drop(staged.relation, 'table')] : []
    const version = await commit(site, request, records, [...make, ...write, ...drop], fresh, connection)
    if (staged && fresh) {
      site.relations.record(model.relation, 'table', staged.columns)
      site.published.forget(model.id)
    }
    const published = records.map(({ ordinal, checksum, rows, changed }): PublishedVersion => {
      const kept = site.published.at(model.id, ordinal)?.version ?? version
      return { ordinal, checksum, rows, version: changed ? version : kept }
    })
    site.published.record(model.id, published, version)
    if (records.some(({ settled, partial }) => partial || !settled)) site.open.add(model.id)
    const changed = records.filter((record) => record.changed)
    return {
      changed: changed.length,
      equal: partitions.length - changed.length,
      rows: changed.reduce((sum, record) => sum + record.rows, 0),
    }
  })
}

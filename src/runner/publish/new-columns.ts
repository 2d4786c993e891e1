import type { Evolution } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { AttachedRecord } from '../../ledger/index.ts'
import { leaseOf, type RunRequest, type Site, type Workshop, withConnection } from '../site/index.ts'
import { columnFaults, cutOf, evolutionOf } from '../strategy/index.ts'
import { attach } from './attachments.ts'
import { withAttached } from './publish.ts'

/** What a table that keeps the rows of older code takes of the columns of the newer one. */
function additionTo(workshop: Workshop, model: Model, { columns }: RunRequest): Evolution | undefined {
  const returned = columns?.get(model.id)
  const mode = model.config.onSchemaChange
  if (!returned || (mode !== 'append_new_columns' && mode !== 'sync_all_columns')) return undefined
  // What cannot be published is told when a partition is built; nothing is dropped before.
  if (columnFaults(workshop, model, returned).length > 0) return undefined
  const evolution = evolutionOf(workshop, model, returned, 'append')
  return evolution && evolution.added.length > 0 && evolution.refused.length === 0 ? evolution : undefined
}

/**
 * Models none of whose partitions is built although their code is newer than their rows, and that return columns which their
 * tables do not have: readers may already ask for these.
 */
export function modelsWithNewColumns(workshop: Workshop, request: RunRequest): Model[] {
  const { steps, kept } = request.plan
  const built = new Set(steps.map(({ model }) => model))
  const older = new Set(kept.filter(({ why }) => why.kind === 'older-code-kept').map(({ model }) => model))
  return [...older].flatMap((id) => {
    const model = built.has(id) ? undefined : workshop.models.get(id)
    return model && additionTo(workshop, model, request) ? [model] : []
  })
}

/** Adds the columns that newer code returns to tables that are left as they are, with their record. */
export async function addNewColumns(site: Site, request: RunRequest): Promise<void> {
  for (const model of modelsWithNewColumns(site, request)) {
    const evolution = additionTo(site, model, request)
    if (!evolution) continue
    const { fence } = leaseOf(site, model)
    const { id: node, relation, fingerprint, partitioning } = model
    // No partition is built: a run that dies here has interrupted none.
    const window = { start: 0, end: 0 }
    const start = { run: site.start.run, node, relation, fence, fingerprint, reason: 'columns-changed', window }
    const [attempt = bug('an attempt without a number')] = await site.ledger.startAttempts([start])
    const claim = { lease: leaseOf(site, model), attempt, node }
    const cut = partitioning ? { grid: partitioning.grid, column: partitioning.column } : {}
    let attached: AttachedRecord | undefined
    await withConnection(site.session, (connection) =>
      site.ledger.publishAll(connection, [claim], async () => {
        await connection.run(evolution.statements.join(';\n'), { signal: site.stop, label: node })
        const bearer = { kind: 'table' as const, columns: evolution.columns, isNew: false, isChanged: true }
        attached = await attach(site, connection, model, bearer)
        const publication = { ...claim, ...cut, fingerprint, partitions: [], seen: evolution.columns }
        return [withAttached(publication, attached)]
      }),
    )
    if (attached) site.attached.set(node, attached)
    site.relations.record(relation, 'table', evolution.columns, cutOf(site, model))
  }
}

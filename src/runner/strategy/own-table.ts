import { bug } from '../../diagnostics/index.ts'
import { attemptOf, type BuildSite, leaseOf, type WindowJob } from '../site/index.ts'
import { createTable, cutOf } from './pieces.ts'

/**
 * Makes the table of a model that reads its own partitions, empty, before the first of them is staged. What the ledger knew of an
 * earlier one goes in the same transaction: a killed run leaves an empty table of which nothing is built.
 */
export async function makeOwnTable(site: BuildSite, job: WindowJob): Promise<void> {
  const { model, window } = job
  if (!model.inputs.some(({ kind }) => kind === 'self') || site.relations.find(model.relation)) return
  const { dialect } = site.adapter
  const columns = model.columns.map(({ name, type = '' }) => {
    return { name, type: dialect.type(type) ?? bug(`${model.id}.${name} has no type`) }
  })
  const none = { ...job, window: { start: window.start, end: window.start } }
  const [attempt = bug('an attempt without a number')] = await site.ledger.startAttempts([attemptOf(site, none)])
  const claim = { lease: leaseOf(site, model), attempt, node: model.id }
  const { connection } = site.desk
  await site.ledger.publishAll(connection, [claim], async () => {
    await connection.run(createTable(site, model, columns), { signal: site.stop, label: model.id })
    const cut = model.partitioning ? { grid: model.partitioning.grid, column: model.partitioning.column } : {}
    return [{ ...claim, ...cut, fingerprint: model.fingerprint, partitions: [], fresh: true, seen: columns }]
  })
  site.relations.record(model.relation, 'table', columns, cutOf(site, model))
  site.published.forget(model.id)
}

import type { Column } from '../../adapters/contract.ts'
import { bug } from '../../diagnostics/index.ts'
import type { AttachedRecord } from '../../ledger/index.ts'
import { type BuildSite, type CheckedPartition, draftOf, type MakeRequest, type PublishResult } from '../site/index.ts'
import {
  attachAll,
  claimOf,
  hookParts,
  type Prepared,
  publicationOf,
  recordsOf,
  settle,
  withAttached,
  withHooks,
} from './publish.ts'

/** A table that is made by the transaction that publishes it. */
export interface NewTable {
  readonly request: MakeRequest
  readonly columns: readonly Column[]
}

function preparedOf(site: BuildSite, table: NewTable, partitions: readonly CheckedPartition[]): Prepared {
  const { request, columns } = table
  const records = recordsOf(site, request, partitions, true)
  return {
    request: { ...request, partitions },
    fresh: true,
    change: { statements: [], columns, fresh: true, model: request.model },
    seen: columns,
    statements: [],
    written: records.map(({ ordinal }) => ordinal),
    records,
  }
}

/**
 * Publishes tables that `make` makes and checks, in the transaction that records them and under their fences; it returns what each
 * of them holds. A rejection: nothing was done.
 */
export function publishNew(
  site: BuildSite,
  tables: readonly NewTable[],
  make: () => Promise<readonly (readonly CheckedPartition[])[]>,
): Promise<PublishResult[]> {
  const { connection } = site.desk
  const requests = tables.map(({ request }) => request)
  return site.publications.of(requests.map(({ model }) => model.id))(async () => {
    const hooks = hookParts(site, requests)
    const relations = draftOf(site.relations)
    let prepared: readonly Prepared[] = []
    let attached: ReadonlyMap<string, AttachedRecord> = new Map()
    const claims = requests.map((request) => claimOf(site, request))
    const versions = await site.ledger.publishAll(connection, claims, async () => {
      const made = await make()
      prepared = tables.map((table, index) => preparedOf(site, table, made[index] ?? bug('a table that was not made')))
      for (const { request, columns } of tables) relations.record(request.model.relation, 'table', columns)
      attached = await attachAll({ ...site, relations }, prepared)
      for (const part of hooks.values()) await part.run(connection)
      return prepared.map((one) => {
        const publication = publicationOf(site, one, { records: one.records, left: [] })
        const { node } = publication
        return withAttached(withHooks(publication, hooks.get(node)), attached.get(node))
      })
    })
    relations.commit()
    for (const [node, record] of attached) site.attached.set(node, record)
    for (const part of hooks.values()) part.settle()
    return prepared.map((one, index) => {
      const version = versions[index] ?? bug('a publication without a version')
      return settle(site, one, { records: one.records, left: [] }, version)
    })
  })
}

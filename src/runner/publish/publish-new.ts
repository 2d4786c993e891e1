import type { Column } from '../../adapters/contract.ts'
import { bug } from '../../diagnostics/index.ts'
import type { BuildSite, CheckedPartition, MakeRequest, PublishResult } from '../site/index.ts'
import { type Prepared, publishing, recordsOf } from './publish.ts'

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
  const requests = tables.map(({ request }) => request)
  return publishing(site, requests, async ({ relations }) => async () => {
    const made = await make()
    for (const { request, columns } of tables) relations.record(request.model.relation, 'table', columns)
    const prepared = tables.map((table, index) =>
      preparedOf(site, table, made[index] ?? bug('a table that was not made')),
    )
    return { prepared, recorded: prepared.map(({ records }) => ({ records, left: [] })) }
  })
}

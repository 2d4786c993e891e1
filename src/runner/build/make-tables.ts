import type { RelationName } from '../../adapters/contract.ts'
import { bug } from '../../diagnostics/index.ts'
import { type Checked, check, factsOf, partitionsOf, scanTogether } from '../judge/index.ts'
import { publishNew } from '../publish/index.ts'
import {
  type BuildSite,
  filesOfWindow,
  type Made,
  type MakeRequest,
  modelStatement,
  ordinalsOf,
  readsFiles,
  relationSql,
  type Staged,
  type WindowJob,
} from '../site/index.ts'
import { columnFaults, contractBreaches, strategyOf } from '../strategy/index.ts'
import { asRead } from './as-read.ts'
import { columnsOf } from './stage.ts'

/**
 * Whether a window is all of a table that does not exist yet. Nobody reads it before the transaction that makes it is
 * committed, so its rows need not be staged.
 */
export function canBeMade(site: BuildSite, { model, window }: WindowJob): boolean {
  if (!site.adapter.features.transactionalDdl || strategyOf(model) !== 'table' || model.partitioning) return false
  if (site.text === 'incremental' || site.relations.find(model.relation)) return false
  return [...filesOfWindow(site, model, window).keys()].every((source) => readsFiles(site, source))
}

/** A table to be made: what it will hold, and the statements that make it. */
interface NewTable {
  readonly request: MakeRequest
  readonly table: Staged
  readonly statements: readonly string[]
}

/** Undefined when the columns cannot be published. */
async function planTable(site: BuildSite, request: MakeRequest): Promise<NewTable | undefined> {
  const { model, window } = request
  const { sql } = modelStatement(site, model, window)
  const columns = await columnsOf(site, model, sql, site.session.describe)
  if (columnFaults(site, model, columns).length > 0) return undefined
  if ((await contractBreaches(site, model, columns)).length > 0) return undefined
  const relation: RelationName = model.relation
  return {
    request,
    table: { relation, columns },
    statements: site.adapter.dialect.ddl.createTableAs(relation, columns, sql),
  }
}

/** Why a transaction is given up: the tables have to be staged one by one. */
class NotPassed extends Error {}

/**
 * Makes tables in the transaction that records them, where they are checked before it is committed. Undefined, or a rejection:
 * nothing of it was done.
 */
export async function makeTables(
  site: BuildSite,
  requests: readonly MakeRequest[],
): Promise<readonly Made[] | undefined> {
  const tables: NewTable[] = []
  for (const request of requests) {
    const table = await planTable(site, request)
    if (!table) return undefined
    tables.push(table)
  }
  let checked: readonly Checked[] = []
  const published = await publishNew(
    site,
    tables.map(({ request, table }) => ({ request, columns: table.columns })),
    async () => {
      checked = await makeAndCheck(site, tables)
      return checked.map(({ partitions }) => partitions)
    },
  )
  return published.map((result, index): Made => {
    const { judgements, diagnostics } = checked[index] ?? bug('a table that was not checked')
    for (const judgement of judgements) site.quality.add(judgement)
    return { ...result, diagnostics }
  })
}

/** What needs no more than a count and a checksum of the rows is checked by one scan of all tables. */
async function checkTogether(site: BuildSite, tables: readonly NewTable[]): Promise<ReadonlyMap<NewTable, Checked>> {
  const { connection } = site.desk
  const simple = tables.filter(({ request: { model } }) => !model.settled && !site.blocking.get(model.id)?.length)
  const facts = simple.map(({ request: { model }, table }) => factsOf(site, model, table))
  const rows = simple.map(({ table }, index) => ({
    from: relationSql(site, table.relation),
    row: facts[index]?.row ?? '',
  }))
  const options = { signal: site.stop, label: labelOf(simple) }
  const found = await scanTogether(connection, rows, facts[0]?.aggregates ?? [], options)
  const checked = simple.map(({ request: { model, window } }, index): Checked => {
    const partitions = partitionsOf(model, found[index] ? [found[index]] : [], ordinalsOf(window))
    return { partitions, failed: new Map(), acknowledged: [], judgements: [], diagnostics: [] }
  })
  return new Map(simple.map((made, index) => [made, checked[index] ?? bug('a table that was not scanned')]))
}

function labelOf(tables: readonly NewTable[]): string {
  return tables.map(({ request }) => request.model.id).join(' ')
}

async function makeAndCheck(site: BuildSite, tables: readonly NewTable[]): Promise<readonly Checked[]> {
  const { connection } = site.desk
  const options = { signal: site.stop, label: labelOf(tables) }
  await connection.run(tables.flatMap(({ statements }) => statements).join(';\n'), options)
  const scanned = await checkTogether(site, tables)
  const passed: Checked[] = []
  for (const made of tables) {
    const { request, table } = made
    const checked = scanned.get(made) ?? (await check(site, request.model, request.window, table, connection))
    // Of files that were written meanwhile something else is recorded, which staging knows.
    if (checked.failed.size > 0 || asRead(site, request) !== request) throw new NotPassed(request.model.id)
    passed.push(checked)
  }
  return passed
}

import type { Column, Connection, RelationName, WrittenColumn } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { Failure } from '../../diagnostics/index.ts'
import { type BuildSite, filesOfWindow, modelStatement, type Staged, sending, withFiles } from '../site/index.ts'
import { columnFaults, contractBreaches, evolutionOf } from '../strategy/index.ts'

/** Where a batch stages its rows. Temporary relations are seen by their connection only and die with it. */
export function stagingName(
  { start, adapter }: Pick<BuildSite, 'start' | 'adapter'>,
  model: Model,
  serial: number,
): RelationName {
  const name = `elt_staging_${start.run}_${serial}`.slice(0, adapter.features.identifierLimit)
  return { schema: adapter.features.temporarySchema ?? model.relation.schema, name }
}

/**
 * The columns that a model's query returns. They follow from its text and from what it reads, not from the window, so the
 * engine is asked once a run. A text of more than one statement is refused by that: it has no columns.
 */
export async function columnsOf(
  site: Pick<BuildSite, 'columns'>,
  model: Model,
  sql: string,
  describe: (sql: string) => Promise<readonly Column[]>,
): Promise<readonly Column[]> {
  const known = site.columns.get(model.id)
  if (known) return known
  const columns = await describe(sql)
  site.columns.set(model.id, columns)
  return columns
}

/** The SELECT with columns named and typed as the table has them, where they are others. */
function converted(
  site: BuildSite,
  sql: string,
  columns: readonly Column[],
  written: readonly WrittenColumn[],
): string {
  if (written.every(({ conversion }) => conversion === undefined)) return sql
  const { quote } = site.adapter.dialect
  const known = new Map(written.map((column) => [column.name.toLowerCase(), column]))
  const expressions = columns.map(({ name }) => {
    const column = known.get(name.toLowerCase())
    return column?.conversion === undefined ? quote(name) : `${column.conversion} as ${quote(column.name)}`
  })
  return `select ${expressions.join(', ')} from (\n${sql}\n) as elt_rows`
}

/** Builds the rows of a window aside. Throws `Failure` when their columns cannot be published. */
export async function stage(
  site: BuildSite,
  model: Model,
  window: Window,
  staging: RelationName,
  connection: Connection,
): Promise<Staged> {
  const make = async (reading: BuildSite): Promise<Staged> => {
    const statement = modelStatement(reading, model, window)
    // Rows that were brought are seen by their connection only; other questions may be answered by any.
    const { describe } = reading.brought ? connection : site.session
    const columns = await sending(statement.sql, statement, (sql) => columnsOf(site, model, sql, describe))
    const faults = [...columnFaults(site, model, columns), ...(await contractBreaches(site, model, columns))]
    if (faults.length > 0) throw new Failure(...faults)
    const written: readonly WrittenColumn[] = evolutionOf(site, model, columns)?.written ?? columns
    const create = site.adapter.dialect.ddl.stage(staging, converted(site, statement.sql, columns, written))
    // Where the engine was not asked for the columns, nothing else has refused a second statement.
    const options = { signal: site.stop, label: model.id, single: true }
    await sending(create, statement, (sql) => connection.run(sql, options))
    return { relation: staging, columns: written.map(({ conversion: _, ...column }) => column) }
  }
  const shape = modelStatement({ ...site, brought: 'nothing' }, model, window)
  return withFiles(site, connection, filesOfWindow(site, model, window), make, shape)
}

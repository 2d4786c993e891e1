import type { Column, Dialect } from '../adapters/contract.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import type { OnStand, Rehearsed, Stand } from '../runner/index.ts'
import { columnNamed } from './columns.ts'
import type { Cell, ReadRows, Table } from './rows.ts'

/** What rows are written with. */
export type Writing = Pick<Dialect, 'quote' | 'literal'>

/** Thrown where the engine refuses rows: which of their values, is asked once its transaction is over. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused'
  readonly table: Table
  readonly columns: readonly Column[]
  override readonly cause: unknown

  constructor(table: Table, columns: readonly Column[], cause: unknown) {
    super('the engine refuses rows of a unit test')
    this.table = table
    this.columns = columns
    this.cause = cause
  }
}

/** Rows of one statement. */
const rowsTogether = 500

function literal({ literal: write }: Writing, cell: Cell | undefined): string {
  const value = cell?.value ?? null
  if (value === null) return 'null'
  // The engine reads texts as values of the column's type.
  return write({ type: 'text', value: typeof value === 'object' ? JSON.stringify(value) : String(value) })
}

/** Writes rows into a relation; columns that they do not name stay null. */
export async function fill(
  stand: Stand,
  { relation, columns }: Rehearsed,
  rows: ReadRows,
  what: string,
  writing: Writing,
): Promise<void> {
  const { quote } = writing
  if (rows.kind === 'select') {
    const given = await stand.connection.describe(rows.sql)
    const names = given.map(({ name }) => columnNamed(columns, name, what, rows.place).name)
    const listed = names.map(quote).join(', ')
    const selected = given.map(({ name }) => quote(name)).join(', ')
    const insert = `insert into ${stand.sql(relation)} (${listed}) select ${selected} from (\n${rows.sql}\n) as elt_rows`
    await stand.connection.run(insert)
    return
  }
  const { table } = rows
  const named = table.columns.map((name) => ({
    name,
    column: columnNamed(columns, name, what, table.places.get(name)?.()),
  }))
  if (named.length === 0) return
  const listed = named.map(({ column }) => quote(column.name)).join(', ')
  for (let at = 0; at < table.rows.length; at += rowsTogether) {
    const values = table.rows
      .slice(at, at + rowsTogether)
      .map((row) => `(${named.map(({ name }) => literal(writing, row.get(name))).join(', ')})`)
    try {
      await stand.connection.run(`insert into ${stand.sql(relation)} (${listed}) values\n${values.join(',\n')}`)
    } catch (error) {
      throw new RowsRefused(table, columns, error)
    }
  }
}

/** Finds the first value that its column's type does not take. Throws `Failure` that tells it. */
export async function tellRefused(
  { table, columns }: RowsRefused,
  onStand: OnStand,
  writing: Writing,
  explain: (error: unknown) => string,
): Promise<void> {
  for (const row of table.rows) {
    for (const [name, cell] of row) {
      const column = columns.find((one) => one.name.toLowerCase() === name.toLowerCase())
      if (!column || cell.value === null) continue
      const probe = `select cast(${literal(writing, cell)} as ${column.type}) as elt_value`
      try {
        await onStand((stand) => stand.connection.query(probe))
      } catch (error) {
        const value = JSON.stringify(cell.value)
        const parameters = { value, column: column.name, type: column.type, detail: explain(error) }
        throw new Failure(diagnose('unit-test-value', parameters, cell.place()))
      }
    }
  }
}

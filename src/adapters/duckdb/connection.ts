import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api'
import type { Column, Connection, StatementOptions } from '../contract.ts'
import { ofStatement } from '../sent-statements.ts'
import { createTurns } from '../turns.ts'
import { explainError } from './errors.ts'
import { appendRows } from './load.ts'
import type { RowReader } from './values.ts'

/** How often a cancelled statement is told again: one that has not begun yet does not hear it. Milliseconds. */
const interruptEvery = 20

function send(connection: DuckDBConnection, sql: string, single: boolean): Promise<DuckDBMaterializedResult> {
  return single ? sendSingle(connection, sql) : connection.run(sql)
}

/**
 * Runs a text of one statement; several are refused before any of them runs. Preparing and running are two transactions: a plan
 * from which the first took a filter away, as no row of that time needed it, would let the rows through that were committed
 * before the second. So the text is only parsed first, and planned where it is run.
 */
async function sendSingle(connection: DuckDBConnection, sql: string): Promise<DuckDBMaterializedResult> {
  const { count } = await connection.extractStatements(sql)
  // The engine's own words for what cannot be prepared.
  if (count !== 1) (await connection.prepare(sql)).destroySync()
  return connection.run(sql)
}

/** Runs a text; when the signal aborts, the engine is interrupted and the signal's reason is thrown. */
async function execute(
  connection: DuckDBConnection,
  sql: string,
  options: StatementOptions | undefined,
): Promise<DuckDBMaterializedResult> {
  const signal = options?.signal
  signal?.throwIfAborted()
  let timer: NodeJS.Timeout | undefined
  const interrupt = (): void => {
    connection.interrupt()
    timer ??= setInterval(() => connection.interrupt(), interruptEvery)
  }
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    return await send(connection, sql, options?.single ?? false)
  } catch (error) {
    if (signal?.aborted && explainError(error).kind === 'cancelled') throw signal.reason
    throw ofStatement(error, sql)
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', interrupt)
  }
}

/**
 * A connection as the contract has it. `onRelease` gets it back once; `reusable` is false when its state is unknown: a
 * rollback failed, or a transaction is still open.
 */
export function openConnection(
  connection: DuckDBConnection,
  read: RowReader,
  onRelease: (reusable: boolean) => void,
): Connection {
  async function rollback(): Promise<void> {
    try {
      await connection.run('rollback')
    } catch (error) {
      // A failed commit has ended the transaction already; anything else leaves a connection that nobody may use again.
      if (!/no transaction is active/.test(String(error))) throw error
    }
  }

  const { enqueue, isInTransaction, transaction, release } = createTurns(
    { begin: () => connection.run('begin'), commit: () => connection.run('commit'), rollback },
    onRelease,
  )

  /** An open transaction is the caller's to undo. */
  async function load(...[target, columns, rows, options]: Parameters<Connection['load']>): Promise<{ rows: number }> {
    const append = () => enqueue(() => appendRows(connection, target, columns, rows, options?.signal))
    return { rows: await (isInTransaction() ? append() : transaction(append)) }
  }

  async function describe(sql: string): Promise<Column[]> {
    const prefix = 'describe '
    try {
      const rows = await enqueue(async () => read(await execute(connection, `${prefix}${sql}`, { single: true })))
      return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }))
    } catch (error) {
      throw ofStatement(error, `${prefix}${sql}`, prefix.length)
    }
  }

  return {
    describe,
    load,
    run: (sql, options) => enqueue(async () => ({ rows: (await execute(connection, sql, options)).rowsChanged })),
    query: (sql, options) => enqueue(async () => read(await execute(connection, sql, options))),
    transaction,
    release,
  }
}

import type { Client } from 'pg'
import type { Connection, StatementOptions } from '../contract.ts'
import { ofStatement } from '../sent-statements.ts'
import { createTurns } from '../turns.ts'
import { describe } from './describe.ts'
import { explainError } from './errors.ts'
import { awaited, copyRows } from './load.ts'
import { changedRows, rowsOf, send } from './send.ts'
import { type Watched, watched } from './watch.ts'

/** A connection to the server, with what tells whether it is still good. */
export interface Link extends Watched {
  readonly client: Client
  /** Cancels what runs on it; resolves when the server has been told. */
  readonly cancel: () => Promise<void>
  readonly isLost: () => boolean
  /** Whether the backend is this link's alone: no pooler stands between. */
  readonly isOwn: boolean
}

/** How often a cancelled statement is told again: one that has not begun yet does not hear it. Milliseconds. */
const cancelEvery = 100

/** Tells the server to stop, again and again until `stop`, which resolves when no such message is on its way any more. */
function cancelling(link: Link): { readonly stop: () => Promise<void> } {
  let sent: Promise<unknown> = link.cancel()
  let isSending = true
  const told = (): void => {
    isSending = false
  }
  void sent.then(told)
  const timer = setInterval(() => {
    // A server that cannot be reached is not asked a hundred times at once.
    if (isSending) return
    isSending = true
    sent = link.cancel().then(told)
  }, cancelEvery)
  return {
    stop: async () => {
      clearInterval(timer)
      await sent
      // A message that came late must not hit the next statement: this one may be hit instead.
      await watched(link, () => send(link.client, 'select', false)).catch(() => undefined)
    },
  }
}

/** Runs work of a statement; when the signal aborts, the server is told and the signal's reason is thrown. */
async function execute<T>(
  link: Link,
  sql: string,
  options: StatementOptions | undefined,
  work: () => Promise<T>,
  isBusy?: () => boolean,
): Promise<T> {
  const signal = options?.signal
  signal?.throwIfAborted()
  let cancel: ReturnType<typeof cancelling> | undefined
  const abort = (): void => {
    cancel = cancelling(link)
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await watched(link, work, isBusy)
  } catch (error) {
    if (signal?.aborted && explainError(error).kind === 'cancelled') throw signal.reason
    throw ofStatement(error, sql)
  } finally {
    signal?.removeEventListener('abort', abort)
    await cancel?.stop()
  }
}

/**
 * A connection as the contract has it. `onRelease` gets it back once; `reusable` is false when its state is unknown: it was
 * lost, or a rollback failed.
 */
export function openConnection(link: Link, onRelease: (reusable: boolean) => void): Connection {
  const { client } = link
  const command = (sql: string) => watched(link, () => send(client, sql, false))

  async function commit(): Promise<void> {
    const { command: done } = await command('commit')
    // The server answers the commit of a failed transaction with a rollback, and without an error.
    if (done !== 'COMMIT') throw new Error('the transaction had failed before, and was rolled back')
  }

  const { enqueue, transaction, release } = createTurns(
    { begin: () => command('begin'), commit, rollback: () => command('rollback') },
    (isSound) => onRelease(isSound && !link.isLost()),
  )

  return {
    describe: (sql) => enqueue(() => watched(link, () => describe(client, sql))),
    load: (target, columns, rows, options) =>
      enqueue(() => {
        const source = awaited(rows)
        const copy = async () => ({ rows: await copyRows(client, target, columns, source.rows, options?.signal) })
        return execute(link, '', options, copy, source.isAwaited)
      }),
    run: (sql, options) =>
      enqueue(() =>
        execute(link, sql, options, async () => ({
          rows: changedRows(await send(client, sql, options?.single ?? false)),
        })),
      ),
    query: (sql, options) =>
      enqueue(() =>
        execute(link, sql, options, async () => rowsOf(client, await send(client, sql, options?.single ?? false))),
      ),
    transaction,
    release,
  }
}

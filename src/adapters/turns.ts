import { bug } from '../diagnostics/index.ts'

/** How an engine begins and ends a transaction. */
export interface TransactionEnds {
  readonly begin: () => Promise<unknown>
  readonly commit: () => Promise<unknown>
  /** Rejects when nobody may use the connection again. */
  readonly rollback: () => Promise<unknown>
}

/** The work of one connection, one after the other. */
export interface Turns {
  /** Runs work when all that was asked before is done. */
  readonly enqueue: <T>(work: () => Promise<T>) => Promise<T>
  readonly isInTransaction: () => boolean
  /** Commits when `work`, which takes turns itself, resolves, and rolls back when it rejects. Not nestable. */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>
  /** Waits for everything; nothing may be asked afterwards. Repeating it does nothing. */
  readonly release: () => Promise<void>
}

/** `onRelease` is told once whether the connection's state is known: no transaction is open, and no rollback failed. */
export function createTurns(
  { begin, commit, rollback }: TransactionEnds,
  onRelease: (isSound: boolean) => void,
): Turns {
  let queue: Promise<unknown> = Promise.resolve()
  let inTransaction = false
  let broken = false
  let released = false

  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (released) bug('a released connection was used')
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }

  async function undo(): Promise<void> {
    try {
      await enqueue(rollback)
    } catch {
      broken = true
    }
  }

  async function transaction<T>(work: () => Promise<T>): Promise<T> {
    if (inTransaction) bug('transactions do not nest')
    inTransaction = true
    try {
      await enqueue(begin)
      const value = await work()
      await enqueue(commit)
      return value
    } catch (error) {
      await undo()
      throw error
    } finally {
      inTransaction = false
    }
  }

  async function release(): Promise<void> {
    if (released) return
    await queue
    released = true
    onRelease(!broken && !inTransaction)
  }

  return { enqueue, isInTransaction: () => inTransaction, transaction, release }
}

import type { Connection } from '../../adapters/contract.ts'
import { openLasting } from '../site/index.ts'
import type { Rehearsing } from './site.ts'
import { Stand } from './stand.ts'

/** Thrown to have a transaction undone that went well. */
class Undone<T> extends Error {
  override readonly name = 'Undone'
  readonly result: T

  constructor(result: T) {
    super('a rehearsal is undone')
    this.result = result
  }
}

async function undone<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  try {
    return await connection.transaction(async () => {
      throw new Undone(await work())
    })
  } catch (error) {
    if (error instanceof Undone) return error.result as T
    throw error
  }
}

/** Has work done on an empty stand, of which nothing stays. */
export type OnStand = <T>(work: (stand: Stand) => Promise<T>) => Promise<T>

/**
 * Builds models as a run does, in relations that only one connection sees, and in transactions that are undone: nothing of it
 * stays, and nothing is recorded.
 */
export async function rehearse<T>(request: Rehearsing, work: (onStand: OnStand) => Promise<T>): Promise<T> {
  const connection = await openLasting(request.session)
  try {
    return await work((act) => undone(connection, () => act(new Stand(request, connection))))
  } finally {
    await connection.release()
  }
}

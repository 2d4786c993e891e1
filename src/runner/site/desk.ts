import type { AttemptStart } from '../../ledger/index.ts'
import type { LastingConnection } from './connections.ts'
import type { Made, MakeRequest, PublishRequest, PublishResult } from './job.ts'

/**
 * Where a few batches are built side by side on one connection: what each has to tell the ledger waits until all of them
 * have come to the same point, and then takes one statement, or one transaction.
 */
export interface Desk {
  /** Their stagings are seen by this connection. */
  readonly connection: LastingConnection
  /** Writes the attempt down before anything is staged; its number. */
  readonly startAttempt: (attempt: AttemptStart) => Promise<number>
  /**
   * Makes a table that does not exist where readers will find it, and publishes it if it passes its checks. Undefined: nothing
   * was done, the rows have to be staged. Absent where tables are always staged.
   */
  readonly make?: (request: MakeRequest) => Promise<Made | undefined>
  /** Publishes checked partitions: rows and record in one transaction. */
  readonly publish: (request: PublishRequest) => Promise<PublishResult>
}

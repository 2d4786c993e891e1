import type { Dialect, Features, Session } from '../adapters/contract.ts'
import { bug } from '../diagnostics/index.ts'
import type { Ledger } from './ledger.ts'

export interface LedgerOptions {
  /** Of the warehouse that holds the ledger: for its literals. */
  readonly dialect: Dialect
  readonly features: Features
  /** Name of the project; relations of others are refused. */
  readonly project: string
  /** UTC, milliseconds; default: the database's own clock. For tests. */
  readonly now?: () => number
}

/**
 * Opens the ledger, made or migrated as needed, in schema `elt` of the session's warehouse. Rejects with `Failure`:
 * `ledger-newer` when a newer elt wrote it.
 */
export async function openLedger(_session: Session, _options: LedgerOptions): Promise<Ledger> {
  return bug('not yet there')
}

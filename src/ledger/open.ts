import type { Session } from '../adapters/contract.ts'
import { acknowledge, acknowledgements, withdrawAcknowledgement } from './acknowledgements.ts'
import { recordAttached, recordAttachedElsewhere, recordReaders, schemaReaders } from './attached.ts'
import { recordOutcomes, recordPlanned, startAttempts } from './attempts.ts'
import { acquireElsewhere, prepareWarehouse, publishElsewhere, settleElsewhere, type Warehouse } from './elsewhere.ts'
import { history } from './history.ts'
import { settleHooks } from './hooks.ts'
import { forgetStagings } from './interrupt.ts'
import { acquire, areFree, heartbeat, leaseLasts, owned } from './leases.ts'
import type { Ledger } from './ledger.ts'
import { migrate } from './migrate.ts'
import { publishAll, published } from './publish.ts'
import { agedFound, forgetFound, lastResults, recordResults } from './quality.ts'
import {
  assertionStates,
  heldPartitions,
  keptRows,
  measuredPartitions,
  newestPartitions,
  partitionResults,
} from './quality-state.ts'
import { recordFiles, recordHeads } from './records.ts'
import { finishRun, startRun } from './runs.ts'
import { readSnapshot } from './snapshot.ts'
import { type StoreOptions, storeOf } from './store.ts'
import { columnsSeen, inventory, leftStagings, vanished } from './upkeep.ts'

export interface LedgerOptions extends StoreOptions {
  /** Of a session that only reads: a ledger that does not exist yet is an empty one. Default false. */
  readonly readOnly?: boolean
  /** Where the rows are, when that is not where the session's ledger lies. */
  readonly warehouse?: Warehouse
}

/**
 * Opens the ledger, made or migrated as needed, in schema `elt` of the session's database. Rejects with `Failure`:
 * `ledger-newer` when a newer elt wrote it, `ledger-older` when it would have to be migrated but the session only reads.
 */
export async function openLedger(session: Session, options: LedgerOptions): Promise<Ledger> {
  const { readOnly = false, dialect, features, warehouse } = options
  const exists = await migrate(session, { readOnly, keys: features.ledger?.keys ?? false, dialect })
  if (warehouse && !readOnly) await prepareWarehouse(warehouse)
  const store = storeOf(session, options, warehouse !== undefined)
  return {
    snapshot: async (models, what) =>
      exists ? readSnapshot(store, models, what?.headsOnly ?? false) : { relations: new Map(), files: [] },
    owned: async (relations) => (exists ? owned(store, relations) : []),
    startRun: (run) => startRun(store, run),
    forgetStagings: (attempts) => forgetStagings(store, attempts),
    finishRun: (run, status) => finishRun(store, run, status),
    acquire: (run, nodes) => (warehouse ? acquireElsewhere(store, warehouse, run, nodes) : acquire(store, run, nodes)),
    areFree: (relations) => areFree(store, relations),
    leaseLasts: leaseLasts(store),
    heartbeat: (run) => heartbeat(store, run),
    recordPlanned: (run, node, window, fingerprint) => recordPlanned(store, run, node, window, fingerprint),
    startAttempts: (attempts) => startAttempts(store, attempts),
    published: async (relation, window) => (exists ? published(store, relation, window) : []),
    publishAll: (connection, claims, write) =>
      warehouse
        ? publishElsewhere(store, warehouse, connection, claims, write)
        : publishAll(store, connection, claims, write),
    settleHooks: (connection, node, lease, write) =>
      (warehouse ? settleElsewhere : settleHooks)(store, connection, node, lease, write),
    recordAttached: (connection, node, lease, write) =>
      (warehouse ? recordAttachedElsewhere : recordAttached)(store, connection, node, lease, write),
    schemaReaders: () => schemaReaders(store),
    recordReaders: (connection, write) => recordReaders(store, connection, warehouse !== undefined, write),
    recordOutcomes: (attempt, node, outcomes, found) => recordOutcomes(store, attempt, node, outcomes, found),
    inventory: async () => (exists ? inventory(store) : []),
    vanished: async (stored) => (exists ? vanished(store, stored) : []),
    leftStagings: async () => (exists ? leftStagings(store) : []),
    columnsSeen: async (relation) => (exists ? columnsSeen(store, relation) : []),
    recordHeads: (heads) => recordHeads(store, heads),
    recordFiles: (files) => recordFiles(store, files),
    recordResults: (found) => recordResults(store, found),
    agedFound: async (since) => (exists ? agedFound(store, since) : { failures: 0, results: 0 }),
    forgetFound: (since) => forgetFound(store, since),
    quality: {
      acknowledgements: async () => (exists ? acknowledgements(store) : []),
      acknowledge: (given) => acknowledge(store, given),
      withdraw: (assertion, partitions) => withdrawAcknowledgement(store, assertion, partitions),
      states: async (newest) => (exists ? assertionStates(store, newest) : []),
      newest: async () => (exists ? newestPartitions(store) : []),
      held: async () => (exists ? heldPartitions(store) : []),
      partitions: async (assertion, newest) => (exists ? partitionResults(store, assertion, newest) : []),
      values: async (hash, range) => (exists ? measuredPartitions(store, hash, range) : []),
      failedRows: async (assertion, newest) => (exists ? keptRows(store, assertion, newest) : []),
    },
    history: async (relation, ordinal, limit) => (exists ? history(store, relation, ordinal, limit) : { attempts: [] }),
    lastResults: async () => (exists ? lastResults(store) : new Map()),
  }
}

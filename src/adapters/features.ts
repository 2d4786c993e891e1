/** What an engine can do, as data. The runner asks this, never the engine's name. */
export interface Features {
  readonly transactions: boolean
  readonly transactionalDdl: boolean
  /** Whether publications of different relations may run at the same time. */
  readonly concurrentPublications: boolean
  /** Whether opening the warehouse for writing proves that no other process holds it. */
  readonly exclusiveWriter: boolean
  /** The schema of relations that live with their connection, where rows are staged; absent: staged in the model's schema. */
  readonly temporarySchema?: string
  readonly identifierLimit: number
  /** The type that columns are said to have whose values are all null, where they are said to have none. */
  readonly typeOfNull?: string
  /** Of an engine that can hold a ledger. */
  readonly ledger?: {
    /** Whether its tables are the better for keys and indexes. */
    readonly keys: boolean
    readonly locks?: Locks
  }
}

/** Locks of a server on names, which stand for what several processes must not do at once. */
export interface Locks {
  /** A statement: waits until no other transaction has one of the names, and keeps others from them until this one ends. */
  readonly inTransaction: (names: readonly string[]) => string
  /** An expression: whether a session has appeared under the name that an expression gives (`Session.appear`), and is still there. */
  readonly isThere: (name: string) => string
}

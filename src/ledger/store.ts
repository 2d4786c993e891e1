import { type RawBuilder, sql } from 'kysely'
import type { Connection, Dialect, Features, RelationName, Row, Session } from '../adapters/contract.ts'
import type { Window } from '../calendar/index.ts'
import { bug, diagnose, Failure } from '../diagnostics/index.ts'
import { type Statement, type Writer, writerOf } from './sql.ts'

/** What the ledger's operations share: the session, the writer of statements, and what this process knows by heart. */
export interface Store {
  readonly writer: Writer
  readonly dialect: Pick<Dialect, 'literal'>
  readonly features: Features
  readonly project: string
  /** See `StoreOptions`. */
  readonly place: string
  /** The present moment, as an SQL expression. */
  readonly now: RawBuilder<string>
  /** Without a connection, sent again when one was lost: `undo` takes back first what may have been written then. */
  readonly query: (
    statements: readonly Statement[],
    connection?: Connection,
    undo?: readonly Statement[],
  ) => Promise<Row[]>
  readonly run: (statements: readonly Statement[], connection?: Connection) => Promise<number>
  /** On a connection of its own; again after a conflict, or a lost connection: what it writes may have been written already. */
  readonly transact: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
  readonly explainError: Session['explainError']
  readonly appear: Session['appear']
  /** What makes the sessions of runs disappear that have appeared. */
  readonly sessions: Map<string, () => Promise<void>>
  /** Ids of relations, which never change. */
  readonly ids: Map<string, number>
  /** What is known of relations since their lease was taken; theirs alone to change until it is lost. */
  readonly known: Map<number, Known>
  /** Ids of the relations whose leases each run of this process has taken. */
  readonly leases: Map<string, Set<number>>
}

/** What spares a publication its superfluous statements. All of it errs on the safe side when a transaction is rolled back. */
export interface Known {
  /** No partition outside has a row. Empty: nothing is published. */
  hull: Window
  /** Whether a partition may have an outcome. */
  outcomes: boolean
  /** Grid and columns as recorded. */
  described: string
  /** Input sets that are recorded. */
  readonly sets: Set<bigint>
  /** What an earlier publication wrote, and the version it took: once the counter has it, that publication is committed. */
  pending?: { readonly version: number; readonly described: string; readonly sets: readonly bigint[] }
}

/** Stands for the identity of a relation that elt dropped: whatever has its name later belongs to somebody else. */
export const droppedIdentity = 'dropped'

/** How a relation is cut, and a view's columns, as one text to compare. */
export function description(...parts: readonly unknown[]): string {
  return JSON.stringify(parts.map((part) => part ?? null))
}

/** To be called before outcomes are written: from then on publications remove theirs. */
export function noteOutcomes(store: Store, relation: number): void {
  const known = store.known.get(relation)
  if (known) known.outcomes = true
}

/**
 * What no lease guards is written by one transaction at a time: this one is the next. A row that stays stands for it; where a
 * file has one writer, nobody else is there.
 */
export function guard({ features }: Store): RawBuilder<unknown>[] {
  return features.exclusiveWriter ? [] : [sql`update elt.migrations set applied_at = applied_at where number = 1`]
}

const attempts = 8
const firstPause = 5

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** Runs work until it meets no conflict; waits twice as long each time. */
async function retrying<T>(session: Session, work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (tried === attempts || error instanceof Failure || session.explainError(error).kind !== 'transient')
        throw error
      await pause(firstPause * 2 ** tried)
    }
  }
}

/** How often work of the ledger's own is done again over another connection when one was lost. */
const reconnections = 2

/** As `using`, of work that may be done twice: an answer to its commit may have been lost, too. */
async function usingAgain<T>(
  session: Session,
  work: (connection: Connection, isAgain: boolean) => Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await using(session, (connection) => retrying(session, () => work(connection, tried > 0)))
    } catch (error) {
      if (tried === reconnections || error instanceof Failure || !session.explainError(error).isLost) throw error
      await pause(100 * 5 ** tried)
    }
  }
}

async function using<T>(session: Session, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await session.connect()
  try {
    return await work(connection)
  } finally {
    await connection.release()
  }
}

/**
 * Runs work in a transaction on a connection of its own; again after a conflict, and after a lost connection: what it writes must
 * be the same when it has been written already.
 */
export function transact<T>(session: Session, work: (connection: Connection) => Promise<T>): Promise<T> {
  return usingAgain(session, (connection) => connection.transaction(() => work(connection)))
}

export interface StoreOptions {
  readonly dialect: Dialect
  readonly features: Features
  readonly project: string
  /** What tells the project's targets in one database apart: the pattern of their schemas, `{layer}` by default. */
  readonly place?: string
  readonly now?: () => number
}

/** What those who only know the warehouse's errors are told of one of a ledger elsewhere. */
function ofLedger(session: Session, error: unknown): unknown {
  if (error instanceof Failure) return error
  const { kind, message, advice } = session.explainError(error)
  if (kind === 'denied') return new Failure(diagnose('warehouse-right-missing', { detail: message, advice }))
  const isGone = kind === 'connection' || kind === 'transient'
  return isGone ? new Failure(diagnose('ledger-gave-up', { detail: message })) : error
}

/** `elsewhere`: the rows are not where the ledger is, and their engine does not know its errors. */
export function storeOf(session: Session, options: StoreOptions, elsewhere: boolean): Store {
  const writer = writerOf(options.dialect)
  const clock = options.now
  const telling = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw elsewhere ? ofLedger(session, error) : error
    }
  }
  const withConnection = <T>(
    given: Connection | undefined,
    work: (connection: Connection, isAgain: boolean) => Promise<T>,
  ) => (given ? work(given, false) : telling(usingAgain(session, work)))
  return {
    writer,
    dialect: options.dialect,
    features: options.features,
    project: options.project,
    place: options.place ?? '{layer}',
    get now() {
      if (!clock) return sql<string>`now()`
      return sql.raw<string>(options.dialect.literal({ type: 'instant', value: new Date(clock()).toISOString() }))
    },
    query: (statements, given, undo = []) =>
      withConnection(given, (c, isAgain) => c.query(writer.script(isAgain ? [...undo, ...statements] : statements))),
    run: (statements, given) => withConnection(given, async (c) => (await c.run(writer.script(statements))).rows),
    transact: (work) => telling(transact(session, work)),
    explainError: session.explainError,
    appear: session.appear,
    sessions: new Map(),
    ids: new Map(),
    known: new Map(),
    leases: new Map(),
  }
}

/** What tells a relation apart. */
export function nameKey({ schema, name }: RelationName): string {
  return JSON.stringify([schema, name])
}

/** Whether a relation (a row `r` of `elt.relations`) is one of this project in this target; of old ones nobody knows the target. */
export function isOfTarget(store: Store): RawBuilder<boolean> {
  return sql<boolean>`r.project = ${store.project} and (r.place is null or r.place = ${store.place ?? null})`
}

/** Takes note of a relation's id. `node`: the model that the lease of it was taken for. */
export function remember(store: Store, relation: RelationName, id: number, node?: string): void {
  store.ids.set(nameKey(relation), id)
  if (node !== undefined) store.ids.set(node, id)
}

/** Selects the id of a relation of this project, by its physical name. */
export function idOf(store: Store, { schema, name }: RelationName): RawBuilder<unknown> {
  const known = store.ids.get(nameKey({ schema, name }))
  if (known !== undefined) return sql`(${known})`
  return sql`(select id from elt.relations where project = ${store.project} and schema_name = ${schema} and name = ${name})`
}

/** The id of a registered relation, by its physical name, or by its model when this process has its lease; leases register relations. */
export async function relationId(store: Store, of: RelationName | string, connection?: Connection): Promise<number> {
  const known = store.ids.get(typeof of === 'string' ? of : nameKey(of))
  if (known !== undefined) return known
  const [row] =
    typeof of === 'string' ? [] : await store.query([sql`select id from ${idOf(store, of)} as r`], connection)
  const name = typeof of === 'string' ? of : nameKey(of)
  return row === undefined ? bug(`the ledger has no relation ${name}: take its lease first`) : Number(row.id)
}

/** A condition on `ordinal`: it lies in one of the windows. */
export function inWindows(windows: readonly Window[]): RawBuilder<boolean> {
  if (windows.length === 0) return sql<boolean>`false`
  const parts = windows.map((w) =>
    w.end === w.start + 1 ? sql`ordinal = ${w.start}` : sql`(ordinal >= ${w.start} and ordinal < ${w.end})`,
  )
  return sql<boolean>`(${sql.join(parts, sql` or `)})`
}

/** Milliseconds since 1970 of an instant column. */
export function milliseconds(expression: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`cast(extract(epoch from ${expression}) * 1000 as bigint)`
}

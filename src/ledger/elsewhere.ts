import { sql } from 'kysely'
import type { Connection, Dialect, Features, Session } from '../adapters/contract.ts'
import { bug, diagnose, Failure } from '../diagnostics/index.ts'
import { forgetHooks } from './hooks.ts'
import { type Acquired, acquire } from './leases.ts'
import type { Claim, Lease, Publication } from './ledger.ts'
import { hold, lockStatement, record } from './publish.ts'
import { type Writer, writerOf } from './sql.ts'
import { relationId, type Store, transact } from './store.ts'
import { outcomeOf } from './unknown.ts'

// The ledger in a database of its own: rows and their record cannot share a transaction. Beside the rows, in their transaction,
// the warehouse keeps of each relation who may write it (the fence) and what its last publication is to be recorded as. The
// ledger keeps which publications have begun. So whoever takes a relation over can always tell: it raises the fence, which
// waits for a publication that is under way and bars every later one, and then what it reads there is final.

/** The warehouse whose ledger lies elsewhere. */
export interface Warehouse {
  readonly session: Session
  readonly dialect: Dialect
  readonly features: Features
}

const text = `create table if not exists elt.publications (
  schema_name text not null, name text not null, fence bigint not null, attempt bigint, record text`

/** Makes the table beside the rows; several processes may do it at once. */
export async function prepareWarehouse({ session, dialect, features }: Warehouse): Promise<void> {
  const make = `${dialect.ddl.createSchema('elt')};\n${text}${features.ledger?.keys ? ', primary key (schema_name, name)' : ''})`
  const look = 'select fence from elt.publications limit 0'
  try {
    await transact(session, (connection) => connection.run(make))
  } catch (error) {
    // Another process may have been faster.
    await transact(session, (connection) => connection.query(look)).catch(() => {
      throw error
    })
  }
}

function bySchemaAndName(writer: Writer, leases: readonly Lease[]) {
  const rows = leases.map(({ relation, fence }) => [relation.schema, relation.name, fence])
  return writer.values('v', ['schema_name', 'name', 'fence'], rows)
}

/** Bars all earlier holders of the relations from the warehouse; what is read after that stays. */
async function raiseFences(warehouse: Warehouse, leases: readonly Lease[]) {
  const writer = writerOf(warehouse.dialect)
  const given = bySchemaAndName(writer, leases)
  const script = writer.script([
    sql`update elt.publications as p set fence = v.fence from ${given}
where p.schema_name = v.schema_name and p.name = v.name and p.fence < v.fence`,
    sql`insert into elt.publications (schema_name, name, fence) select v.schema_name, v.name, v.fence from ${given}
where not exists (select 1 from elt.publications as p where p.schema_name = v.schema_name and p.name = v.name)`,
    sql`select p.schema_name, p.name, p.fence, p.attempt, p.record from elt.publications as p
join ${given} on p.schema_name = v.schema_name and p.name = v.name`,
  ])
  return transact(warehouse.session, (connection) => connection.query(script))
}

/** Records what a dead holder has published and did not come to record; what it has not published is forgotten. */
async function resolve(store: Store, warehouse: Warehouse, leases: readonly Lease[]): Promise<void> {
  const found = await raiseFences(warehouse, leases)
  for (const lease of leases) {
    const relation = await relationId(store, lease.relation)
    const row = found.find(
      ({ schema_name, name }) => schema_name === lease.relation.schema && name === lease.relation.name,
    )
    const begun = await store.query([sql`select attempt from elt.publishing where relation = ${relation}`])
    if (begun.length === 0) continue
    const isDone = row?.attempt !== null && begun.some(({ attempt }) => Number(attempt) === Number(row?.attempt))
    const done = isDone ? (JSON.parse(String(row?.record)) as readonly Publication[]) : []
    await recordDone(
      store,
      done.map((publication) => ({ ...publication, lease })),
      [relation],
    )
  }
}

/** The record, and that nothing of these relations is under way any more, in one transaction. */
function recordDone(
  store: Store,
  publications: readonly Publication[],
  relations: readonly number[],
): Promise<number[]> {
  return store.transact(async (connection) => {
    const held = publications.length === 0 ? new Map() : await hold(store, connection, publications)
    const versions = await record(store, connection, publications, held)
    await store.run([sql`delete from elt.publishing where relation in (${sql.join(relations)})`], connection)
    return versions
  })
}

/** As `acquire`; what the relations' last holder left half done is resolved before anybody builds on it. */
export async function acquireElsewhere(
  store: Store,
  warehouse: Warehouse,
  run: string,
  nodes: Parameters<typeof acquire>[2],
): Promise<Acquired> {
  const acquired = await acquire(store, run, nodes)
  if (acquired.leases.size > 0) await resolve(store, warehouse, [...acquired.leases.values()])
  return acquired
}

/** Writes down in the ledger that publications begin, under its fences. */
async function begin(store: Store, claims: readonly Claim[]): Promise<number[]> {
  return store.transact(async (connection) => {
    const relations = [...(await hold(store, connection, claims)).keys()]
    const rows = new Map<number, [number, number]>()
    for (const { attempt, lease } of claims) rows.set(attempt, [await relationId(store, lease.relation), attempt])
    const values = store.writer.values('v', ['relation', 'attempt'], [...rows.values()])
    // Of an earlier try of this run nothing is left: it knows that it failed.
    const clear = sql`delete from elt.publishing where relation in (${sql.join(relations)})`
    await store.run(
      [clear, sql`insert into elt.publishing (relation, attempt) select v.relation, v.attempt from ${values}`],
      connection,
    )
    return relations
  })
}

/** In the warehouse's transaction: checks the fence there, and keeps what is published beside its rows. */
async function writeBeside(
  { dialect, features }: Warehouse,
  connection: Connection,
  claims: readonly Claim[],
  write: () => Promise<readonly Publication[]>,
): Promise<readonly Publication[]> {
  const writer = writerOf(dialect)
  const leases = new Map(claims.map(({ lease }) => [JSON.stringify(lease.relation), lease]))
  const attempts = new Map(claims.map(({ lease, attempt }) => [JSON.stringify(lease.relation), attempt]))
  const given = bySchemaAndName(writer, [...leases.values()])
  const mine = sql`update elt.publications as p set attempt = null from ${given}
where p.schema_name = v.schema_name and p.name = v.name and p.fence = v.fence returning p.name`
  const held = await connection.query(writer.script([...lockStatement(features, claims), mine]))
  if (held.length < leases.size) throw new Failure(diagnose('fence-lost', { node: claims[0]?.node ?? '' }))
  const publications = await write()
  const records = [...leases].map(([key, { relation }]) => {
    const own = publications.filter(({ lease }) => JSON.stringify(lease.relation) === key)
    return [relation.schema, relation.name, attempts.get(key), JSON.stringify(own)]
  })
  const rows = writer.values('v', ['schema_name', 'name', 'attempt', 'record'], records)
  const keep = sql`update elt.publications as p set attempt = v.attempt, record = v.record from ${rows}
where p.schema_name = v.schema_name and p.name = v.name`
  await connection.run(writer.script([keep]))
  return publications
}

/** Whether a publication whose transaction ended without an answer was committed; waits for it. */
async function wasCommitted(warehouse: Warehouse, claims: readonly Claim[]): Promise<boolean> {
  const { lease, attempt } = claims.at(-1) ?? bug('no claim')
  const { schema, name } = lease.relation
  const script = writerOf(warehouse.dialect).script([
    // Its row is held until the transaction is over, whichever way. The fence is ours: it tells nobody apart.
    sql`update elt.publications set fence = fence where schema_name = ${schema} and name = ${name}`,
    sql`select attempt from elt.publications where schema_name = ${schema} and name = ${name}`,
  ])
  const [row] = await transact(warehouse.session, (connection) => connection.query(script))
  return row?.attempt !== null && Number(row?.attempt) === attempt
}

/** As `publishAll` of a ledger beside its rows: begun in the ledger, then rows with their record to be, then the record. */
export async function publishElsewhere(
  store: Store,
  warehouse: Warehouse,
  connection: Connection,
  claims: readonly Claim[],
  write: () => Promise<readonly Publication[]>,
): Promise<number[]> {
  if (claims.length === 0) return []
  const relations = await begin(store, claims)
  let publications: readonly Publication[] = []
  try {
    await connection.transaction(async () => {
      publications = await writeBeside(warehouse, connection, claims, write)
    })
  } catch (error) {
    const { explainError } = warehouse.session
    const isLost = !(error instanceof Failure) && explainError(error).kind === 'connection' && publications.length > 0
    if (!isLost || !(await outcomeOf(() => wasCommitted(warehouse, claims), claims, explainError))) throw error
  }
  // The rows are published: what remains is to write it down.
  return outcomeOf(() => recordDone(store, publications, relations), claims, store.explainError)
}

/** As `settleHooks` of a ledger beside its rows: a hook may run twice, and is never forgotten. */
export async function settleElsewhere(
  store: Store,
  connection: Connection,
  node: string,
  lease: Lease,
  write: () => Promise<void>,
): Promise<void> {
  await connection.transaction(write)
  await store.transact((own) => forgetHooks(store, own, node, lease))
}

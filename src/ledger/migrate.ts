import type { Dialect, Session } from '../adapters/contract.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { type Migration, migrations } from './migrations.ts'
import { transact } from './store.ts'

const rounds = 20

export interface Migrating {
  readonly readOnly: boolean
  /** Whether the tables are the better for keys and indexes. */
  readonly keys: boolean
  readonly dialect: Pick<Dialect, 'ddl'>
}

/** The number of the newest migration that the ledger has had; 0 when there is no ledger. */
async function versionOf(session: Session): Promise<number> {
  const connection = await session.connect()
  try {
    const [row] = await connection.query('select max(number) as number from elt.migrations')
    return Number(row?.number ?? 0)
  } catch (error) {
    if (session.explainError(error).kind === 'sql') return 0
    throw error
  } finally {
    await connection.release()
  }
}

/** The row comes first: of two processes that migrate at once, one fails on the key before it has done anything. */
function apply(session: Session, migration: Migration, { keys, dialect }: Migrating): Promise<unknown> {
  const keyed = keys ? (migration.keys ?? '') : ''
  return transact(session, (connection) =>
    connection.run(`${dialect.ddl.createSchema('elt')};
create table if not exists elt.migrations (number integer primary key, applied_at timestamptz not null);
insert into elt.migrations (number, applied_at) values (${migration.number}, now());
${migration.sql}${keyed}`),
  )
}

/**
 * Brings the ledger to the newest schema, one transaction a step; safe when several processes do it at once. False when
 * there is no ledger and none may be made. Rejects with `Failure`: `ledger-newer`, `ledger-older` (only when reading).
 */
export async function migrate(
  session: Session,
  how: Migrating,
  steps: readonly Migration[] = migrations,
): Promise<boolean> {
  const known = steps.at(-1)?.number ?? 0
  for (let round = 1; ; round++) {
    const found = await versionOf(session)
    if (found > known) throw new Failure(diagnose('ledger-newer', { found, known }))
    const next = steps.find((step) => step.number > found)
    if (!next) return true
    if (how.readOnly && found === 0) return false
    if (how.readOnly) throw new Failure(diagnose('ledger-older', { found, known }))
    try {
      await apply(session, next, how)
    } catch (error) {
      // Another process may have been faster; then the ledger has moved on, and so does this.
      if (round === rounds || (await versionOf(session)) <= found) throw error
    }
  }
}

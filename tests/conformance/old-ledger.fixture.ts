import type { Connection, Row } from '../../src/adapters/contract.ts'
import { migrate } from '../../src/ledger/migrate.ts'
import { migrations } from '../../src/ledger/migrations.ts'
import type { Fixture } from './fixtures.ts'
import type { Project } from './project.fixture.ts'

/** Tables of the first version of the ledger that hold rows, and what they hold. */
async function tablesOf(connection: Connection): Promise<Map<string, Row[]>> {
  const tables = new Map<string, Row[]>()
  const names = await connection.query(
    "select table_name as name from information_schema.tables where table_schema = 'elt' and table_name <> 'migrations' and table_type = 'BASE TABLE'",
  )
  for (const { name } of names) tables.set(String(name), await connection.query(`select * from elt.${name}`))
  return tables
}

function literal(value: unknown): string {
  return value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`
}

/** Gives a project's ledger the schema of the first elt, with what it holds as far as that has room for it. */
export async function writeOldLedger(project: Project, { adapter: { dialect, features } }: Fixture): Promise<void> {
  await project.inSession(async (session) => {
    const connection = await session.connect()
    const tables = await tablesOf(connection)
    await connection.run('drop schema elt cascade')
    const keys = features.ledger?.keys ?? false
    await migrate(session, { readOnly: false, keys, dialect }, migrations.slice(0, 1))
    for (const [table, rows] of tables) {
      const columns = await connection.query(
        `select column_name as name from information_schema.columns where table_schema = 'elt' and table_name = '${table}'`,
      )
      const names = columns.map(({ name }) => String(name))
      for (const row of names.length > 0 ? rows : []) {
        const values = names.map((name) => literal(row[name] ?? null))
        await connection.run(`insert into elt.${table} (${names.join(', ')}) values (${values.join(', ')})`)
      }
    }
    for (const sequence of ['relation_ids', 'attempt_ids']) {
      await connection.query(`select count(nextval('elt.${sequence}')) from generate_series(1, 1000) as g(n)`)
    }
    await connection.release()
  })
}

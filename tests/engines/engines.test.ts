import pg from 'pg'
import { afterEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from './index.ts'

describePostgres('servers for tests', (server) => {
  const databases: Database[] = []
  afterEach(async () => {
    for (const database of databases.splice(0)) await database.drop()
  })

  async function ask(sql: string, url = server.url): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }

  it('are of the version that their name says, in UTF-8', async () => {
    const [row] = await ask(
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('server_encoding') as encoding`,
    )
    expect(row).toEqual({ major: Number(server.label.replace('postgres ', '')), encoding: 'UTF8' })
  })

  it('give databases that are empty, apart from each other, and gone when they are dropped', async () => {
    const [first, second] = [await freshDatabase(server), await freshDatabase(server)]
    databases.push(first, second)
    await ask('create table t as select 1 as n', first.url)
    expect(await ask(`select to_regclass('t') as t`, second.url)).toEqual([{ t: null }])
    await first.drop()
    const gone = await ask('select 1', first.url).catch((error: Error) => error.message)
    expect(gone).toContain('does not exist')
  })
})

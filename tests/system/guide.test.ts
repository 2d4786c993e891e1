import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { describePostgres, freshDatabase } from '../engines/index.ts'

/** What docs/postgres.md says that commands print is what they print. The pages of the guide itself are run in the second tier. */

describePostgres('the page of Postgres', (server) => {
  it('shows what its commands print', async () => {
    const { url, drop } = await freshDatabase(server)
    const script = resolve(import.meta.dirname, '../../scripts/run-guide.mjs')
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check', 'docs/postgres.md'], {
      encoding: 'utf8',
      env: { ...process.env, ELT_PG_URL: url },
    })
    await drop()
    expect(status, `${stdout}${stderr}`).toBe(0)
  }, 300_000)
})

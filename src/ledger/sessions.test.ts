import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import type { Session } from '../adapters/contract.ts'
import { type Ledger, openLedger } from './index.ts'
import { attempt, codeOf, node, partition, postgres, relation, run } from './testing.ts'

// What a server shows of runs: of one that is gone, others know at once.

describePostgres('runs that show their sessions', (server) => {
  let database: Database
  const opened: Session[] = []
  const { dialect, features } = postgres

  async function open(change: (session: Session) => Session = (one) => one) {
    const options = { url: database.url }
    const session = await postgres.connect({ options, projectDirectory: '', readOnly: false, readableFolders: [] })
    opened.push(session)
    const ledger = await openLedger(change(session), { dialect, features, project: 'p' })
    return { session, ledger }
  }

  const begin = async (ledger: Ledger, name: string) => {
    await ledger.startRun(run(name))
    return ledger.acquire(name, [{ node, relation }])
  }

  async function ask(session: Session, sql: string) {
    const connection = await session.connect()
    return connection.query(sql).finally(() => connection.release())
  }

  const keepers =
    "select pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"

  beforeEach(async () => {
    database = await freshDatabase(server)
  })

  afterEach(async () => {
    for (const session of opened.splice(0)) await session.close()
    await database.drop()
  })

  it('are taken over at once when their session is gone', async () => {
    const one = await open()
    const { leases } = await begin(one.ledger, 'r1')
    const left = await attempt(one.ledger, leases.get(node) ?? { relation, fence: 0 })
    const two = await open()
    expect(await codeOf(begin(two.ledger, 'r2'))).toBe('lease-held')
    expect(await two.ledger.areFree([relation])).toBe(false)
    await one.session.close()
    expect(await two.ledger.areFree([relation])).toBe(true)
    expect(await two.ledger.startRun(run('r3'))).toMatchObject([{ attempt: left }])
    expect((await two.ledger.acquire('r3', [{ node, relation }])).leases.get(node)?.fence).toBeGreaterThan(1)
  })

  it('show themselves again when a connection was lost', async () => {
    const one = await open()
    await begin(one.ledger, 'r1')
    const two = await open()
    const [keeper] = await ask(two.session, keepers)
    await ask(two.session, `select pg_terminate_backend(${keeper?.pid})`)
    for (;;) {
      const [next] = await ask(two.session, keepers)
      if (next && next.pid !== keeper?.pid) break
    }
    expect(await codeOf(begin(two.ledger, 'r2'))).toBe('lease-held')
    expect(await one.ledger.heartbeat('r1')).toBe(true)
  })

  it('are known by their leases alone where nobody can tell', async () => {
    const one = await open((session) => ({ ...session, appear: async () => undefined }))
    await begin(one.ledger, 'r1')
    await one.session.close()
    const two = await open()
    expect(await codeOf(begin(two.ledger, 'r2'))).toBe('lease-held')
  })

  it('disappear when they are over', async () => {
    const one = await open()
    await begin(one.ledger, 'r1')
    expect(await ask(one.session, keepers)).toHaveLength(1)
    await one.ledger.finishRun('r1', 'success')
    while ((await ask(one.session, keepers)).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('hold the name of a relation while they publish it, whatever record others go by', async () => {
    const one = await open()
    const lease = (await begin(one.ledger, 'r1')).leases.get(node) ?? { relation, fence: 0 }
    const number = await attempt(one.ledger, lease)
    const claim = { lease, attempt: number, node }
    const [mine, theirs] = [await one.session.connect(), await one.session.connect()]
    const lock = features.ledger?.locks?.inTransaction([JSON.stringify([relation.schema, relation.name])]) ?? ''
    await theirs.run("set lock_timeout = '50ms'")
    let met = ''
    await one.ledger.publishAll(mine, [claim], async () => {
      met = await theirs.query(lock).then(String, (error: unknown) => one.session.explainError(error).kind)
      return [{ ...claim, fingerprint: 'f', partitions: [partition(1)] }]
    })
    expect(met).toBe('transient')
    await theirs.query(lock)
    await mine.release()
    await theirs.release()
  })
})

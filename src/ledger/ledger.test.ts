import { expect, test } from 'vitest'
import { bug } from '../diagnostics/index.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import {
  all,
  begin,
  beginAfter,
  codeOf,
  describeLedger,
  dialectUnderTest,
  ledgerOf,
  node,
  oneWriter,
  open,
  partition,
  publish,
  publishOn,
  record,
  relation,
  reopen,
  run,
  session,
  startAttempt,
  tick,
} from './testing.ts'

describeLedger('whose a relation is', () => {
  test("another project's relation is refused, and its records are not seen", async () => {
    const mine = await ledgerOf(session)
    await begin(mine)
    const theirs = await ledgerOf(session, { project: 'other' })
    await theirs.startRun(run('r2'))
    expect(await codeOf(theirs.acquire('r2', [{ node, relation }]))).toBe('relation-owned')
    expect((await theirs.snapshot([{ node, relation }])).relations.size).toBe(0)
    expect((await theirs.acquire('r2', [{ node, relation: { schema: 'theirs', name: 'daily' } }])).leases.size).toBe(1)
    expect((await mine.snapshot([{ node, relation }])).relations.size).toBe(1)
  })

  test('a model that moved starts anew, and finds its record when it comes back', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)])
    const moved = { node, relation: { schema: 'analytics', name: 'elsewhere' } }
    const other = await beginAfter(ledger, 'r2', [moved])
    expect((await ledger.snapshot([{ node, relation }])).relations.size).toBe(0)
    expect(await record(ledger, node, moved.relation)).toMatchObject({ version: 0, published: [] })
    await publish(ledger, other, [partition(1), partition(2)])
    await beginAfter(ledger, 'r3')
    expect(await record(ledger)).toMatchObject({ relation, version: 1, published: [{ start: 1, end: 2 }] })
  })

  test('targets of a project that store a model beside each other keep a record each', async () => {
    const place = '{layer}_ann'
    const there = { node, relation: { schema: 'analytics_ann', name: 'daily' } }
    await publish(await ledgerOf(session), await begin(await ledgerOf(session)), [partition(1)])
    const ann = await ledgerOf(session, { place })
    expect((await ann.snapshot([there])).relations.size).toBe(0)
    await publish(ann, await beginAfter(ann, 'r2', [there]), [partition(1), partition(2)])
    // In turns, as people work: neither run touches the record of the other.
    const prod = await ledgerOf(session)
    const lease = await beginAfter(prod, 'r3')
    await publish(prod, lease, [partition(1, { checksum: 'other' })])
    const { fence } = lease
    await prod.recordHeads(new Map([[relation, { fingerprint: 'f1', upstreams: {}, clean: true, fence }]]))
    await beginAfter(await ledgerOf(session, { place }), 'r4', [there])
    const [mine, theirs] = [await record(prod), await record(ann, node, there.relation)]
    expect(mine).toMatchObject({ version: 2, published: [{ start: 1, end: 2 }], head: { clean: true } })
    expect(theirs).toMatchObject({ version: 1, published: [{ start: 1, end: 3 }] })
    // Each sees the other's, where it is asked for.
    expect(await record(ann)).toEqual(mine)
    expect(await ann.published(relation, undefined)).toHaveLength(1)
  })

  test('what assertions found is kept for each target', async () => {
    const result = { node, assertion: 'a', hash: 'h', partition: 'all', failures: 0, rows: 3, versions: 'v' } as const
    await (await ledgerOf(session)).recordResults({ results: [{ ...result, run: 'r1', status: 'pass' }], failures: [] })
    const ann = await ledgerOf(session, { place: '{layer}_ann' })
    expect((await ann.lastResults()).size).toBe(0)
    await ann.recordResults({ results: [{ ...result, run: 'r2', status: 'fail' }], failures: [] })
    expect((await (await ledgerOf(session)).lastResults()).get('h')).toMatchObject({ status: 'pass', rows: 3 })
  })

  test('a renamed model takes over the record of its relation', async () => {
    const ledger = await ledgerOf(session)
    await publish(ledger, await begin(ledger), [partition(1)])
    tick(61_000)
    await ledger.startRun(run('r2'))
    await ledger.acquire('r2', [{ node: 'analytics.renamed', relation }])
    expect(await record(ledger, 'analytics.renamed')).toMatchObject({ version: 1, published: [{ start: 1, end: 2 }] })
    expect((await ledger.snapshot([{ node, relation }])).relations.size).toBe(0)
  })

  const hostile = [`x'; drop table elt.runs; --`, `"`, '__proto__', 'constructor', 'ü😀', `$1 ? :a \\`, "''"]
  test.each(hostile)('%j is a name like any other', async (name) => {
    const ledger = await ledgerOf(session, { project: name })
    await ledger.startRun({ ...run(name), command: name, host: name })
    const target = { schema: name, name }
    const lease = (await ledger.acquire(name, [{ node: name, relation: target }])).leases.get(name) ?? bug('no lease')
    await ledger.recordPlanned(name, name, { start: 0, end: 3 }, name)
    const start = { run: name, node: name, relation: target, fence: lease.fence, fingerprint: name, reason: name }
    const number = await startAttempt(ledger, { ...start, window: { start: 0, end: 1 }, staging: target })
    const inputs = [{ key: name, version: 1, published: 1, digest: name }]
    const connection = await session.connect()
    const rows = partition(0, { key: name, checksum: name, inputs })
    const about = { lease, attempt: number, node: name, fingerprint: name, columns: name }
    await publishOn(ledger, connection, { ...about, partitions: [rows] })
    await connection.release()
    await ledger.recordOutcomes(number, name, [
      { start: 1, end: 2, status: 'data-error', inputs, fingerprint: name, assertions: [name], message: name, at: 0 },
    ])
    const upstreams = Object.fromEntries([[name, name]])
    const { fence } = lease
    await ledger.recordHeads(new Map([[target, { fingerprint: name, upstreams, clean: false, fence }]]))
    const file = { source: name, path: name, size: 1, modified: 2, hash: name, gone: false }
    await ledger.recordFiles([file])
    await ledger.recordResults({
      results: [
        {
          run: name,
          node: name,
          assertion: name,
          hash: name,
          partition: name,
          failures: 0,
          rows: 0,
          status: 'pass',
          versions: name,
        },
      ],
      failures: [],
    })
    const snapshot = await ledger.snapshot([{ node: name, relation: target }])
    expect(snapshot.files).toEqual([file])
    const found = snapshot.relations.get(name)
    expect(found).toMatchObject({ node: name, relation: target, columns: name, head: { fingerprint: name } })
    expect(Object.entries(found?.head?.upstreams ?? {})).toEqual([[name, name]])
    expect(found?.published).toMatchObject([{ start: 0, end: 1, fingerprint: name, inputs }])
    expect(found?.outcomes).toMatchObject([
      { start: 1, status: 'data-error', assertions: [name], message: name, inputs },
      { start: 2, status: 'planned', fingerprint: name },
    ])
  })
})

describeLedger('migrations', () => {
  test('run once, however often and by however many the ledger is opened', async () => {
    const other = await open()
    await Promise.all([session, other, session, other].map((one) => ledgerOf(one)))
    await ledgerOf(session)
    expect(await all('select number from elt.migrations order by 1')).toEqual(
      migrations.map(({ number }) => ({ number })),
    )
  })

  test.each(migrations.slice(0, -1).map(({ number }) => number))(
    'go on from version %i, but not for who only reads',
    async (number) => {
      const keys = !oneWriter()
      await migrate(session, { readOnly: false, keys, dialect: dialectUnderTest() }, migrations.slice(0, number))
      expect(await codeOf(ledgerOf(session, { readOnly: true }))).toBe('ledger-older')
      const ledger = await ledgerOf(session)
      await publish(ledger, await begin(ledger), [partition(1)], { hooks: 'pending' })
      expect(await record(ledger)).toMatchObject({ version: 1, hooksPending: true })
    },
  )

  test('a newer ledger is refused', async () => {
    await ledgerOf(session)
    await all('insert into elt.migrations values (99, now())')
    expect(await codeOf(ledgerOf(session))).toBe('ledger-newer')
  })

  test('a session that only reads sees an absent ledger as an empty one, and an existing one as it is', async () => {
    await all('select 1')
    await session.close()
    const reader = await open(true)
    const empty = await ledgerOf(reader, { readOnly: true })
    expect((await empty.snapshot([{ node, relation }])).relations.size).toBe(0)
    expect(await empty.published(relation, undefined)).toEqual([])
    await reader.close()
    await reopen()
    await begin(await ledgerOf(session))
    await session.close()
    const ledger = await ledgerOf(await open(true), { readOnly: true })
    expect((await ledger.snapshot([{ node, relation }])).relations.size).toBe(1)
  })
})

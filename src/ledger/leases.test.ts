import { expect, test } from 'vitest'
import { bug, type Failure } from '../diagnostics/index.ts'
import {
  all,
  attempt,
  begin,
  beginAfter,
  codeOf,
  describeLedger,
  ledgerOf,
  node,
  oneWriter,
  partition,
  publish,
  publishOn,
  record,
  relation,
  run,
  session,
  startAttempt,
  tick,
} from './testing.ts'

describeLedger('fences', () => {
  test('who has lost the lease cannot publish, and its rows go with it', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)])
    const number = await attempt(ledger, lease)
    await beginAfter(ledger, 'r2')
    const work = publish(ledger, lease, [partition(1), partition(2)], { attempt: number }, (c) =>
      c.run('create table elt.leaked (a integer)'),
    )
    expect(await codeOf(work)).toBe('fence-lost')
    expect((await record(ledger)).published).toMatchObject([{ start: 1, end: 2, version: 1 }])
    await expect(all('select * from elt.leaked')).rejects.toThrow(/does not exist/)
  })

  test('a lease voided by the next run is lost, though nobody took it', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    expect(await ledger.heartbeat('r1')).toBe(true)
    tick(61_000)
    await ledger.startRun(run('r2'))
    expect(await ledger.heartbeat('r1')).toBe(false)
    expect(await codeOf(publish(ledger, lease, [partition(1)]))).toBe('fence-lost')
  })

  test("a released lease is nobody's", async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await ledger.finishRun('r1', 'success')
    expect(await codeOf(publish(ledger, lease, [partition(1)]))).toBe('fence-lost')
    const again = await ledger.acquire('r1', [{ node, relation }])
    expect(again.leases.get(node)?.fence).toBe(lease.fence + 1)
  })

  test('of two publications of one relation at once, one comes after the other, or fails whole and may be tried again', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const [a, b] = [await session.connect(), await session.connect()]
    const [one, two] = [await attempt(ledger, lease), await attempt(ledger, lease)]
    const publication = (n: number) => ({ lease, attempt: n, node, fingerprint: 'f1', partitions: [partition(n)] })
    let failure: unknown
    let second: Promise<unknown> = Promise.resolve()
    await publishOn(ledger, a, publication(one), async () => {
      second = publishOn(ledger, b, publication(two)).catch((error: unknown) => error)
      if (oneWriter()) failure = await second
    })
    // An engine that makes the second wait has it publish after the first.
    if (oneWriter()) {
      expect(session.explainError(failure).kind).toBe('transient')
      await publishOn(ledger, b, publication(two))
    } else expect(await second).toBe(2)
    expect((await record(ledger)).published.map((p) => p.version)).toEqual([1, 2])
    await a.release()
    await b.release()
  })

  test('four relations are published at the same time', async () => {
    const ledger = await ledgerOf(session)
    const nodes = [0, 1, 2, 3].map((i) => ({
      node: `analytics.m${i}`,
      relation: { schema: 'analytics', name: `m${i}` },
    }))
    await ledger.startRun(run('r1'))
    const { leases } = await ledger.acquire('r1', nodes)
    await Promise.all(
      nodes.map(async ({ node: id, relation: target }, i) => {
        const lease = leases.get(id) ?? bug('no lease')
        const connection = await session.connect()
        for (let o = 0; o < 25; o++) {
          const start = { run: 'r1', node: id, relation: target, fence: lease.fence, fingerprint: 'f', reason: 'x' }
          const number = await startAttempt(ledger, { ...start, window: { start: o, end: o + 1 } })
          const rows = `${o === 0 ? `create table elt.m${i} (o integer);` : ''} delete from elt.m${i} where o = ${o}; insert into elt.m${i} values (${o})`
          const about = { lease, attempt: number, node: id, fingerprint: 'f' }
          await publishOn(ledger, connection, { ...about, partitions: [partition(o)] }, (one) => one.run(rows))
          if (o % 5 === 0) await ledger.heartbeat('r1')
        }
        await connection.release()
      }),
    )
    const { relations } = await ledger.snapshot(nodes)
    expect([...relations.values()].map((r) => [r.version, r.published.length])).toEqual(
      [1, 2, 3, 4].map(() => [25, 25]),
    )
  })
})

describeLedger('leases of engines with many writers', () => {
  const features = { exclusiveWriter: false }

  test('a live run keeps others out, by name, until its heartbeat stops for thirty seconds', async () => {
    const ledger = await ledgerOf(session, { features })
    await begin(ledger)
    await ledger.startRun(run('r2'))
    const error = (await ledger.acquire('r2', [{ node, relation }]).catch((e: unknown) => e)) as Failure
    expect(error.diagnostics[0]).toMatchObject({
      code: 'lease-held',
      message: expect.stringMatching(/^analytics.daily is held by run r1 on host h since 2013-12-31 \d\d:\d\d:\d\d/),
    })
    tick(25_000)
    expect(await ledger.heartbeat('r1')).toBe(true)
    tick(25_000)
    expect(await ledger.heartbeat('r2')).toBe(false)
    await ledger.startRun(run('r3'))
    expect(await codeOf(ledger.acquire('r3', [{ node, relation }]))).toBe('lease-held')
    tick(5_000)
    expect((await ledger.acquire('r3', [{ node, relation }])).leases.get(node)?.fence).toBe(2)
    expect(await ledger.heartbeat('r1')).toBe(false)
  })

  test('a run that slept past the end of its lease has lost it, though nobody took it', async () => {
    const ledger = await ledgerOf(session, { features })
    await begin(ledger)
    tick(29_000)
    expect(await ledger.heartbeat('r1')).toBe(true)
    tick(30_000)
    expect(await ledger.heartbeat('r1')).toBe(false)
  })

  test('all leases are taken or none', async () => {
    const ledger = await ledgerOf(session, { features })
    await begin(ledger)
    const other = { node: 'analytics.other', relation: { schema: 'analytics', name: 'other' } }
    await ledger.startRun(run('r2'))
    expect(await codeOf(ledger.acquire('r2', [other, { node, relation }]))).toBe('lease-held')
    await ledger.startRun(run('r3'))
    expect((await ledger.acquire('r3', [other])).leases.size).toBe(1)
  })

  test('the attempts of a run are interrupted only when it is dead', async () => {
    const ledger = await ledgerOf(session, { features })
    const lease = await begin(ledger)
    await attempt(ledger, lease)
    expect(await ledger.startRun(run('r2'))).toEqual([])
    tick(61_000)
    expect(await ledger.startRun(run('r3'))).toMatchObject([{ node }])
  })
})

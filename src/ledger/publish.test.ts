import { expect, test } from 'vitest'
import {
  all,
  attempt,
  begin,
  beginAfter,
  clock,
  day,
  describeLedger,
  failing,
  ledgerOf,
  node,
  partition,
  publish,
  publishOn,
  record,
  relation,
  session,
  tick,
} from './testing.ts'

describeLedger('publications', () => {
  test('neighbours alike become one range, and what differs parts them', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const inputs = [
      { key: 'source.a.b', version: 0, published: 3, digest: 'd' },
      { key: 'analytics.up', version: 4, published: 1 },
    ]
    expect(
      await publish(
        ledger,
        lease,
        [1, 2, 3].map((o) => partition(o, { inputs })),
      ),
    ).toBe(1)
    tick(1000)
    expect(
      await publish(
        ledger,
        lease,
        [4, 5, 9, 10].map((o) => partition(o, { inputs })),
      ),
    ).toBe(2)
    expect(
      await publish(ledger, lease, [
        partition(11, { settled: false }),
        partition(12, { partial: true, settled: false }),
      ]),
    ).toBe(3)
    const sorted = [inputs[1], inputs[0]]
    const built = (at: number) => ({ fingerprint: 'f1', builtFrom: at, builtTo: at, retired: false })
    expect(await record(ledger)).toEqual({
      node,
      relation,
      grid: day,
      column: 'flight_date',
      version: 3,
      outcomes: [],
      published: [
        {
          start: 1,
          end: 4,
          version: 1,
          rows: 30,
          settled: true,
          partial: false,
          inputs: sorted,
          ...built(clock - 1000),
        },
        { start: 4, end: 6, version: 2, rows: 20, settled: true, partial: false, inputs: sorted, ...built(clock) },
        { start: 9, end: 11, version: 2, rows: 20, settled: true, partial: false, inputs: sorted, ...built(clock) },
        { start: 11, end: 12, version: 3, rows: 10, settled: false, partial: false, inputs: [], ...built(clock) },
        { start: 12, end: 13, version: 3, rows: 10, settled: false, partial: true, inputs: [], ...built(clock) },
      ],
    })
  })

  test('a partition built again takes the next version; an equal one keeps version and rows, the rest is updated', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1, { settled: false }), partition(2), partition(3)])
    tick(5000)
    const inputs = [{ key: 'u', version: 9, published: 1 }]
    const next = [
      partition(1, { changed: false, rows: 99, checksum: 'x', inputs }),
      partition(2, { rows: 11, checksum: 'new', inputs }),
    ]
    expect(await publish(ledger, lease, next, { fingerprint: 'f2' })).toBe(2)
    expect((await record(ledger)).published).toMatchObject([
      { start: 1, end: 2, version: 1, rows: 10, settled: true, fingerprint: 'f2', inputs, builtFrom: clock },
      { start: 2, end: 3, version: 2, rows: 11, fingerprint: 'f2', inputs, builtFrom: clock },
      { start: 3, end: 4, version: 1, rows: 10, fingerprint: 'f1', inputs: [], builtTo: clock - 5000 },
    ])
    expect(await ledger.published(relation, { start: 1, end: 3 })).toEqual([
      { ordinal: 1, version: 1, checksum: 'c1', rows: 10 },
      { ordinal: 2, version: 2, checksum: 'new', rows: 11 },
    ])
    expect(await ledger.published(relation, undefined)).toHaveLength(3)
  })

  test('equal partitions alone leave the version counter as it is', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    expect(await publish(ledger, lease, [partition(1)])).toBe(1)
    expect(await publish(ledger, lease, [partition(1, { changed: false })])).toBe(1)
    expect((await record(ledger)).version).toBe(1)
  })

  test('a relation made anew forgets its other partitions, but not its counter', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1), partition(2), partition(3)])
    await ledger.recordPlanned('r1', node, { start: 1, end: 4 }, 'f1')
    await publish(ledger, lease, [partition(2), partition(3, { changed: false })], { fresh: true })
    const { published, outcomes } = await record(ledger)
    expect(published).toMatchObject([
      { start: 2, version: 2 },
      { start: 3, version: 1 },
    ])
    expect(outcomes).toMatchObject([{ start: 1, end: 2, status: 'planned' }])
  })

  test('a relation that is made without rows is owned from then on', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [], { fresh: true })
    expect((await record(ledger)).version).toBe(1)
  })

  test('rows and record are one: what fails after the record leaves neither', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)])
    const connection = await session.connect()
    const number = await attempt(ledger, lease)
    const publication = { lease, attempt: number, node, fingerprint: 'f2', partitions: [partition(1), partition(2)] }
    const work = publishOn(ledger, failing(connection, 'late'), publication, (one) =>
      one.run('create table elt.rows_too (a integer)'),
    )
    await expect(work).rejects.toThrow('late')
    expect((await record(ledger)).published).toMatchObject([{ start: 1, end: 2, version: 1, fingerprint: 'f1' }])
    await expect(connection.run('select * from elt.rows_too')).rejects.toThrow(/does not exist/)
    expect(await all(`select status from elt.attempts where id = ${number}`)).toEqual([{ status: 'running' }])
    await connection.release()
  })

  test('views and unpartitioned tables have no grid', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const connection = await session.connect()
    const number = await attempt(ledger, lease)
    const publication = { lease, attempt: number, node, fingerprint: 'f1', columns: 'a INTEGER', partitions: [] }
    expect(await publishOn(ledger, connection, publication)).toBe(0)
    await connection.release()
    expect(await record(ledger)).toEqual({
      node,
      relation,
      version: 0,
      published: [],
      outcomes: [],
      columns: 'a INTEGER',
    })
  })

  test('partitions of one publication with the same inputs share them', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const inputs = [{ key: 'u', version: 1, published: 1 }]
    await publish(
      ledger,
      lease,
      [1, 2, 3].map((o) => partition(o, { inputs })),
    )
    expect(await all('select count(*) as n from elt.inputs')).toEqual([{ n: 1 }])
    await publish(ledger, lease, [partition(5, { inputs: [...inputs] })])
    expect((await record(ledger)).published.map((p) => p.inputs)).toEqual([inputs, inputs])
    await publish(ledger, lease, [partition(6, { inputs })])
    expect((await record(ledger)).published.map((p) => p.inputs)).toEqual([inputs, inputs, inputs])
    expect(await all('select count(*) as n from elt.inputs')).toEqual([{ n: 1 }])
  })

  test('what this process knows of a relation is no reason to leave old rows, outcomes or its grid behind', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const fails = publish(ledger, lease, [partition(1)], {}, async () => {
      await Promise.reject(new Error('before'))
    })
    await expect(fails).rejects.toThrow('before')
    const connection = await session.connect()
    const number = await attempt(ledger, lease)
    const inputs = [{ key: 'u', version: 1, published: 1 }]
    const publication = {
      lease,
      attempt: number,
      node,
      grid: day,
      column: 'one',
      fingerprint: 'f',
      partitions: [partition(1, { inputs })],
    }
    const rolledBack = publishOn(ledger, failing(connection, 'after'), publication)
    await expect(rolledBack).rejects.toThrow('after')
    await connection.release()
    for (const column of ['one', 'one', 'two', 'two'])
      await publish(ledger, lease, [partition(1, { inputs }), partition(8)], { column })
    expect(await record(ledger)).toMatchObject({ column: 'two', published: [{ inputs }, { inputs: [] }] })
    const { fence } = await beginAfter(ledger, 'r2')
    await ledger.recordPlanned('r2', node, { start: 0, end: 9 }, 'f')
    await publish(ledger, { relation, fence }, [partition(8), partition(1), partition(3)], { column: 'two' })
    const found = await record(ledger)
    expect(found).toMatchObject({ column: 'two', grid: day, version: 5 })
    expect(found.published.map((p) => [p.start, p.end, p.version])).toEqual([
      [1, 2, 5],
      [3, 4, 5],
      [8, 9, 5],
    ])
    expect(found.outcomes.map((o) => [o.start, o.end])).toEqual([
      [0, 1],
      [2, 3],
      [4, 8],
    ])
  })

  test('a thousand partitions are recorded at once', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(
      ledger,
      lease,
      Array.from({ length: 1000 }, (_, i) => partition(15000 + i)),
    )
    expect((await record(ledger)).published).toMatchObject([{ start: 15000, end: 16000, rows: 10_000 }])
  })
})

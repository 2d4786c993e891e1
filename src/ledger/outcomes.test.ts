import { expect, test } from 'vitest'
import {
  all,
  attempt,
  begin,
  beginAfter,
  clock,
  describeLedger,
  ledgerOf,
  node,
  partition,
  publish,
  record,
  relation,
  run,
  session,
  startAttempt,
  tick,
} from './testing.ts'

describeLedger('what did not publish', () => {
  test('who has lost the lease says nothing any more of partitions that others published', async () => {
    const ledger = await ledgerOf(session)
    const first = await begin(ledger)
    const [open, half] = [
      await attempt(ledger, first, { start: 1, end: 2 }),
      await attempt(ledger, first, { start: 4, end: 6 }),
    ]
    await publish(ledger, first, [partition(4)], { attempt: half })
    const second = await beginAfter(ledger, 'r2')
    const number = await attempt(ledger, second, { start: 1, end: 6 }, 'r2')
    await publish(ledger, second, [partition(1), partition(5)], { attempt: number })
    const facts = {
      status: 'interrupted',
      inputs: [],
      fingerprint: 'f1',
      assertions: [],
      message: '',
      at: clock,
    } as const
    await ledger.recordOutcomes(open, node, [{ start: 1, end: 2, ...facts }])
    await ledger.recordOutcomes(half, node, [{ start: 5, end: 6, ...facts }])
    // One that it begins before it knows.
    await attempt(ledger, first, { start: 1, end: 2 })
    await ledger.finishRun('r1', 'failed')
    expect((await record(ledger)).outcomes).toEqual([])
    expect(await all('select status from elt.attempts order by id')).toEqual(
      ['interrupted', 'published', 'published', 'interrupted'].map((status) => ({ status })),
    )
  })

  test('planned partitions are remembered until they are published', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await ledger.recordPlanned('r1', node, { start: 5, end: 10 }, 'f1')
    await publish(
      ledger,
      lease,
      [6, 7].map((o) => partition(o)),
    )
    expect((await record(ledger)).outcomes).toEqual(
      [
        { start: 5, end: 6 },
        { start: 8, end: 10 },
      ].map((w) => ({
        ...w,
        status: 'planned',
        inputs: [],
        fingerprint: 'f1',
        assertions: [],
        message: '',
        at: clock,
      })),
    )
  })

  test('a run that dies leaves its open attempts interrupted, to be taken up by the next', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)], { attempt: await attempt(ledger, lease, { start: 1, end: 2 }) })
    const staging = { schema: 'temp', name: 's1' }
    const { fence } = lease
    const open = await startAttempt(ledger, {
      run: 'r1',
      node,
      relation,
      fence,
      fingerprint: 'f1',
      reason: 'x',
      window: { start: 1, end: 4 },
      staging,
    })
    tick(61_000)
    expect(await ledger.startRun(run('r2'))).toEqual([{ attempt: open, node, staging }])
    tick(61_000)
    expect(await ledger.startRun(run('r3')), 'nobody said that it is dropped').toEqual([
      { attempt: open, node, staging },
    ])
    await ledger.forgetStagings([open])
    tick(61_000)
    expect(await ledger.startRun(run('r4'))).toEqual([])
    const { outcomes, published } = await record(ledger)
    expect(outcomes).toMatchObject([{ start: 1, end: 4, status: 'interrupted', fingerprint: 'f1' }])
    expect(published).toMatchObject([{ start: 1, end: 2 }])
    expect(await all(`select run, status from elt.runs order by run`)).toEqual([
      { run: 'r1', status: 'interrupted' },
      { run: 'r2', status: 'interrupted' },
      { run: 'r3', status: 'interrupted' },
      { run: 'r4', status: 'running' },
    ])
  })

  test('a finished run leaves no attempt open', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await attempt(ledger, lease, { start: 1, end: 2 })
    await ledger.finishRun('r1', 'interrupted')
    expect((await record(ledger)).outcomes).toMatchObject([{ start: 1, end: 2, status: 'interrupted' }])
    expect(await ledger.startRun(run('r2'))).toEqual([])
  })

  test('failures are kept with what they were tried with, the newest counts, a publication removes them', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const number = await attempt(ledger, lease, { start: 1, end: 6 })
    const inputs = [{ key: 'u', version: 3, published: 2 }]
    const failed = {
      status: 'assertion-failed',
      inputs,
      fingerprint: 'f1',
      assertions: ['h1', 'h2'],
      message: "it's wrong",
      at: 0,
    } as const
    await ledger.recordOutcomes(number, node, [
      { start: 1, end: 3, ...failed },
      { start: 4, end: 6, ...failed, status: 'engine-error', assertions: [] },
    ])
    await ledger.recordOutcomes(number, node, [{ start: 2, end: 3, ...failed, message: 'newer' }])
    await publish(ledger, lease, [partition(5)])
    const at = clock
    expect((await record(ledger)).outcomes).toEqual([
      { start: 1, end: 2, ...failed, at },
      { start: 2, end: 3, ...failed, message: 'newer', at },
      { start: 4, end: 5, ...failed, status: 'engine-error', assertions: [], at },
    ])
    expect(await all(`select status, error from elt.attempts where id = ${number}`)).toEqual([
      { status: 'failed', error: 'newer' },
    ])
  })

  test('a batch that published some of its partitions is partial, in either order', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const failed = {
      start: 2,
      end: 3,
      status: 'assertion-failed',
      inputs: [],
      fingerprint: 'f1',
      assertions: [],
      message: 'm',
      at: 0,
    } as const
    const [a, b] = [await attempt(ledger, lease), await attempt(ledger, lease)]
    await publish(ledger, lease, [partition(1)], { attempt: a })
    await ledger.recordOutcomes(a, node, [failed])
    await ledger.recordOutcomes(b, node, [failed])
    await publish(ledger, lease, [partition(1)], { attempt: b })
    expect(await all('select distinct status from elt.attempts')).toEqual([{ status: 'partial' }])
  })
})

describeLedger('heads, files, results', () => {
  const head = {
    fingerprint: 'f1',
    upstreams: { 'source.a.b': 'd', __proto__x: '1' },
    due: { start: 1, end: 9 },
    clean: true,
  }

  test('a head is read with or without partitions, and is not clean while something is left over', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)])
    await ledger.recordHeads(new Map([[relation, { ...head, fence: lease.fence }]]))
    const only = (
      await ledger.snapshot(
        [
          { node, relation },
          { node: 'analytics.unknown', relation: { schema: 'analytics', name: 'unknown' } },
        ],
        { headsOnly: true },
      )
    ).relations
    expect([...only.keys()]).toEqual([node])
    expect(only.get(node)).toMatchObject({ head, published: [] })
    await ledger.recordPlanned('r1', node, { start: 1, end: 2 }, 'f1')
    expect((await record(ledger)).head).toEqual({ ...head, clean: false })
    await publish(ledger, lease, [partition(1)])
    expect((await record(ledger)).head).toEqual(head)
  })

  test('taking the lease makes the head unclean until it is recorded again', async () => {
    const ledger = await ledgerOf(session)
    const { fence } = await begin(ledger)
    await ledger.recordHeads(new Map([[relation, { ...head, fence }]]))
    const mine = await beginAfter(ledger, 'r2')
    const unclean = { ...head, clean: false }
    expect((await record(ledger)).head).toEqual(unclean)
    await ledger.recordHeads(new Map([[relation, { ...head, fence }]]))
    expect((await record(ledger)).head, 'of a run that has lost the lease').toEqual(unclean)
    await ledger.recordHeads(new Map([[relation, head]]))
    expect((await record(ledger)).head, 'of a run beside the holder').toEqual(unclean)
    const { due: _, ...undated } = head
    await ledger.recordHeads(new Map([[relation, { ...undated, fence: mine.fence }]]))
    expect((await record(ledger)).head).toEqual(undated)
    await ledger.finishRun('r2', 'success')
    await ledger.recordHeads(new Map([[relation, head]]))
    expect((await record(ledger)).head).toEqual(head)
  })

  test('files are kept as they were read, and marked when they are gone', async () => {
    const ledger = await ledgerOf(session)
    const file = {
      source: 'source.a.b',
      path: "data/it's.csv",
      size: 3,
      modified: 1_700_000_000_000.25,
      hash: 'h',
      gone: false,
    }
    await ledger.recordFiles([file, { ...file, path: 'data/2.csv' }])
    await ledger.recordFiles([
      { ...file, size: 4 },
      { ...file, path: 'data/2.csv', gone: true },
      { ...file, path: 'never', gone: true },
    ])
    expect((await ledger.snapshot([])).files).toEqual([
      { ...file, path: 'data/2.csv', gone: true },
      { ...file, size: 4 },
    ])
    await ledger.recordFiles([{ ...file, path: 'data/2.csv' }])
    expect((await ledger.snapshot([])).files.map((f) => f.gone)).toEqual([false, false])
  })

  test('results are appended, and the newest on published rows is known', async () => {
    const ledger = await ledgerOf(session)
    const result = {
      run: 'r1',
      node,
      assertion: 'a',
      hash: 'h1',
      partition: 'all',
      failures: 0,
      rows: 5,
      status: 'pass',
      versions: '1',
    } as const
    await ledger.recordResults({ results: [], failures: [] })
    await ledger.recordResults({ results: [result, { ...result, node: undefined, hash: 'h2' }], failures: [] })
    await ledger.recordResults({ results: [{ ...result, status: 'fail', failures: 2 }], failures: [] })
    expect(await all('select node, status from elt.assertion_results order by hash, status')).toEqual([
      { node, status: 'fail' },
      { node, status: 'pass' },
      { node: null, status: 'pass' },
    ])
    tick(1000)
    await ledger.recordResults({
      results: [
        { ...result, run: 'r2', partition: '1', status: 'warn', failures: 2 },
        { ...result, run: 'r2', partition: '2 … 9', rows: 40 },
      ],
      failures: [],
    })
    tick(1000)
    await ledger.recordResults({
      results: [{ ...result, run: 'r3', versions: '', status: 'fail', failures: 3 }],
      failures: [],
    })
    expect(await ledger.lastResults()).toEqual(
      new Map([
        ['h1', { status: 'warn', failures: 2, rows: 45, versions: '1' }],
        ['h2', { status: 'pass', failures: 0, rows: 5, versions: '1' }],
      ]),
    )
  })
})

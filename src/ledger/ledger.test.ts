import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection, Features, RelationName, Session } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { bug, Failure } from '../diagnostics/index.ts'
import type { Lease, Ledger, Publication, PublishedPartition } from './index.ts'
import { openLedger } from './index.ts'

const duckdb = adapterOf('duckdb') ?? bug('no DuckDB')
const day = { unit: 'day', timeZone: 'America/New_York' } as const
const node = 'analytics.daily'
const relation: RelationName = { schema: 'analytics', name: 'daily' }

let directory: string
let session: Session
let clock: number
const opened: Session[] = []

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'elt-ledger-'))
  clock = Date.UTC(2013, 11, 31)
  session = await open()
})

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  rmSync(directory, { recursive: true, force: true })
})

async function open(readOnly = false): Promise<Session> {
  const options = { path: 'w.duckdb' }
  const one = await duckdb.connect({ options, projectDirectory: directory, readOnly, readableFolders: [] })
  opened.push(one)
  return one
}

function ledgerOf(one: Session, changes: { project?: string; features?: Partial<Features> } = {}): Promise<Ledger> {
  const features = { ...duckdb.features, ...changes.features }
  return openLedger(one, { dialect: duckdb.dialect, features, project: changes.project ?? 'p', now: () => clock })
}

function run(name: string) {
  return { run: name, command: 'run', host: 'h', pid: 7, version: '0.1.0' }
}

async function begin(ledger: Ledger, name = 'r1', nodes = [{ node, relation }]): Promise<Lease> {
  await ledger.startRun(run(name))
  return (await ledger.acquire(name, nodes)).get(node) ?? bug('no lease')
}

function partition(ordinal: number, changes: Partial<PublishedPartition> = {}): PublishedPartition {
  return {
    ordinal,
    key: `k${ordinal}`,
    rows: 10,
    checksum: `c${ordinal}`,
    settled: true,
    partial: false,
    changed: true,
    inputs: [],
    ...changes,
  }
}

async function attempt(ledger: Ledger, lease: Lease, window = { start: 0, end: 1 }, name = 'r1'): Promise<number> {
  const { fence } = lease
  return ledger.startAttempt({
    run: name,
    node,
    relation: lease.relation,
    fence,
    fingerprint: 'f1',
    reason: 'never-built',
    window,
  })
}

async function publish(
  ledger: Ledger,
  lease: Lease,
  partitions: readonly PublishedPartition[],
  changes: Partial<Publication> = {},
  also: (connection: Connection) => Promise<unknown> = async () => {},
): Promise<number> {
  const number = changes.attempt ?? (await attempt(ledger, lease))
  const connection = await session.connect()
  try {
    return await connection.transaction(async () => {
      await also(connection)
      const publication = {
        lease,
        attempt: number,
        node,
        grid: day,
        column: 'flight_date',
        fingerprint: 'f1',
        partitions,
      }
      return ledger.publish(connection, { ...publication, ...changes })
    })
  } finally {
    await connection.release()
  }
}

async function record(ledger: Ledger, id = node) {
  return (await ledger.snapshot([id])).relations.get(id) ?? bug('not recorded')
}

async function all(sql: string) {
  const connection = await session.connect()
  const rows = await connection.query(sql)
  await connection.release()
  return rows
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof Failure)) throw new Error(`no Failure: ${error}`)
  return error.diagnostics.map((d) => d.code).join()
}

describe('publications', () => {
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
    clock += 1000
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
    clock += 5000
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
    expect(await ledger.published(node, { start: 1, end: 3 })).toEqual([
      { ordinal: 1, version: 1, checksum: 'c1', rows: 10 },
      { ordinal: 2, version: 2, checksum: 'new', rows: 11 },
    ])
    expect(await ledger.published(node, undefined)).toHaveLength(3)
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

  test('rows and record are one: what fails after the record leaves neither', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)])
    const connection = await session.connect()
    const number = await attempt(ledger, lease)
    const work = connection.transaction(async () => {
      await connection.run('create table rows_too (a integer)')
      await ledger.publish(connection, {
        lease,
        attempt: number,
        node,
        fingerprint: 'f2',
        partitions: [partition(1), partition(2)],
      })
      throw new Error('late')
    })
    await expect(work).rejects.toThrow('late')
    expect((await record(ledger)).published).toMatchObject([{ start: 1, end: 2, version: 1, fingerprint: 'f1' }])
    await expect(connection.run('select * from rows_too')).rejects.toThrow(/does not exist/)
    expect(await all(`select status from elt.attempts where id = ${number}`)).toEqual([{ status: 'running' }])
    await connection.release()
  })

  test('views and unpartitioned tables have no grid', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const connection = await session.connect()
    const number = await attempt(ledger, lease)
    const publication = { lease, attempt: number, node, fingerprint: 'f1', columns: 'a INTEGER', partitions: [] }
    expect(await connection.transaction(() => ledger.publish(connection, publication))).toBe(0)
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
  })

  test('what this process knows of a relation is no reason to leave old rows, outcomes or its grid behind', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const failing = publish(ledger, lease, [partition(1)], {}, async () => {
      await Promise.reject(new Error('before'))
    })
    await expect(failing).rejects.toThrow('before')
    const connection = await session.connect()
    const number = await attempt(ledger, lease)
    const rolledBack = connection.transaction(async () => {
      const publication = {
        lease,
        attempt: number,
        node,
        grid: day,
        column: 'c',
        fingerprint: 'f',
        partitions: [partition(1)],
      }
      await ledger.publish(connection, publication)
      throw new Error('after')
    })
    await expect(rolledBack).rejects.toThrow('after')
    await connection.release()
    for (const column of ['one', 'one', 'two', 'two'])
      await publish(ledger, lease, [partition(1), partition(8)], { column })
    const { fence } = await begin(ledger, 'r2')
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

describe('fences', () => {
  test('who has lost the lease cannot publish, and its rows go with it', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)])
    const number = await attempt(ledger, lease)
    await begin(ledger, 'r2')
    const work = publish(ledger, lease, [partition(1), partition(2)], { attempt: number }, (c) =>
      c.run('create table leaked (a integer)'),
    )
    expect(await codeOf(work)).toBe('fence-lost')
    expect((await record(ledger)).published).toMatchObject([{ start: 1, end: 2, version: 1 }])
    await expect(all('select * from leaked')).rejects.toThrow(/does not exist/)
  })

  test('a lease voided by the next run is lost, though nobody took it', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    expect(await ledger.heartbeat('r1')).toBe(true)
    await ledger.startRun(run('r2'))
    expect(await ledger.heartbeat('r1')).toBe(false)
    expect(await codeOf(publish(ledger, lease, [partition(1)]))).toBe('fence-lost')
  })

  test("a released lease is nobody's", async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await ledger.release('r1')
    expect(await codeOf(publish(ledger, lease, [partition(1)]))).toBe('fence-lost')
    const again = await ledger.acquire('r1', [{ node, relation }])
    expect(again.get(node)?.fence).toBe(lease.fence + 1)
  })

  test('of two publications of one relation at once, one fails whole and may be tried again', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const [a, b] = [await session.connect(), await session.connect()]
    const [one, two] = [await attempt(ledger, lease), await attempt(ledger, lease)]
    const publication = (n: number) => ({ lease, attempt: n, node, fingerprint: 'f1', partitions: [partition(n)] })
    let failure: unknown
    await a.transaction(async () => {
      await ledger.publish(a, publication(one))
      failure = await b.transaction(() => ledger.publish(b, publication(two))).catch((e: unknown) => e)
    })
    expect(session.explainError(failure).kind).toBe('transient')
    await b.transaction(() => ledger.publish(b, publication(two)))
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
    const leases = await ledger.acquire('r1', nodes)
    await Promise.all(
      nodes.map(async ({ node: id, relation: target }, i) => {
        const lease = leases.get(id) ?? bug('no lease')
        const connection = await session.connect()
        for (let o = 0; o < 25; o++) {
          const start = { run: 'r1', node: id, relation: target, fence: lease.fence, fingerprint: 'f', reason: 'x' }
          const number = await ledger.startAttempt({ ...start, window: { start: o, end: o + 1 } })
          const rows = `${o === 0 ? `create table m${i} (o integer);` : ''} delete from m${i} where o = ${o}; insert into m${i} values (${o})`
          await connection.transaction(async () => {
            await connection.run(rows)
            await ledger.publish(connection, {
              lease,
              attempt: number,
              node: id,
              fingerprint: 'f',
              partitions: [partition(o)],
            })
          })
          if (o % 5 === 0) await ledger.heartbeat('r1')
        }
        await connection.release()
      }),
    )
    const { relations } = await ledger.snapshot(nodes.map((n) => n.node))
    expect([...relations.values()].map((r) => [r.version, r.published.length])).toEqual(
      [1, 2, 3, 4].map(() => [25, 25]),
    )
  })
})

describe('leases of engines with many writers', () => {
  const features = { exclusiveWriter: false }

  test('a live run keeps others out, by name, until its heartbeat stops for a minute', async () => {
    const ledger = await ledgerOf(session, { features })
    await begin(ledger)
    await ledger.startRun(run('r2'))
    const error = (await ledger.acquire('r2', [{ node, relation }]).catch((e: unknown) => e)) as Failure
    expect(error.diagnostics[0]).toMatchObject({
      code: 'lease-held',
      message: expect.stringContaining('process 7 on h'),
    })
    clock += 50_000
    expect(await ledger.heartbeat('r1')).toBe(true)
    clock += 50_000
    expect(await codeOf(ledger.acquire('r2', [{ node, relation }]))).toBe('lease-held')
    clock += 10_000
    expect((await ledger.acquire('r2', [{ node, relation }])).get(node)?.fence).toBe(2)
    expect(await ledger.heartbeat('r1')).toBe(false)
  })

  test('all leases are taken or none', async () => {
    const ledger = await ledgerOf(session, { features })
    await begin(ledger)
    const other = { node: 'analytics.other', relation: { schema: 'analytics', name: 'other' } }
    await ledger.startRun(run('r2'))
    expect(await codeOf(ledger.acquire('r2', [other, { node, relation }]))).toBe('lease-held')
    await ledger.startRun(run('r3'))
    expect((await ledger.acquire('r3', [other])).size).toBe(1)
  })

  test('the attempts of a run are interrupted only when it is dead', async () => {
    const ledger = await ledgerOf(session, { features })
    const lease = await begin(ledger)
    await attempt(ledger, lease)
    expect(await ledger.startRun(run('r2'))).toEqual([])
    clock += 61_000
    expect(await ledger.startRun(run('r3'))).toMatchObject([{ node }])
  })
})

describe('what did not publish', () => {
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
    const open = await ledger.startAttempt({
      run: 'r1',
      node,
      relation,
      fence,
      fingerprint: 'f1',
      reason: 'x',
      window: { start: 1, end: 4 },
      staging,
    })
    expect(await ledger.startRun(run('r2'))).toEqual([{ attempt: open, node, staging }])
    expect(await ledger.startRun(run('r3'))).toEqual([])
    const { outcomes, published } = await record(ledger)
    expect(outcomes).toMatchObject([{ start: 1, end: 4, status: 'interrupted', fingerprint: 'f1' }])
    expect(published).toMatchObject([{ start: 1, end: 2 }])
    expect(await all(`select run, status from elt.runs order by run`)).toEqual([
      { run: 'r1', status: 'interrupted' },
      { run: 'r2', status: 'interrupted' },
      { run: 'r3', status: 'running' },
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
      { status: 'partial', error: 'newer' },
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

describe('heads, files, results', () => {
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
    await ledger.recordHead(node, head)
    const only = (await ledger.snapshot([node, 'analytics.unknown'], { headsOnly: true })).relations
    expect([...only.keys()]).toEqual([node])
    expect(only.get(node)).toMatchObject({ head, published: [] })
    await ledger.recordPlanned('r1', node, { start: 1, end: 2 }, 'f1')
    expect((await record(ledger)).head).toEqual({ ...head, clean: false })
    await publish(ledger, lease, [partition(1)])
    expect((await record(ledger)).head).toEqual(head)
  })

  test('taking the lease makes the head unclean until it is recorded again', async () => {
    const ledger = await ledgerOf(session)
    await begin(ledger)
    await ledger.recordHeads(new Map([[node, head]]))
    await begin(ledger, 'r2')
    expect((await record(ledger)).head).toEqual({ ...head, clean: false })
    const { due: _, ...undated } = head
    await ledger.recordHeads(new Map([[node, undated]]))
    expect((await record(ledger)).head).toEqual(undated)
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

  test('results are appended, and say what was ever judged', async () => {
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
    await ledger.recordResults([])
    await ledger.recordResults([result, { ...result, node: undefined, hash: 'h2' }])
    await ledger.recordResults([{ ...result, status: 'fail', failures: 2 }])
    expect(await all('select node, status from elt.assertion_results order by hash, status')).toEqual([
      { node, status: 'fail' },
      { node, status: 'pass' },
      { node: null, status: 'pass' },
    ])
    expect(await ledger.judged()).toEqual(new Set(['h1', 'h2']))
  })
})

describe('whose a relation is', () => {
  test("another project's relation is refused, and its records are not seen", async () => {
    const mine = await ledgerOf(session)
    await begin(mine)
    const theirs = await ledgerOf(session, { project: 'other' })
    await theirs.startRun(run('r2'))
    expect(await codeOf(theirs.acquire('r2', [{ node, relation }]))).toBe('relation-owned')
    expect((await theirs.snapshot([node])).relations.size).toBe(0)
    expect((await theirs.acquire('r2', [{ node, relation: { schema: 'theirs', name: 'daily' } }])).size).toBe(1)
    expect((await mine.snapshot([node])).relations.size).toBe(1)
  })

  test('a model that moved starts anew, and finds its record when it comes back', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)])
    const moved = { node, relation: { schema: 'analytics', name: 'elsewhere' } }
    const other = await begin(ledger, 'r2', [moved])
    expect(await record(ledger)).toMatchObject({ relation: moved.relation, version: 0, published: [] })
    await publish(ledger, other, [partition(1), partition(2)])
    await begin(ledger, 'r3')
    expect(await record(ledger)).toMatchObject({ relation, version: 1, published: [{ start: 1, end: 2 }] })
  })

  test('a renamed model takes over the record of its relation', async () => {
    const ledger = await ledgerOf(session)
    await publish(ledger, await begin(ledger), [partition(1)])
    await ledger.startRun(run('r2'))
    await ledger.acquire('r2', [{ node: 'analytics.renamed', relation }])
    expect(await record(ledger, 'analytics.renamed')).toMatchObject({ version: 1, published: [{ start: 1, end: 2 }] })
    expect((await ledger.snapshot([node])).relations.size).toBe(0)
  })

  const hostile = [`x'; drop table elt.runs; --`, `"`, '__proto__', 'constructor', 'ü😀', `$1 ? :a \\`, "''", 'a\0b']
  test.each(hostile)('%j is a name like any other', async (name) => {
    const ledger = await ledgerOf(session, { project: name })
    await ledger.startRun({ ...run(name), command: name, host: name })
    const target = { schema: name, name }
    const lease = (await ledger.acquire(name, [{ node: name, relation: target }])).get(name) ?? bug('no lease')
    await ledger.recordPlanned(name, name, { start: 0, end: 3 }, name)
    const start = { run: name, node: name, relation: target, fence: lease.fence, fingerprint: name, reason: name }
    const number = await ledger.startAttempt({ ...start, window: { start: 0, end: 1 }, staging: target })
    const inputs = [{ key: name, version: 1, published: 1, digest: name }]
    const connection = await session.connect()
    const rows = partition(0, { key: name, checksum: name, inputs })
    await connection.transaction(() =>
      ledger.publish(connection, {
        lease,
        attempt: number,
        node: name,
        fingerprint: name,
        columns: name,
        partitions: [rows],
      }),
    )
    await connection.release()
    await ledger.recordOutcomes(number, name, [
      { start: 1, end: 2, status: 'data-error', inputs, fingerprint: name, assertions: [name], message: name, at: 0 },
    ])
    const upstreams = Object.fromEntries([[name, name]])
    await ledger.recordHead(name, { fingerprint: name, upstreams, clean: false })
    const file = { source: name, path: name, size: 1, modified: 2, hash: name, gone: false }
    await ledger.recordFiles([file])
    await ledger.recordResults([
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
    ])
    const snapshot = await ledger.snapshot([name])
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

describe('migrations', () => {
  test('run once, however often and by however many the ledger is opened', async () => {
    const other = await open()
    await Promise.all([session, other, session, other].map((one) => ledgerOf(one)))
    await ledgerOf(session)
    expect(await all('select number from elt.migrations')).toEqual([{ number: 1 }])
  })

  test('a newer ledger is refused', async () => {
    await ledgerOf(session)
    await all('insert into elt.migrations values (99, now())')
    expect(await codeOf(ledgerOf(session))).toBe('ledger-newer')
  })

  test('a session that only reads sees an absent ledger as an empty one, and an existing one as it is', async () => {
    await all('select 1')
    await session.close()
    const options = { dialect: duckdb.dialect, features: duckdb.features, project: 'p', readOnly: true }
    const reader = await open(true)
    const empty = await openLedger(reader, options)
    expect((await empty.snapshot([node])).relations.size).toBe(0)
    expect(await empty.published(node, undefined)).toEqual([])
    await reader.close()
    session = await open()
    await begin(await ledgerOf(session))
    await session.close()
    const ledger = await openLedger(await open(true), options)
    expect((await ledger.snapshot([node])).relations.size).toBe(1)
  })
})

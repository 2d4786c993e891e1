import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Failure } from '../../diagnostics/index.ts'
import type { ConnectRequest, ExplainedError, Session } from '../contract.ts'
import { duckdb } from './index.ts'

const driverPath = createRequire(import.meta.url).resolve('@duckdb/node-api')

let directory: string
const sessions: Session[] = []

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'elt duck ü-'))
  mkdirSync(path.join(directory, 'data'))
})

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close()
  rmSync(directory, { recursive: true, force: true })
})

async function open(request: Partial<ConnectRequest> & { file?: string } = {}): Promise<Session> {
  const session = await duckdb.connect({
    options: { path: request.file ?? '.elt/warehouse.duckdb' },
    projectDirectory: directory,
    readOnly: false,
    readableFolders: [path.join(directory, 'data')],
    ...request,
  })
  sessions.push(session)
  return session
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof Failure)) throw new Error(`no Failure: ${error}`)
  return error.diagnostics.map((d) => d.code).join()
}

async function explained(session: Session, sql: string): Promise<ExplainedError> {
  const connection = await session.connect()
  try {
    await connection.query(sql)
  } catch (error) {
    return session.explainError(error)
  } finally {
    await connection.release()
  }
  throw new Error(`no error: ${sql}`)
}

describe('opening', () => {
  test('makes the file and its folder, and keeps what was committed', async () => {
    const first = await open()
    const connection = await first.connect()
    await connection.run('create table t (a integer); insert into t values (1), (2)')
    await connection.release()
    await first.close()
    const again = await (await open()).connect()
    expect(await again.query('select sum(a) as total from t')).toEqual([{ total: 3 }])
  })

  test('sessions of one process may be opened at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const opened = await Promise.all(Array.from({ length: 4 }, () => open({ file: `${round}.duckdb` })))
      for (const session of opened) {
        expect((await explained(session, "set timezone = 'Asia/Seoul'")).message).toMatch(/locked/)
      }
    }
  })

  test('two sessions of one process share the database', async () => {
    const [a, b] = [await open(), await open({ file: './.elt/../.elt/warehouse.duckdb' })]
    const [x, y] = [await a.connect(), await b.connect()]
    await x.run('create table t as select 7 as a')
    await x.release()
    await a.close()
    expect(await y.query('select a from t')).toEqual([{ a: 7 }])
    await y.run('insert into t values (8)')
    expect(await y.query('select count(*) as n from t')).toEqual([{ n: 2 }])
  })

  test('a file held by another process is refused with its pid, and opens when that has ended', async () => {
    const file = path.join(directory, 'held.duckdb')
    const script = `require(${JSON.stringify(driverPath)}).DuckDBInstance.create(${JSON.stringify(file)}).then(i => { global.i = i; console.log('held') }); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const error = await open({ file }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Failure)
    const [diagnostic] = (error as Failure).diagnostics
    expect(diagnostic?.code).toBe('warehouse-locked')
    expect(diagnostic?.message).toContain(`process ${child.pid} (node) holds`)
    expect(diagnostic?.help.join('\n')).toContain(`ps -p ${child.pid}`)
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    await open({ file })
  })

  test('a folder, another kind of file and a missing file to be read are told apart', async () => {
    writeFileSync(path.join(directory, 'text.duckdb'), 'no database '.repeat(1000))
    writeFileSync(path.join(directory, 'empty.duckdb'), '')
    expect(await codeOf(open({ file: 'data' }))).toBe('warehouse-invalid')
    expect(await codeOf(open({ file: 'text.duckdb' }))).toBe('warehouse-invalid')
    expect(await codeOf(open({ file: 'empty.duckdb' }))).toBe('warehouse-invalid')
    expect(await codeOf(open({ file: 'none.duckdb', readOnly: true }))).toBe('warehouse-missing')
    expect(await codeOf(open({ file: 'text.duckdb/below.duckdb' }))).toBe('warehouse-invalid')
    expect(readFileSync(path.join(directory, 'text.duckdb'), 'utf8')).toContain('no database')
  })

  test.runIf(process.platform === 'linux')('a place that may not be written is refused', async () => {
    expect(await codeOf(open({ file: '/sys/kernel/elt/w.duckdb' }))).toBe('warehouse-denied')
    expect(await codeOf(open({ file: '/sys/kernel/w.duckdb' }))).toBe('warehouse-denied')
  })

  test('a file of a newer storage version is refused by its number', async () => {
    const file = path.join(directory, 'newer.duckdb')
    await (await open({ file })).close()
    const bytes = readFileSync(file)
    const mixed = (word: bigint): bigint => BigInt.asUintN(64, word * 0xbf58476d1ce4e5b9n)
    const before = bytes.readBigUInt64LE(8)
    bytes.writeBigUInt64LE(99n, 12)
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(0) ^ mixed(before) ^ mixed(bytes.readBigUInt64LE(8)), 0)
    writeFileSync(file, bytes)
    const error = (await open({ file }).catch((e: unknown) => e)) as Failure
    expect(error.diagnostics[0]?.code).toBe('warehouse-newer')
    expect(error.diagnostics[0]?.message).toContain('storage version 99')
  })

  test('a session that only reads cannot write', async () => {
    await (await open()).close()
    const connection = await (await open({ readOnly: true })).connect()
    await expect(connection.run('create table t (a integer)')).rejects.toThrow(/read-only/)
  })
})

describe('what SQL may reach', () => {
  const refused = [
    `select * from read_text('/etc/passwd')`,
    `copy (select 1) to '/tmp/elt-leak.csv'`,
    `attach '/tmp/elt-other.duckdb' as other`,
    `install httpfs`,
    `load httpfs`,
    `set enable_external_access = true`,
    `set allowed_directories = ['/']`,
    `select * from 'https://example.com/x.parquet'`,
    `select * from glob('/etc/*')`,
  ]
  test.each(refused)('%s is refused', async (sql) => {
    const session = await open()
    expect((await explained(session, sql)).message).toMatch(
      /disabled by configuration|configuration has been locked|not found|Installation|extension|No files found/i,
    )
  })

  test('the way out of a readable folder is shut', async () => {
    writeFileSync(path.join(directory, 'secret.txt'), 'x')
    const session = await open()
    const sql = `select * from read_text('${directory}/data/../secret.txt')`
    expect((await explained(session, sql)).message).toContain('disabled by configuration')
  })

  test('files of a readable folder can be read', async () => {
    writeFileSync(path.join(directory, 'data', 'a.txt'), 'hello')
    const connection = await (await open()).connect()
    expect(await connection.query(`select content from read_text('${directory}/data/a.txt')`)).toEqual([
      { content: 'hello' },
    ])
  })

  test('a second statement in a single one is refused before the first runs', async () => {
    const connection = await (await open()).connect()
    await expect(connection.run('create table t (a integer); select 1', { single: true })).rejects.toThrow(/multiple/)
    await expect(connection.query('select 1 from t')).rejects.toThrow(/does not exist/)
    expect(await connection.query('select 1 as a;', { single: true })).toEqual([{ a: 1 }])
  })
})

describe('statements', () => {
  test('several in one text run in order and report the last', async () => {
    const connection = await (await open()).connect()
    expect(
      await connection.run('create table t (a integer); insert into t values (1),(2); update t set a = 5'),
    ).toEqual({ rows: 2 })
  })

  test('values are plain JSON', async () => {
    const connection = await (await open()).connect()
    const rows = await connection.query(`select 1::bigint as small, 9007199254740993::bigint as big, 5::hugeint as huge,
      sum(2::bigint) as total, 1.50::decimal(5,2) as price, date '0044-03-15' as day, date '2013-12-30' as later,
      date '-infinity' as never, timestamptz '2013-03-10 02:30:00.5-05' as moment, timestamp '1969-12-31 23:59:59.000001' as clock,
      timestamp 'infinity' as always, time '10:11:12' as at, [1::bigint, null] as list, {'t': timestamptz '2013-01-01 00:00:00Z'} as nested,
      'nan'::double as nan, null as nothing, true as yes, 1 as "__proto__", 2 as "__proto__"`)
    expect(JSON.parse(JSON.stringify(rows))).toEqual([
      JSON.parse(`{
        "small": 1, "big": "9007199254740993", "huge": 5, "total": 2, "price": "1.50", "day": "0044-03-15",
        "later": "2013-12-30", "never": "-infinity", "moment": "2013-03-10T07:30:00.5Z", "clock": "1969-12-31T23:59:59.000001",
        "always": "infinity", "at": "10:11:12", "list": [1, null], "nested": { "t": "2013-01-01T00:00:00Z" }, "nan": "NaN",
        "nothing": null, "yes": true, "__proto__": 1, "__proto__:1": 2
      }`),
    ])
    expect(rows.every((row) => Object.getPrototypeOf(row) === Object.prototype)).toBe(true)
  })

  test('an error rolls the whole transaction back, and the connection is good afterwards', async () => {
    const connection = await (await open()).connect()
    await connection.run('create table t (a integer)')
    const failing = connection.transaction(async () => {
      await connection.run('insert into t values (1); create table u (b integer)')
      await connection.run('select nope')
    })
    await expect(failing).rejects.toThrow(/nope/)
    expect(await connection.query('select count(*) as n from t')).toEqual([{ n: 0 }])
    await expect(connection.query('select 1 from u')).rejects.toThrow(/does not exist/)
    await connection.transaction(() => connection.run('insert into t values (2)'))
    expect(await connection.query('select a from t')).toEqual([{ a: 2 }])
  })

  test('an error of the work itself rolls back too', async () => {
    const connection = await (await open()).connect()
    await connection.run('create table t (a integer)')
    const work = connection.transaction(async () => {
      await connection.run('insert into t values (1)')
      throw new RangeError('mine')
    })
    await expect(work).rejects.toThrow(RangeError)
    expect(await connection.query('select count(*) as n from t')).toEqual([{ n: 0 }])
  })

  test('a commit that fails leaves nothing behind and is transient', async () => {
    const session = await open()
    const [a, b] = [await session.connect(), await session.connect()]
    await a.run('create table t (a integer primary key)')
    let failure: unknown
    await a.transaction(async () => {
      await a.run('insert into t values (1)')
      failure = await b
        .transaction(async () => {
          await b.run('insert into t values (1), (2)')
          await a.run('commit; begin')
        })
        .catch((e: unknown) => e)
    })
    expect(session.explainError(failure).kind).toBe('transient')
    expect(await b.query('select a from t')).toEqual([{ a: 1 }])
  })

  test('statements sent at once to one connection run one after the other', async () => {
    const connection = await (await open()).connect()
    await connection.run('create table t (a integer)')
    await Promise.all(Array.from({ length: 40 }, (_, i) => connection.run(`insert into t values (${i})`)))
    expect(await connection.query('select list(a order by rowid) as all from t')).toEqual([
      { all: Array.from({ length: 40 }, (_, i) => i) },
    ])
  })

  test('four connections write four tables at once, two writers of one row conflict', async () => {
    const session = await open()
    const connections = await Promise.all(Array.from({ length: 4 }, () => session.connect()))
    await Promise.all(
      connections.map((c, i) =>
        c.transaction(async () => {
          await c.run(`create table t${i} as select ${i} as a, x from range(50000) r(x)`)
          await c.run(`delete from t${i} where x < 10; insert into t${i} select ${i}, x from range(10) r(x)`)
        }),
      ),
    )
    const [a, b] = connections
    if (!a || !b) throw new Error('no connections')
    expect(
      await a.query('select count(*) as n from (from t0 union all from t1 union all from t2 union all from t3)'),
    ).toEqual([{ n: 200_000 }])
    await a.run('begin; delete from t0 where x = 5')
    const conflict = await b.run('delete from t0 where x = 5').catch((e: unknown) => e)
    expect(session.explainError(conflict).kind).toBe('transient')
    await a.run('rollback')
  })

  test('temporary tables are seen by their connection only', async () => {
    const session = await open()
    const [a, b] = [await session.connect(), await session.connect()]
    await a.run(duckdb.dialect.ddl.stage({ schema: 'temp', name: 'staged "x"' }, 'select 1 as a -- end'))
    expect(await a.query('select a from "temp"."staged ""x"""')).toEqual([{ a: 1 }])
    await expect(b.query('select a from "temp"."staged ""x"""')).rejects.toThrow(/does not exist/)
    await a.run(duckdb.dialect.ddl.drop({ schema: 'temp', name: 'staged "x"' }, 'table'))
  })

  test('a released connection is used again', async () => {
    const session = await open()
    const first = await session.connect()
    await first.run('create temporary table mark (a integer)')
    await first.release()
    const second = await session.connect()
    expect(await second.query('select count(*) as n from mark')).toEqual([{ n: 0 }])
  })
})

describe('a statement that is alone', () => {
  const limits = `d.day >= date '2012-12-16' and d.day < date '2013-01-13'`
  const moving = `create or replace temporary table staged as
    with moving as (
      select d.day, sum(d.v) over (order by d.day range between interval '27 days' preceding and current row) as v
      from days as d where ${limits}
    ) select day, v from moving as m where m.day >= date '2013-01-12' and m.day < date '2013-01-13'`

  test('reads nothing that was committed after it was planned', async () => {
    const session = await open()
    const [reader, writer] = [await session.connect(), await session.connect()]
    for (let round = 0; round < 300; round += 1) {
      await writer.run(`create or replace table days as
        select * from (values (date '2013-01-11', 1), (date '2013-01-12', 2)) as t(day, v)`)
      await Promise.all([
        reader.run(moving, { single: true }),
        writer.run("insert into days values (date '2013-01-13', 3)"),
      ])
      const rows = await reader.query('select cast(day as varchar) as day, cast(v as integer) as v from staged')
      expect(rows, `round ${round}`).toEqual([{ day: '2013-01-12', v: 3 }])
    }
    await reader.release()
    await writer.release()
  })
})

describe('cancelling', () => {
  const long = 'select count(*) from range(100000000000) a where a.range % 7 = 3'

  test('a running statement ends within a second with the reason of the signal', async () => {
    const connection = await (await open()).connect()
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('stop')), 100)
    const begun = performance.now()
    await expect(connection.query(long, { signal: abort.signal })).rejects.toThrow('stop')
    expect(performance.now() - begun).toBeLessThan(1100)
    expect(await connection.query('select 1 as a')).toEqual([{ a: 1 }])
  })

  test('one that is aborted as it is sent, or before, ends as well', async () => {
    const connection = await (await open()).connect()
    const abort = new AbortController()
    const running = connection.query(long, { signal: abort.signal })
    const waiting = connection.query(long, { signal: abort.signal })
    await Promise.resolve()
    abort.abort()
    await expect(running).rejects.toThrow(/abort/)
    await expect(waiting).rejects.toThrow(/abort/)
  })

  test('in a transaction, everything is rolled back', async () => {
    const session = await open()
    const connection = await session.connect()
    await connection.run('create table t (a integer)')
    const work = connection.transaction(async () => {
      await connection.run('insert into t values (1)')
      await connection.run(long, { signal: AbortSignal.timeout(80) })
    })
    await expect(work).rejects.toThrow()
    expect(await connection.query('select count(*) as n from t')).toEqual([{ n: 0 }])
  })
})

describe('the catalog', () => {
  test('lists tables and views of the schemas with their columns', async () => {
    const session = await open()
    const connection = await session.connect()
    await connection.run(`create schema "s'1"; create table "s'1".b (x integer, "Y z" decimal(5,2)); create table main.other (a integer);
      create view "s'1".a as select x, now() as t from "s'1".b; create temporary table hidden (a integer)`)
    expect(await session.catalog(["s'1", 'absent'])).toEqual({
      relations: [
        {
          schema: "s'1",
          name: 'a',
          kind: 'view',
          columns: [
            { name: 'x', type: 'INTEGER' },
            { name: 't', type: 'TIMESTAMP WITH TIME ZONE' },
          ],
        },
        {
          schema: "s'1",
          name: 'b',
          kind: 'table',
          columns: [
            { name: 'x', type: 'INTEGER' },
            { name: 'Y z', type: 'DECIMAL(5,2)' },
          ],
        },
      ],
    })
    expect(await session.catalog([])).toEqual({ relations: [] })
  })

  test('views whose table is gone are still listed', async () => {
    const session = await open()
    const connection = await session.connect()
    await connection.run('create table t (a integer); create view v as select a from t; drop table t')
    expect((await session.catalog(['main'])).relations.map((r) => r.name)).toEqual(['v'])
  })

  test('describe words every type as the catalog does', async () => {
    const session = await open()
    const connection = await session.connect()
    const types =
      'boolean tinyint usmallint hugeint double varchar blob uuid interval date time timetz timestamp timestamptz timestamp_ns decimal(9,2) json integer[] bit'
    const columns = types.split(' ').map((type, i) => `null::${type} as c${i}`)
    await connection.run(
      `create schema s; create table s.t as select ${columns.join(', ')}, {'a': 1} as st, null as nothing`,
    )
    const [table] = (await session.catalog(['s'])).relations
    expect(await session.describe('select * from s.t')).toEqual(table?.columns)
    await connection.release()
  })

  test('describe gives the types of a SELECT without running it', async () => {
    const session = await open()
    expect(
      await session.describe(
        "with x as (select 1 as a) select a, '[]'::json as j, error('run')::varchar as e from x -- end",
      ),
    ).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'j', type: 'JSON' },
      { name: 'e', type: 'VARCHAR' },
    ])
    await expect(session.describe('select 1; create table t (a integer)')).rejects.toThrow(/multiple/)
    const error = await session.describe("select 'é', nope from (select 1 as nape)").catch((e: unknown) => e)
    expect(session.explainError(error)).toMatchObject({ offset: 12, candidates: ['nape'], kind: 'sql' })
  })
})

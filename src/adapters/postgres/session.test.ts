import { describe, expect, test } from 'vitest'
import { describePostgres } from '../../../tests/engines/index.ts'
import type { Connection } from '../contract.ts'
import { failure, useDatabase } from './testing.ts'

describePostgres('sessions', (server) => {
  const bench = useDatabase(server)
  const explained = async (work: Promise<unknown>) => bench.session.explainError(await failure(work))
  const pidOf = async (connection: Connection) => (await connection.query('select pg_backend_pid() as pid'))[0]?.pid

  describe('statements', () => {
    test('a second statement in a single one is refused before the first runs', async () => {
      const single = bench.connection.run('create table public.t (a integer); select 1', { single: true })
      expect((await explained(single)).message).toMatch(/multiple commands/)
      expect(await bench.value(`select to_regclass('public.t')`)).toBe(null)
      expect(await bench.connection.query('select 1 as a;', { single: true })).toEqual([{ a: 1 }])
    })

    test('several in one text run in order and report the last', async () => {
      const { connection } = bench
      await connection.run('create table public.counted (a integer)')
      const rows = (sql: string) => connection.run(sql)
      expect(await rows('insert into public.counted values (1), (2); update public.counted set a = 5')).toEqual({
        rows: 2,
      })
      expect(await rows('create table public.copied as select * from public.counted')).toEqual({ rows: 2 })
      expect(await rows('select * from public.counted')).toEqual({ rows: 0 })
      expect(await rows('delete from public.counted where a = 7')).toEqual({ rows: 0 })
    })

    test('what holds a NUL is refused, and nothing of it is run', async () => {
      const sql = 'create table public.cut (a integer) -- \0 and the rest'
      expect(await explained(bench.connection.run(sql))).toMatchObject({ kind: 'data', message: /NUL/ })
      expect(await bench.value(`select to_regclass('public.cut')`)).toBe(null)
      const stored = bench.connection.query(`select ${'chr(0)'}`)
      expect((await explained(stored)).message).toMatch(/null character/)
    })

    test('a name of no schema makes no relation, and finds those of public, or of the search_path', async () => {
      await bench.connection.run(
        'create table public.seen (a integer); create schema aside; create table aside.hidden (a integer)',
      )
      expect(await bench.connection.query('select * from seen')).toEqual([])
      expect((await explained(bench.connection.query('select * from hidden'))).message).toMatch(/does not exist/)
      expect((await explained(bench.connection.run('create table lost (a integer)'))).kind).toBe('denied')
      const session = await bench.open({ search_path: 'aside' })
      expect(await (await session.connect()).query('select * from hidden')).toEqual([])
    })

    test('of a session that only reads, writing is refused', async () => {
      const connection = await (await bench.open({}, true)).connect()
      expect((await explained(connection.run('create table public.no (a integer)'))).message).toMatch(/read-only/)
    })

    test('that take longer than they may are ended, and say by what setting', async () => {
      const connection = await (await bench.open({ statement_timeout: 0.2 })).connect()
      expect(await explained(connection.query('select pg_sleep(20)'))).toMatchObject({
        kind: 'sql',
        message: /statement timeout \(`statement_timeout` of the target\)/,
      })
    })
  })

  describe('transactions', () => {
    test('one that failed without its work noticing is no success', async () => {
      const { connection } = bench
      await connection.run('create table public.kept (a integer)')
      const work = connection.transaction(async () => {
        await connection.run('insert into public.kept values (1)')
        await connection.run('select nope').catch(() => undefined)
      })
      await expect(work).rejects.toThrow(/rolled back/)
      expect(await bench.value('select count(*) from public.kept')).toBe(0)
    })

    test('a connection given back in an aborted one is clean for the next', async () => {
      const session = await bench.open()
      const first = await session.connect()
      await first.run(`create temporary table mark (a integer); set work_mem = '1MB'`)
      const pid = await pidOf(first)
      await first.run('begin')
      await first.run('select nope').catch(() => undefined)
      await first.release()
      const second = await session.connect()
      expect(await pidOf(second)).toBe(pid)
      expect(await second.query(`select to_regclass('pg_temp.mark') as mark`)).toEqual([{ mark: null }])
      expect(await second.query('show work_mem')).not.toEqual([{ work_mem: '1MB' }])
      expect(await second.query('select 1 as a')).toEqual([{ a: 1 }])
    })
  })

  describe('cancelling', () => {
    test('ends the statement on the server with the reason of the signal, and spares the next', async () => {
      const session = await bench.open()
      const connection = await session.connect()
      const pid = await pidOf(connection)
      for (let round = 0; round < 5; round++) {
        const abort = new AbortController()
        const running = connection.query('select pg_sleep(60)', { signal: abort.signal })
        await expect.poll(() => bench.value(`select state from pg_stat_activity where pid = ${pid}`)).toBe('active')
        abort.abort(new Error(`stop ${round}`))
        await expect(running).rejects.toThrow(`stop ${round}`)
        expect(await connection.query('select pg_sleep(0.05), 1 as a')).toMatchObject([{ a: 1 }])
      }
    })

    test('one that is aborted as it is sent, or before, ends as well; in a transaction all is rolled back', async () => {
      const connection = await (await bench.open()).connect()
      const abort = new AbortController()
      await connection.run('create table public.undone (a integer)')
      const work = connection.transaction(async () => {
        await connection.run('insert into public.undone values (1)')
        const running = connection.query('select pg_sleep(60)', { signal: abort.signal })
        abort.abort()
        await running
      })
      await expect(work).rejects.toThrow(/abort/)
      await expect(connection.query('select 1', { signal: abort.signal })).rejects.toThrow(/abort/)
      expect(await connection.query('select count(*) as n from public.undone')).toEqual([{ n: 0 }])
    })
  })

  describe('connections', () => {
    test('one that the server ends fails what runs, and the next is a new one', async () => {
      const session = await bench.open()
      const connection = await session.connect()
      const running = explained(connection.query('select pg_sleep(60)'))
      const pid = await pidOfRunning('select pg_sleep(60)')
      await bench.connection.run(`select pg_terminate_backend(${pid})`)
      expect((await running).kind).toBe('connection')
      expect((await explained(connection.query('select 1'))).kind).toBe('connection')
      await connection.release()
      expect(await (await session.connect()).query('select 1 as a')).toEqual([{ a: 1 }])
    })

    test('one that the server ends while nobody uses it is not handed out', async () => {
      const session = await bench.open()
      const connection = await session.connect()
      const pid = await pidOf(connection)
      await connection.release()
      await bench.connection.run(`select pg_terminate_backend(${pid})`)
      const gone = () => bench.value(`select count(*) from pg_stat_activity where pid = ${pid}`)
      await expect.poll(gone).toBe(0)
      expect(await (await session.connect()).query('select 1 as a')).toEqual([{ a: 1 }])
    })

    test('as many as asked for are there at once, and all are gone when the session is closed', async () => {
      const session = await bench.open()
      session.label?.('elt many')
      const many = await Promise.all(Array.from({ length: 12 }, () => session.connect()))
      const pids = await Promise.all(many.map(pidOf))
      expect(new Set(pids).size).toBe(12)
      const named = () => bench.value(`select count(*) from pg_stat_activity where application_name = 'elt many'`)
      expect(await named()).toBe(12)
      for (const connection of many) await connection.release()
      const more = await Promise.all(Array.from({ length: 12 }, () => session.connect()))
      expect(new Set(await Promise.all(more.map(pidOf)))).toEqual(new Set(pids))
      await session.close()
      await expect.poll(named).toBe(0)
    })

    test('say what server it is, who one is there, and how it is secured', async () => {
      expect(await bench.session.about?.()).toMatch(/^PostgreSQL \d+\.\d+.*, as \w+, without TLS$/)
    })

    test('a wait for a lock ends, and the error says who holds it', async () => {
      const holder = await (await bench.open()).connect()
      const session = await bench.open({ lock_timeout: 0.6 })
      session.label?.('elt waiting')
      const waiting = await session.connect()
      await holder.run('create table public.locked (a integer)')
      await holder.run('begin; lock table public.locked')
      const found = session.explainError(await failure(waiting.run('insert into public.locked values (1)')))
      expect(found).toMatchObject({ kind: 'transient' })
      expect(found.message).toMatch(/lock timeout; it is held by process \d+ of \w+ \(elt, idle in transaction since /)
      await holder.run('rollback')
    })
  })

  describe('the catalog', () => {
    test('lists tables of every kind and views, with their types as preparing a SELECT words them', async () => {
      const { connection, session } = bench
      await connection.run(`create schema "s'1"; create type "s'1".mood as enum ('ok');
        create table "s'1".b (x integer, "Y z" numeric(5,2), v varchar(3), m "s'1".mood, l "s'1".mood[], j jsonb, at timestamptz(3));
        create table "s'1".parted (day date) partition by range (day); create table "s'1".none ();
        create materialized view "s'1".kept as select 1 as one;
        create view "s'1".a as select x, now() as t from "s'1".b; alter table "s'1".b drop column x cascade`)
      const { relations } = await session.catalog(["s'1", 'absent'])
      expect(relations.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
        'b table',
        'kept table',
        'none table',
        'parted table',
      ])
      expect(relations[0]?.columns).toEqual(await session.describe(`select * from "s'1".b -- all`))
      expect(relations[0]?.columns.map(({ type }) => type)).toEqual([
        'numeric(5,2)',
        'character varying(3)',
        `"s'1".mood`,
        `"s'1".mood[]`,
        'jsonb',
        'timestamp(3) with time zone',
      ])
      expect(await session.catalog([])).toEqual({ relations: [] })
    })

    test('describing runs nothing, and tells mistakes by their place', async () => {
      const { session } = bench
      expect(await session.describe(`select 1/0 as a, null as b, 'x' as c -- end`)).toEqual([
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'text' },
        { name: 'c', type: 'text' },
      ])
      await expect(session.describe('select 1; create table public.t (a integer)')).rejects.toThrow(/multiple/)
      expect(await explained(session.describe(`select 'é😀', nope from (select 1 as nape) as x`))).toEqual({
        message: 'column "nope" does not exist',
        kind: 'sql',
        offset: 14,
        candidates: ['nape'],
      })
    })
  })

  async function pidOfRunning(sql: string): Promise<unknown> {
    const asked = `select pid from pg_stat_activity where query = '${sql}' and state = 'active'`
    await expect.poll(() => bench.value(asked)).toBeDefined()
    return bench.value(asked)
  }
})

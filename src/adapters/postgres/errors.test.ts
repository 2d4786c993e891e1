import { expect, test } from 'vitest'
import { describePostgres } from '../../../tests/engines/index.ts'
import type { ExplainedError } from '../contract.ts'
import { explainError } from './errors.ts'
import { failure, useDatabase } from './testing.ts'

describePostgres('errors of the engine', (server) => {
  const bench = useDatabase(server)
  const explained = async (sql: string): Promise<ExplainedError> =>
    bench.session.explainError(await failure(bench.connection.query(sql)))

  const cases: readonly (readonly [string, Partial<ExplainedError>])[] = [
    ['select 1;\nselect naem from (select 1 as name) as x', { kind: 'sql', offset: 17, candidates: ['name'] }],
    ['select x.naem from (select 1 as name) as x', { kind: 'sql', offset: 7, candidates: ['name'] }],
    ['select colour from (select 1 as name) as x', { kind: 'sql', offset: 7 }],
    [`select 'ü😀', nope(1)`, { kind: 'sql', offset: 14, message: 'function nope(integer) does not exist' }],
    ['select 1 frm x y', { kind: 'sql', offset: 13, message: 'syntax error at or near "x"' }],
    ['select * from absent', { kind: 'sql', offset: 14, message: 'relation "absent" does not exist' }],
    ['select * from public.absent', { kind: 'sql', message: 'relation "public.absent" does not exist' }],
    [`select cast('ab' as integer)`, { kind: 'data', message: 'invalid input syntax for type integer: "ab"' }],
    ['select 32767::smallint + 1::smallint', { kind: 'data', message: 'smallint out of range' }],
    ['select 1 / x from (select 0 as x) as t', { kind: 'data', message: 'division by zero' }],
    [`select date 'infinity' - date '2013-01-01'`, { kind: 'data', message: 'cannot subtract infinite dates' }],
    [`select to_date('x', 'YYYY')`, { kind: 'data' }],
    [`do $$ begin raise exception 'mine'; end $$`, { kind: 'data', message: 'mine' }],
    ['select (select 1 union all select 2)', { kind: 'data' }],
    ['select pg_cancel_backend(pg_backend_pid()), pg_sleep(1)', { kind: 'cancelled' }],
    ['begin isolation level serializable; rollback; select * from pg_catalog.pg_authid_absent', { kind: 'sql' }],
  ]
  test.each(cases)('%s', async (sql, expected) => {
    expect(await explained(sql)).toMatchObject(expected)
  })

  test('of keys say no values of rows', async () => {
    await bench.connection.run('create table public.keys (secret text primary key)')
    const found = await explained(`insert into public.keys values ('hush'), ('hush')`)
    expect(found).toEqual({ kind: 'data', message: 'duplicate key value violates unique constraint "keys_pkey"' })
  })

  test('of transactions that were in the way of each other are transient', async () => {
    const { connection } = bench
    const other = await (await bench.open()).connect()
    await connection.run(
      'create table public.counts (id integer, n integer); insert into public.counts values (1, 0), (2, 0)',
    )
    const add = (id: number) => `update public.counts set n = n + 1 where id = ${id}`
    const serial = 'begin isolation level serializable; select sum(n) from public.counts'
    await connection.run(serial)
    await other.run(serial)
    await connection.run(`${add(1)}; commit`)
    const late = bench.session.explainError(await failure(other.run(`${add(1)}; commit`)))
    await other.run('rollback')
    expect(late.kind).toBe('transient')

    await connection.run(`begin; ${add(1)}`)
    await other.run(`begin; ${add(2)}`)
    const ends = await Promise.allSettled([connection.run(add(2)), other.run(add(1))])
    const lost = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
    expect(lost.map((error) => explainError(error).kind)).toEqual(['transient'])
    await connection.run('rollback')
    await other.run('rollback')
  })

  test('of missing rights name what is missing', async () => {
    const role = `elt_test_reader_${server.label.replace(/\D/g, '')}`
    await bench.connection.run(`create role ${role} login; create table public.closed (a integer)`)
    const session = await bench.open({ user: role })
    const reader = await session.connect()
    const advice = async (sql: string) => session.explainError(await failure(reader.query(sql)))
    expect(await advice('select * from public.closed')).toEqual({
      kind: 'denied',
      message: 'permission denied for table closed',
      advice: `its owner gives the right: grant select on table public.closed to ${role}`,
    })
    const asOwner = `build as the role that owns it, or become a member of that role: grant <its owner> to ${role}`
    for (const sql of ['insert into "public"."closed" values (1)', 'delete from "public".closed'])
      expect(await advice(sql)).toMatchObject({ advice: asOwner })
    expect(await advice('alter table public.closed add b integer')).toMatchObject({
      advice: `only its owner may: become a member of the role that owns it: grant <its owner> to ${role}`,
    })
    await bench.connection.run(`drop role ${role}`)
  })

  test('an abort is a cancellation, and a lost socket a lost connection', () => {
    expect(explainError(new DOMException('stopped', 'AbortError')).kind).toBe('cancelled')
    expect(explainError(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))).toEqual({
      kind: 'connection',
      isLost: true,
      message: 'the connection to the server was lost (read ECONNRESET)',
    })
    expect(explainError(Object.assign(new Error('could not extend file'), { code: '53100' })).kind).toBe('connection')
  })
})

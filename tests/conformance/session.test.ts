import { expect } from 'vitest'
import type { Connection, ExplainedError, Session } from '../../src/adapters/contract.ts'
import { conforms, describeEngines, useBench } from './fixtures.ts'

/** Connections: statements, transactions, writers beside each other, cancelling, the catalog, and what errors say. */

async function explained(session: Session, work: Promise<unknown>): Promise<ExplainedError> {
  const error = await work.then(
    () => new Error('nothing went wrong'),
    (reason: unknown) => reason,
  )
  return session.explainError(error)
}

async function countOf(connection: Connection, table: string): Promise<unknown> {
  return (await connection.query(`select count(*) as n from ${table}`))[0]?.n
}

describeEngines('sessions', (fixture) => {
  const { dialect, features } = fixture.adapter
  const bench = useBench(fixture)
  const integer = dialect.type('integer') ?? 'integer'
  let tables = 0

  /** A new table with a column `a` of integers. */
  async function newTable(...values: readonly number[]): Promise<string> {
    tables += 1
    const table = { schema: 'sessions', name: `t${tables}` }
    await bench.run(
      dialect.ddl.createSchema('sessions'),
      dialect.ddl.createTable(table, [{ name: 'a', type: integer }]),
    )
    const name = `sessions.t${tables}`
    for (const value of values) await bench.run(`insert into ${name} values (${value})`)
    return name
  }

  conforms(fixture, 'several statements in one text run in order and report the rows of the last', async () => {
    const table = await newTable()
    const sql = `insert into ${table} values (1); insert into ${table} values (2), (3); update ${table} set a = 5`
    expect(await bench.connection.run(sql)).toEqual({ rows: 3 })
    expect(await bench.connection.run(`delete from ${table} where a = 6`)).toEqual({ rows: 0 })
  })

  conforms(fixture, 'a second statement in a single one is refused before the first runs', async () => {
    const table = await newTable()
    const both = `insert into ${table} values (1); select 1`
    await expect(bench.connection.run(both, { single: true })).rejects.toThrow()
    await expect(bench.connection.query(both, { single: true })).rejects.toThrow()
    expect(await countOf(bench.connection, table)).toBe(0)
    expect(await bench.connection.query('select 1 as a;', { single: true })).toEqual([{ a: 1 }])
  })

  conforms(fixture, 'columns of one name are both in the row', async () => {
    expect(await bench.query('select 1 as a, 2 as a, 3 as b')).toEqual([{ a: 1, 'a:1': 2, b: 3 }])
  })

  conforms(fixture, 'an error rolls the whole transaction back, and the connection is good afterwards', async () => {
    const table = await newTable()
    const failing = bench.connection.transaction(async () => {
      await bench.connection.run(`insert into ${table} values (1)`)
      await bench.connection.run('select nope')
    })
    expect((await explained(bench.session, failing)).message).toContain('nope')
    const mine = bench.connection.transaction(async () => {
      await bench.connection.run(`insert into ${table} values (1)`)
      throw new RangeError('mine')
    })
    await expect(mine).rejects.toThrow(RangeError)
    expect(await countOf(bench.connection, table)).toBe(0)
    await bench.connection.transaction(() => bench.connection.run(`insert into ${table} values (2)`))
    expect(await bench.query(`select a from ${table}`)).toEqual([{ a: 2 }])
  })

  conforms(fixture, 'tables made in a transaction that is rolled back are gone', async () => {
    if (!features.transactionalDdl) return
    const work = bench.connection.transaction(async () => {
      await bench.connection.run('create table sessions.unmade (a integer)')
      throw new Error('no')
    })
    await newTable()
    await expect(work).rejects.toThrow()
    expect((await explained(bench.session, bench.query('select 1 from sessions.unmade'))).kind).toBe('sql')
  })

  conforms(fixture, 'statements sent at once to one connection run one after the other', async () => {
    const table = await newTable()
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        bench.connection.run(`insert into ${table} select count(*) + ${i * 0} from ${table}`),
      ),
    )
    const rows = await bench.query(`select a from ${table} order by a`)
    expect(rows.map((row) => row.a)).toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  conforms(fixture, 'what is not committed is not seen by others, and what is committed is seen at once', async () => {
    const table = await newTable(1)
    const other = await bench.another()
    await bench.connection.transaction(async () => {
      await bench.connection.run(`delete from ${table}`)
      await bench.connection.run(`insert into ${table} values (2)`)
      expect(await other.query(`select a from ${table}`)).toEqual([{ a: 1 }])
    })
    expect(await other.query(`select a from ${table}`)).toEqual([{ a: 2 }])
  })

  conforms(
    fixture,
    'of two writers of the same rows one waits or fails as transient, and no row is written twice',
    async () => {
      const table = await newTable(0)
      const writers = await Promise.all(Array.from({ length: 4 }, () => bench.another()))
      const add = (connection: Connection): Promise<unknown> =>
        connection.transaction(async () => {
          await connection.run(`update ${table} set a = a + 1`)
          await connection.query('select 1 as a')
        })
      const outcomes = await Promise.allSettled(writers.map(add))
      const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      for (const failure of failures) expect(bench.session.explainError(failure).kind).toBe('transient')
      expect(await bench.value(`select a from ${table}`)).toBe(4 - failures.length)
    },
  )

  conforms(fixture, 'writers of different tables do not disturb each other', async () => {
    if (!features.concurrentPublications) return
    const names = [await newTable(), await newTable(), await newTable()]
    const connections = await Promise.all(names.map(() => bench.another()))
    await Promise.all(
      connections.map((connection, i) =>
        connection.transaction(async () => {
          await connection.run(`insert into ${names[i]} values (1), (2), (3)`)
          await connection.run(`delete from ${names[i]} where a = 2`)
        }),
      ),
    )
    for (const name of names) expect(await countOf(bench.connection, name)).toBe(2)
  })

  conforms(fixture, 'staged rows are seen where they are to be published from', async () => {
    const schema = features.temporarySchema ?? 'sessions'
    await newTable()
    const staging = { schema, name: 'staged "x"' }
    await bench.run(dialect.ddl.stage(staging, 'select 1 as a -- end'), dialect.ddl.drop(staging, 'table'))
    await bench.run(dialect.ddl.stage(staging, 'select 2 as a'))
    const relation = `${dialect.quote(schema)}.${dialect.quote(staging.name)}`
    expect(await bench.query(`select a from ${relation}`)).toEqual([{ a: 2 }])
    if (features.temporarySchema !== undefined) {
      const other = await bench.another()
      expect((await explained(bench.session, other.query(`select a from ${relation}`))).kind).toBe('sql')
    }
    await bench.run(dialect.ddl.drop(staging, 'table'), dialect.ddl.drop(staging, 'table'))
  })

  conforms(fixture, 'a released connection is used again, without a trace of who had it', async () => {
    const first = await bench.session.connect()
    const open = first.transaction(() => first.query('select 1 as a'))
    await open
    await first.release()
    const second = await bench.session.connect()
    expect(await second.query('select 1 as a')).toEqual([{ a: 1 }])
    await second.release()
  })

  conforms(
    fixture,
    'a running statement is cancelled with the reason of the signal, and its transaction with it',
    async () => {
      const table = await newTable()
      const abort = new AbortController()
      const work = bench.connection.transaction(async () => {
        await bench.connection.run(`insert into ${table} values (1)`)
        setTimeout(() => abort.abort(new Error('stop')), 100)
        await bench.connection.query(fixture.endless, { signal: abort.signal })
      })
      await expect(work).rejects.toThrow('stop')
      expect(await countOf(bench.connection, table)).toBe(0)
    },
  )

  conforms(fixture, 'a statement aborted as it is sent, or while it waits, or before, ends as well', async () => {
    const connection = await bench.another()
    const abort = new AbortController()
    const running = connection.query(fixture.endless, { signal: abort.signal })
    const waiting = connection.query(fixture.endless, { signal: abort.signal })
    await Promise.resolve()
    abort.abort(new Error('stop'))
    await expect(running).rejects.toThrow('stop')
    await expect(waiting).rejects.toThrow('stop')
    await expect(connection.query('select 1 as a', { signal: abort.signal })).rejects.toThrow('stop')
    expect(await connection.query('select 1 as a')).toEqual([{ a: 1 }])
  })

  conforms(fixture, 'closing twice is closing once', async () => {
    const session = await bench.warehouse.open()
    const connection = await session.connect()
    expect(await connection.query('select 1 as a')).toEqual([{ a: 1 }])
    await connection.release()
    await connection.release()
    await session.close()
    await session.close()
    expect(await bench.query('select 1 as a')).toEqual([{ a: 1 }])
  })

  conforms(
    fixture,
    'the catalog lists tables and views of the schemas asked for, with their columns in order',
    async () => {
      const text = dialect.type('text') ?? 'text'
      const columns = [
        { name: 'z', type: integer },
        { name: 'A b', type: text },
      ]
      const [table, view] = [
        { schema: "the cata'log", name: 'b' },
        { schema: "the cata'log", name: 'a' },
      ]
      await bench.run(dialect.ddl.createSchema(table.schema), dialect.ddl.createTable(table, columns))
      await bench.run(
        dialect.ddl.createView(view, `select ${dialect.quote('A b')}, z from ${dialect.quote(table.schema)}.b -- end`),
      )
      await bench
        .run(
          dialect.ddl.stage(
            { schema: features.temporarySchema ?? 'elsewhere_unused', name: 'hidden' },
            'select 1 as a',
          ),
        )
        .catch(() => {})
      const found = await bench.session.catalog([table.schema, 'absent'])
      expect([...found.relations].sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
        { ...view, kind: 'view', columns: columns.toReversed() },
        { ...table, kind: 'table', columns },
      ])
      expect(await bench.session.catalog([])).toEqual({ relations: [] })
    },
  )

  conforms(fixture, 'a view is made anew with the same columns and with one more, and dropped', async () => {
    const view = { schema: 'sessions', name: 'v' }
    await newTable()
    await bench.run(dialect.ddl.createView(view, 'with x as (select 1 as a) select a from x -- end'))
    await bench.run(dialect.ddl.createView(view, 'select 2 as a, 3 as b'))
    expect(await bench.query('select * from sessions.v')).toEqual([{ a: 2, b: 3 }])
    await bench.run(dialect.ddl.drop(view, 'view'), dialect.ddl.drop(view, 'view'))
  })

  conforms(fixture, 'describe gives the columns of a SELECT without running it', async () => {
    const table = await newTable(0)
    const sql = `with x as (select a from ${table}) select a, 1 / a as b from x -- end`
    expect((await bench.session.describe(sql))[0]).toEqual({ name: 'a', type: integer })
    await expect(bench.session.describe(`select 1 as a; insert into ${table} values (1)`)).rejects.toThrow()
    expect(await countOf(bench.connection, table)).toBe(1)
    const wrong = "select 'é', nope from (select 1 as nape) as x"
    const error = await explained(bench.session, bench.session.describe(wrong))
    expect(error).toMatchObject({ offset: wrong.indexOf('nope'), kind: 'sql' })
  })

  const errors: readonly (readonly [sql: string, expected: Partial<ExplainedError>])[] = [
    ['select 1 as one;\nselect naem from (select 1 as name) as x', { kind: 'sql', offset: 24 }],
    ['select colour from (select 1 as name, 2 as id) as x', { kind: 'sql', offset: 7 }],
    ['select xx.name from (select 1 as name) as x', { kind: 'sql', offset: 7 }],
    ["select 'ü😀', nope(1)", { kind: 'sql', offset: 14 }],
    ['select 1 frm x y', { kind: 'sql', offset: 13 }],
    ['select * from absent', { kind: 'sql', offset: 14 }],
    [`select cast('ab' as ${integer}) as a`, { kind: 'data' }],
    [`select cast(a as ${integer}) as a from (select 'ab' as a) as x`, { kind: 'data' }],
    ['select (select 1 as a union all select 2) as a', { kind: 'data' }],
    [`select cast(99999999999 as ${integer}) as a`, { kind: 'data' }],
  ]

  conforms(fixture, 'errors say what kind they are and where in the text sent', async () => {
    for (const [sql, expected] of errors) {
      const found = await explained(bench.session, bench.query(sql))
      expect({ sql, ...found }).toMatchObject({ sql, ...expected })
      expect(found.message).toMatch(/^\S[^\n]+$/)
    }
  })

  conforms(fixture, 'a name that is nearly right is named', async () => {
    const found = await explained(bench.session, bench.query('select naem from (select 1 as name) as x'))
    expect(found.candidates).toContain('name')
  })

  conforms(fixture, 'a key that is there twice, a null where none may be: errors of rows', async () => {
    await bench.run('create table sessions.keyed (a integer primary key, b integer not null)')
    await bench.run('insert into sessions.keyed values (1, 1)')
    expect(
      (await explained(bench.session, bench.connection.run('insert into sessions.keyed values (1, 2)'))).kind,
    ).toBe('data')
    expect(
      (await explained(bench.session, bench.connection.run('insert into sessions.keyed values (2, null)'))).kind,
    ).toBe('data')
  })

  conforms(fixture, 'an abort is a cancellation', async () => {
    expect(bench.session.explainError(new DOMException('stopped', 'AbortError')).kind).toBe('cancelled')
  })
})

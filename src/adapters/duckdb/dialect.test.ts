import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Grid, ordinalAt, units } from '../../calendar/index.ts'
import type { Column, Connection, FileRead, Row, Session } from '../contract.ts'
import { dialect } from './dialect.ts'
import { duckdb } from './index.ts'

let directory: string
let session: Session
let connection: Connection

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'elt-dialect-'))
  mkdirSync(path.join(directory, "data 'x'"))
  session = await duckdb.connect({
    options: { path: ':memory:' },
    projectDirectory: directory,
    readOnly: false,
    readableFolders: [path.join(directory, "data 'x'")],
  })
  connection = await session.connect()
})

afterAll(async () => {
  await session.close()
  rmSync(directory, { recursive: true, force: true })
})

async function value(sql: string): Promise<unknown> {
  const [row] = await connection.query(sql)
  return row && Object.values(row)[0]
}

describe('identifiers, literals, types', () => {
  const hostile = [`x'; drop table t; --`, `"`, `a"."b`, `ü😀`, `__proto__`, `\\`, `/*`, 'ʼ', 'line\nbreak', '$$', ' ']
  test.each(hostile)('%j is a name and a text, nothing else', async (name) => {
    const quoted = dialect.quote(name)
    await connection.run(`create schema ${quoted}; create table ${quoted}.${quoted} (${quoted} varchar)`)
    await connection.run(`insert into ${quoted}.${quoted} values (${dialect.literal({ type: 'text', value: name })})`)
    expect(await connection.query(`select ${quoted} from ${quoted}.${quoted}`)).toEqual([
      Object.fromEntries([[name, name]]),
    ])
    await connection.run(`drop schema ${quoted} cascade`)
  })

  test('any text comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        expect(await value(`select ${dialect.literal({ type: 'text', value: text })}`)).toBe(text)
      }),
      { numRuns: 50 },
    )
    expect(
      await value(`select ${dialect.literal({ type: 'text', value: "a\0'b\0" })} = 'a' || chr(0) || '''b' || chr(0)`),
    ).toBe(true)
  })

  test('literals of time have their type, and anything else is refused', async () => {
    const shown = (type: 'date' | 'instant' | 'local', text: string) =>
      value(`select ${dialect.literal({ type, value: text })}`)
    expect(await shown('date', '2013-12-30')).toBe('2013-12-30')
    expect(await shown('instant', '2013-12-30T05:00:00')).toBe('2013-12-30T05:00:00Z')
    expect(await shown('instant', '2013-12-30T05:00:00.123Z')).toBe('2013-12-30T05:00:00.123Z')
    expect(await shown('local', '2013-12-30T05:00:00')).toBe('2013-12-30T05:00:00')
    expect(() => dialect.literal({ type: 'date', value: "2013-12-30'--" })).toThrow('no literal')
    expect(() => dialect.literal({ type: 'number', value: '1; drop table t' })).toThrow('no literal')
    expect(() => dialect.literal({ type: 'number', value: Number.NaN })).toThrow('no literal')
    expect(() => dialect.quote('a\0b')).toThrow('no identifier')
  })

  test('logical types have the names that the catalog prints', async () => {
    const types = [
      'boolean',
      'integer',
      'bigint',
      'double',
      'decimal(10,2)',
      'text',
      'date',
      'instant',
      'local',
      'time',
      'json',
    ]
    for (const logical of types) {
      const name = dialect.type(logical)
      expect(name).toBeDefined()
      expect(await session.describe(`select null::${name} as a`)).toEqual([{ name: 'a', type: name }])
    }
    expect(dialect.type('Decimal(38, 0)')).toBe('DECIMAL(38,0)')
    expect([dialect.type('decimal(39,0)'), dialect.type('decimal(3,4)'), dialect.type('money')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('ordinals', () => {
  const zones = ['America/New_York', 'Asia/Seoul', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'UTC']

  test('agree with the calendar for instants, over changes of clocks', async () => {
    const hour = 3_600_000
    const instants = fc.array(
      fc.oneof(
        fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2037, 11, 31) }),
        fc.integer({ min: -40, max: 40 }).map((h) => Date.UTC(2018, 10, 4, 3) + (h * hour) / 4),
        fc.integer({ min: -40, max: 40 }).map((h) => Date.UTC(2013, 10, 3, 6) + (h * hour) / 4),
      ),
      { minLength: 1, maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(
        instants,
        fc.constantFrom(...zones),
        fc.constantFrom(...units),
        async (times, timeZone, unit) => {
          const grid: Grid = { unit, timeZone }
          const rows = times.map(
            (t, i) => `(${i}, ${dialect.literal({ type: 'instant', value: new Date(t).toISOString() })})`,
          )
          const expression = dialect.ordinal({ name: 'at', type: 'instant' }, unit, timeZone)
          const found = await connection.query(
            `select ${expression} as o from (values ${rows.join()}) as v(i, "at") order by i`,
          )
          expect(found.map((row) => row.o)).toEqual(times.map((t) => ordinalAt(grid, t)))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('of dates and wall clocks are their own, whatever the zone', async () => {
    const of = (type: 'date' | 'local', unit: 'hour' | 'day' | 'month' | 'year', literal: string) =>
      value(`select ${dialect.ordinal({ name: 'c', type }, unit, 'America/Sao_Paulo')} from (select ${literal} as c)`)
    expect(await of('date', 'day', "date '2018-11-04'")).toBe(Date.UTC(2018, 10, 4) / 86_400_000)
    expect(await of('date', 'month', "date '1969-12-31'")).toBe(-1)
    expect(await of('date', 'year', "date '2018-11-04'")).toBe(48)
    expect(await of('local', 'day', "timestamp '2018-11-04 23:59:59'")).toBe(Date.UTC(2018, 10, 4) / 86_400_000)
    expect(await of('local', 'hour', "timestamp '2018-06-01 00:30:00'")).toBe(Date.UTC(2018, 5, 1, 3) / 3_600_000)
    expect(await of('date', 'day', 'null::date')).toBe(null)
  })

  test('the local date of an instant is that of its zone', async () => {
    const sql = dialect.localDate("timestamptz '2013-01-01 04:59:59+00'", 'America/New_York')
    expect(await value(`select ${sql}`)).toBe('2012-12-31')
  })
})

describe('checksums', () => {
  const columns: Column[] = [
    { name: 'a', type: 'INTEGER' },
    { name: 'b', type: 'INTEGER' },
    { name: 't', type: 'VARCHAR' },
    { name: 'x', type: 'DOUBLE' },
  ]
  type Values = readonly [number | null, number | null, string | null, number | null]
  const literalOf = (v: number | string | null): string =>
    v === null ? 'null' : typeof v === 'number' ? `${v}` : dialect.literal({ type: 'text', value: v })

  async function sum(rows: readonly Values[], of: readonly Column[] = columns): Promise<string> {
    const tuples = [...rows.map((r) => r.map(literalOf).join()), 'null, null, null, null'].map((r) => `(${r})`)
    const source = `(select a::integer as a, b::integer as b, t::varchar as t, x::double as x, null::date as later
      from (values ${tuples.join()}) as v(a, b, t, x) limit ${rows.length})`
    const [row] = await connection.query(`select ${dialect.checksum(of).join(' as one, ')} as two from ${source}`)
    return `${row?.one}/${row?.two}`
  }
  const first: Values = [1, 2, 'x', 0.5]
  const second: Values = [3, 4, 'y', 0.25]

  test('stay the same when rows or columns change places, or a column without values is appended', async () => {
    const base = await sum([first, second])
    expect(await sum([second, first])).toBe(base)
    expect(await sum([first, second], [...columns].reverse())).toBe(base)
    expect(await sum([first, second], [...columns, { name: 'later', type: 'DATE' }])).toBe(base)
    expect(await sum([])).toBe('0/0')
  })

  test('change when values change places, vanish, double, or their column is renamed or retyped', async () => {
    const base = await sum([first, second])
    const others: (readonly Values[])[] = [
      [
        [3, 2, 'x', 0.5],
        [1, 4, 'y', 0.25],
      ],
      [[2, 1, 'x', 0.5], second],
      [
        [1, 2, 'y', 0.5],
        [3, 4, 'x', 0.25],
      ],
      [[null, 2, 'x', 0.5], second],
      [first, second, second],
      [first, second, [null, null, null, null]],
      [first],
      [[1, 2, '', 0.5], second],
      [[1, 2, null, 0.5], second],
    ]
    const found = await Promise.all(others.map((rows) => sum(rows)))
    expect(new Set([base, ...found]).size).toBe(others.length + 1)
    const retyped = columns.map((c) => (c.name === 'a' ? { ...c, type: 'BIGINT' } : c))
    expect(await sum([first, second], retyped)).not.toBe(base)
  })

  test('two sets of rows are told apart exactly when they differ', async () => {
    const rowOf = fc.tuple(
      fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
      fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
      fc.option(fc.constantFrom('', 'x', 'y'), { nil: null }),
      fc.option(fc.constantFrom(0, 0.5, 1.5), { nil: null }),
    )
    const rowsOf = fc.array(rowOf, { maxLength: 4 })
    const canonical = (rows: readonly Values[]) => JSON.stringify(rows.map((r) => JSON.stringify(r)).sort())
    await fc.assert(
      fc.asyncProperty(rowsOf, rowsOf, async (left, right) => {
        const [a, b] = [await sum(left), await sum(right)]
        const sameCount = left.length === right.length
        if (sameCount) expect(a === b).toBe(canonical(left) === canonical(right))
      }),
      { numRuns: 150 },
    )
  })

  test('floats count to twelve digits, at every size', async () => {
    for (const [x, y, equal] of [
      ['0.1::double + 0.2::double', '0.3::double', true],
      ['999999.9999999999::double', '1e6::double', true],
      ['1.00000000001::double', '1.00000000002::double', false],
      ['1e300::double', '1.0000000000001e300::double', true],
      ["'-0.0'::double", '0::double', true],
      ["'nan'::double", "-('nan'::double)", true],
      ["'inf'::double", "'-inf'::double", false],
      ['1e-320::double', '2e-320::double', false],
    ] as const) {
      const [one] = dialect.checksum([{ name: 'x', type: 'DOUBLE' }])
      const sums = await connection.query(
        `select (select ${one} from (select ${x} as x)) = (select ${one} from (select ${y} as x)) as equal`,
      )
      expect([x, sums[0]?.equal]).toEqual([x, equal])
    }
  })

  test('parallel sums of the same rows agree', async () => {
    const [one, two] = dialect.checksum([
      { name: 'm', type: 'DOUBLE' },
      { name: 'g', type: 'BIGINT' },
    ])
    const grouped = (order: string) =>
      `select ${one} as one, ${two} as two from (select g, avg(v) as m from (select range % 50 as g, sin(range) * 1000 as v from range(40000) ${order}) group by g)`
    expect(await connection.query(grouped('order by range desc'))).toEqual(await connection.query(grouped('')))
  })

  test('columns of every type have one', async () => {
    const types = [
      'BOOLEAN',
      'DECIMAL(10,2)',
      'DATE',
      'TIMESTAMP WITH TIME ZONE',
      'TIMESTAMP',
      'TIME',
      'JSON',
      'HUGEINT',
      'INTERVAL',
      'UUID',
      'BLOB',
      'INTEGER[]',
      'STRUCT(a DOUBLE)',
      'MAP(VARCHAR, INTEGER)',
    ]
    for (const type of types) {
      expect(
        await value(`select ${dialect.checksum([{ name: 'c', type }])[0]} from (select null::${type} as c)`),
      ).toMatch(/^\d+$/)
    }
    expect(await value(`select ${dialect.checksum([])[0]} from range(2)`)).toMatch(/^\d+$/)
  })
})

describe('files', () => {
  const columns: Column[] = [
    { name: 'id', type: 'bigint' },
    { name: 'at', type: 'instant' },
    { name: 'name', type: 'text' },
    { name: 'price', type: 'decimal(6,2)' },
  ]
  const instant = '2013-01-01T05:00:00Z'

  function file(name: string, content: string | Buffer): string {
    const full = path.join(directory, "data 'x'", name)
    writeFileSync(full, content)
    return full
  }

  async function read(request: Partial<FileRead> & { paths: readonly string[] }): Promise<Row[]> {
    const source = dialect.readFiles({ format: 'ndjson', compression: 'none', columns, ...request })
    return connection.query(`select * from ${source} as s order by id nulls last`)
  }

  test('no file is an empty relation of the same columns', async () => {
    for (const format of ['ndjson', 'csv', 'parquet'] as const) {
      const source = dialect.readFiles({ paths: [], format, compression: 'none', columns })
      expect(await session.describe(`select * from ${source}`)).toEqual(
        columns.map((c) => ({ name: c.name, type: dialect.type(c.type) })),
      )
      expect(await connection.query(`select * from ${source}`)).toEqual([])
    }
  })

  test('NDJSON: missing keys are NULL, others are left out, instants come from ISO text', async () => {
    const json = `{"id":2,"at":"${instant}","name":"b","price":1.5,"more":[1]}\n{"name":"only","id":3}\n`
    const rows = [
      { id: 2, at: instant, name: 'b', price: '1.50' },
      { id: 3, at: null, name: 'only', price: null },
    ]
    expect(await read({ paths: [file("it's [1]*.ndjson", json)] })).toEqual(rows)
    expect(await read({ paths: [file('a.ndjson.gz', gzipSync(json))], compression: 'gzip' })).toEqual(rows)
    await connection.run(
      `copy (select 9 as id) to ${dialect.literal({ type: 'text', value: path.join(directory, "data 'x'", 'z.json') })} (format json, compression zstd)`,
    )
    expect(await read({ paths: [path.join(directory, "data 'x'", 'z.json')], compression: 'zstd' })).toMatchObject([
      { id: 9 },
    ])
    expect(await read({ paths: [file('empty.ndjson', '')] })).toEqual([])
  })

  test('names of files that look like patterns are names', async () => {
    const wanted = file('w[a]*?.ndjson', '{"id":1}')
    file('wax.ndjson', '{"id":2}')
    expect(await read({ paths: [wanted] })).toMatchObject([{ id: 1 }])
  })

  test('CSV: columns are found by name, in any order, and may be missing from a file', async () => {
    const a = file('a.csv', `name,id,at,extra\n"x, ""y""",1,${instant},e\n,2,,\n`)
    const b = file('b.csv', 'price,id\n3.25,3\n')
    const gz = file('c.csv.gz', gzipSync('id\n4\n'))
    const expected = [
      { id: 1, at: instant, name: 'x, "y"', price: null },
      { id: 2, at: null, name: null, price: null },
      { id: 3, at: null, name: null, price: '3.25' },
    ]
    expect(await read({ paths: [a, b], format: 'csv' })).toEqual(expected)
    expect(await read({ paths: [b], format: 'csv' })).toEqual(expected.slice(2))
    expect(await read({ paths: [gz], format: 'csv', compression: 'gzip' })).toMatchObject([{ id: 4, price: null }])
    expect(await read({ paths: [file('head.csv', 'id,name\n')], format: 'csv' })).toEqual([])
    expect(await read({ paths: [file('crlf.csv', 'id,name\r\n7,"x\r\ny"\r\n')], format: 'csv' })).toMatchObject([
      { id: 7, name: 'x\r\ny' },
    ])
  })

  test('Parquet: columns are found by name, cast to their types, and may be missing from a file', async () => {
    const [a, b] = ['a.parquet', 'b.parquet'].map((name) => path.join(directory, "data 'x'", name))
    if (!a || !b) throw new Error('no paths')
    const to = (target: string) => dialect.literal({ type: 'text', value: target })
    await connection.run(`copy (select 'n' as name, 1::integer as id, timestamptz '${instant}' as at) to ${to(a)};
      copy (select '2' as id, '2013-01-01T05:00:00Z' as at, 'e' as extra) to ${to(b)}`)
    const expected = [
      { id: 1, at: instant, name: 'n', price: null },
      { id: 2, at: instant, name: null, price: null },
    ]
    expect(await read({ paths: [a, b], format: 'parquet' })).toEqual(expected)
    expect(await read({ paths: [b], format: 'parquet' })).toEqual(expected.slice(1))
    expect(await read({ paths: [a], format: 'parquet' })).toEqual(expected.slice(0, 1))
  })

  test('what does not fit is an error of the data that names the file', async () => {
    const cases: [Partial<FileRead> & { paths: readonly string[] }, RegExp][] = [
      [{ paths: [file('bad.ndjson', '{"id":1}\n{"id":"zz"}\n')] }, /bad\.ndjson.*line 2/],
      [{ paths: [file('cut.ndjson', '{"id":1}\n{"id":\n')] }, /cut\.ndjson/],
      [{ paths: [file('bad.csv', 'id,name\n1,a\nzz,b\n')], format: 'csv' }, /bad\.csv in column id is no BIGINT: zz/],
      [{ paths: [file('ragged.csv', 'id,name\n1,a\n2,b,c\n')], format: 'csv' }, /ragged\.csv/],
      [{ paths: [file('headless.csv', '1,a\n2,b\n')], format: 'csv' }, /headless\.csv has a row without a value/],
      [{ paths: [file('bad.parquet', 'no parquet at all')], format: 'parquet' }, /bad\.parquet/],
      [{ paths: [path.join(directory, "data 'x'", 'gone.ndjson')] }, /gone\.ndjson/],
    ]
    for (const [request, message] of cases) {
      const error = await read(request).catch((e: unknown) => e)
      expect(session.explainError(error)).toMatchObject({ kind: 'data', message: expect.stringMatching(message) })
    }
  })
})

describe('writing', () => {
  beforeEach(async () => {
    await connection.run(`create or replace table main.target (day date, "n ""x""" integer);
      insert into main.target select date '2013-01-01' + i::integer, i from range(10) r(i);
      create or replace temporary table "temp"."staged" as select 100 + i as "n ""x""", date '2013-01-01' + i::integer as day from range(2, 6) r(i)`)
  })
  const request = {
    target: { schema: 'main', name: 'target' },
    staging: { schema: 'temp', name: 'staged' },
    columns: ['day', 'n "x"'],
  }
  const numbers = () => value('select list("n ""x""" order by day) from main.target')

  test('replace_partition replaces the rows of its ranges with the staged rows of the same ranges', async () => {
    const ranges = [
      { start: "date '2013-01-02'", end: "date '2013-01-04'" },
      { start: "date '2013-01-06'", end: "date '2013-01-08'" },
    ]
    const statements = dialect.write.replace_partition?.({ ...request, window: { column: 'day', ranges } })
    await connection.transaction(async () => connection.run((statements ?? []).join(';\n')))
    expect(await numbers()).toEqual([0, 102, 3, 4, 105, 7, 8, 9].map((n) => n).toSorted((a, b) => dayOf(a) - dayOf(b)))
  })

  test('a window without ranges writes nothing', async () => {
    expect(dialect.write.replace_partition?.({ ...request, window: { column: 'day', ranges: [] } })).toEqual([])
  })

  test('table replaces all rows', async () => {
    await connection.run((dialect.write.table?.(request) ?? []).join(';\n'))
    expect(await numbers()).toEqual([102, 103, 104, 105])
  })

  test('tables and views are made and dropped', async () => {
    const { ddl } = dialect
    const [made, view] = [
      { schema: 'made', name: 't' },
      { schema: 'made', name: 'v' },
    ]
    await connection.run(`${ddl.createSchema('made')};${ddl.createTable(made, [{ name: 'a b', type: 'INTEGER' }])}`)
    await connection.run(ddl.createView(view, 'with x as (select 1 as a) select a from x -- end'))
    expect(await connection.query('select * from made.v')).toEqual([{ a: 1 }])
    await connection.run(
      `${ddl.drop(made, 'table')};${ddl.drop(view, 'view')};${ddl.drop(view, 'view')};drop schema made`,
    )
  })

  test('the statements, as text', () => {
    const window = { column: 'day', ranges: [{ start: "date '2013-01-02'", end: "date '2013-01-04'" }] }
    expect(dialect.write.replace_partition?.({ ...request, window })).toMatchInlineSnapshot(`
      [
        "delete from "main"."target" where "day" >= date '2013-01-02' and "day" < date '2013-01-04'",
        "insert into "main"."target" ("day", "n ""x""") select "day", "n ""x""" from "temp"."staged" where "day" >= date '2013-01-02' and "day" < date '2013-01-04'",
      ]
    `)
    expect(dialect.write.table?.(request)).toMatchInlineSnapshot(`
      [
        "delete from "main"."target"",
        "insert into "main"."target" ("day", "n ""x""") select "day", "n ""x""" from "temp"."staged"",
      ]
    `)
  })
})

/** The day of a row of the test above: staged numbers are 100 greater. */
function dayOf(n: number): number {
  return n % 100
}

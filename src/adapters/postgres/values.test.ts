import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describePostgres } from '../../../tests/engines/index.ts'
import { postgres } from './index.ts'
import { elementsOf, fieldsOf } from './nested-text.ts'
import { useDatabase } from './testing.ts'

const { dialect } = postgres

describePostgres('values', (server) => {
  const bench = useDatabase(server)

  test('are plain JSON, and neither dates nor great numbers pass through JavaScript', async () => {
    const rows = await bench.connection.query(`select 1::bigint as small, 9007199254740993::bigint as big,
      1.50::numeric(5,2) as price, 1e200::numeric > 1 as great, 'nan'::float8 as nan, '-infinity'::float8 as least,
      date '0044-03-15 BC' as ides, date '12013-12-30' as later, date '-infinity' as never,
      timestamptz '2013-03-10 02:30:00.5-05' as moment, timestamp '1969-12-31 23:59:59.000001' as clock,
      timestamptz '0001-01-01 00:00:00+00 BC' as before, timestamp 'infinity' as always, time '10:11:12' as at,
      interval '1 day 2 hours' as span, '\\x00ff'::bytea as bytes, '{"a": 12345678901234567890}'::json as document,
      null as nothing, true as yes, 1 as "__proto__", 2 as "__proto__"`)
    expect(JSON.parse(JSON.stringify(rows))).toEqual([
      JSON.parse(`{
        "small": 1, "big": "9007199254740993", "price": "1.50", "great": true, "nan": "NaN", "least": "-Infinity",
        "ides": "-0043-03-15", "later": "12013-12-30", "never": "-infinity", "moment": "2013-03-10T07:30:00.5Z",
        "clock": "1969-12-31T23:59:59.000001", "before": "0000-01-01T00:00:00Z", "always": "infinity", "at": "10:11:12",
        "span": "1 day 02:00:00", "bytes": "\\\\x00ff", "document": "{\\"a\\": 12345678901234567890}",
        "nothing": null, "yes": true, "__proto__": 1, "__proto__:1": 2
      }`),
    ])
    expect(rows.every((row) => Object.getPrototypeOf(row) === Object.prototype)).toBe(true)
  })

  test('of arrays and composite types are lists and objects, all the way down', async () => {
    const { connection } = bench
    await connection.run(`create type public.leg as (day date, "the km" numeric);
      create domain public.positive as integer check (value > 0);
      create type public.trip as (id bigint, legs public.leg[], stops public.positive[]);
      create table public.trips (trip public.trip)`)
    await connection.run(`insert into public.trips values (row(9007199254740993,
      array[row('2013-01-02', 1.50)::public.leg, row(null, null)::public.leg, null], '{{1,2},{3,4}}'))`)
    expect(await connection.query('select trip, array[trip] as trips from public.trips')).toEqual([
      (() => {
        const legs = [{ day: '2013-01-02', 'the km': '1.50' }, { day: null, 'the km': null }, null]
        const stops = [
          [1, 2],
          [3, 4],
        ]
        const trip = { id: '9007199254740993', legs, stops }
        return { trip, trips: [trip] }
      })(),
    ])
    await connection.run('alter type public.leg add attribute late boolean cascade')
    expect(await connection.query(`select row('2013-01-02', 2, true)::public.leg as leg`)).toEqual([
      { leg: { day: '2013-01-02', 'the km': '2', late: true } },
    ])
  })

  test('any text comes back as it was, alone, in an array and in a composite value', async () => {
    await bench.connection.run('create type public.one as (t text, u text)')
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const literal = dialect.literal({ type: 'text', value: text })
        const sql = `select ${literal} as a, array[${literal}, null, 'NULL'] as b, row(${literal}, null)::public.one as c`
        expect(await bench.connection.query(sql)).toEqual([
          { a: text, b: [text, null, 'NULL'], c: { t: text, u: null } },
        ])
      }),
      { numRuns: 80 },
    )
  })

  test('mean the same whatever a role, a database or a statement before has set', async () => {
    const database = new URL(bench.url).pathname.slice(1)
    await bench.connection.run(`alter database ${database} set timezone = 'Asia/Seoul';
      alter database ${database} set datestyle = 'SQL, DMY'; alter database ${database} set extra_float_digits = -10;
      alter database ${database} set search_path = 'elsewhere'; alter database ${database} set bytea_output = 'escape'`)
    const session = await bench.open()
    const connection = await session.connect()
    const sql = `select timestamptz '2013-01-02 00:00:00+00' as at, date '2013-02-01' as day, 0.1::float8 + 0.2 as x, '\\x01'::bytea as b`
    const expected = [{ at: '2013-01-02T00:00:00Z', day: '2013-02-01', x: 0.30000000000000004, b: '\\x01' }]
    expect(await connection.query(sql)).toEqual(expected)
    await connection.run(`set timezone = 'Asia/Seoul'; set datestyle = 'German'`)
    await connection.release()
    const again = await session.connect()
    expect(await again.query(sql)).toEqual(expected)
    expect((await again.query('show search_path'))[0]?.search_path).not.toContain('elsewhere')
  })
})

describe('the text of nested values', () => {
  test('is taken apart as the engine writes it', () => {
    const same = (text: string) => text
    expect(elementsOf('{}', ',', same)).toEqual([])
    expect(elementsOf('[0:1]={a,"b\\"c, \\\\ NULL"}', ',', same)).toEqual(['a', 'b"c, \\ NULL'])
    expect(elementsOf('{{1,NULL},{"NULL",""}}', ',', same)).toEqual([
      ['1', null],
      ['NULL', ''],
    ])
    expect(elementsOf('{(1,2);(3,4)}', ';', same)).toEqual(['(1,2)', '(3,4)'])
    expect(fieldsOf('(1,"a ""b"" \\\\ )",,"")')).toEqual(['1', 'a "b" \\ )', null, ''])
    expect(fieldsOf('()')).toEqual([null])
  })
})

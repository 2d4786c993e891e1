import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Grid, ordinalAt, units } from '../../calendar/index.ts'
import { dialect } from './dialect.ts'
import { connection, session, useDatabase, value } from './testing.ts'

useDatabase()

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

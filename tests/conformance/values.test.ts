import fc from 'fast-check'
import { expect } from 'vitest'
import { type Grid, ordinalAt, units } from '../../src/calendar/index.ts'
import { conforms, describeEngines, useBench } from './fixtures.ts'

/** Values on their way into an engine and out again: types, literals, names, zones. */

/** Logical types with values as SQL text, and as JSON must show them. */
const types: readonly (readonly [type: string, values: readonly (readonly [text: string, json: unknown])[]])[] = [
  [
    'boolean',
    [
      ['true', true],
      ['false', false],
    ],
  ],
  [
    'integer',
    [
      ['2147483647', 2_147_483_647],
      ['-2147483648', -2_147_483_648],
    ],
  ],
  [
    'bigint',
    [
      ['7', 7],
      ['9007199254740993', '9007199254740993'],
      ['-9223372036854775808', '-9223372036854775808'],
    ],
  ],
  [
    'double',
    [
      ['0.1', 0.1],
      ['1e300', 1e300],
      ['NaN', 'NaN'],
      ['Infinity', 'Infinity'],
      ['-Infinity', '-Infinity'],
    ],
  ],
  [
    'decimal(20,2)',
    [
      ['1.50', '1.50'],
      ['-123456789012345678.99', '-123456789012345678.99'],
    ],
  ],
  [
    'text',
    [
      ['', ''],
      ['ü😀 日本', 'ü😀 日本'],
      ['{}', '{}'],
      ['line\nbreak', 'line\nbreak'],
    ],
  ],
  [
    'date',
    [
      ['2013-12-30', '2013-12-30'],
      ['0044-03-15', '0044-03-15'],
      ['9999-12-31', '9999-12-31'],
      ['infinity', 'infinity'],
    ],
  ],
  [
    'instant',
    [
      ['2013-03-10 02:30:00.5-05', '2013-03-10T07:30:00.5Z'],
      ['1969-12-31 23:59:59.000001+00', '1969-12-31T23:59:59.000001Z'],
      ['infinity', 'infinity'],
    ],
  ],
  [
    'local',
    [
      ['2013-03-10 02:30:00', '2013-03-10T02:30:00'],
      ['1969-12-31 23:59:59.000001', '1969-12-31T23:59:59.000001'],
      ['0044-03-15 00:00:00', '0044-03-15T00:00:00'],
    ],
  ],
  ['time', [['10:11:12', '10:11:12']]],
]

const logicalTypes = [...types.map(([type]) => type), 'json']

const hostileNames = [
  `x'; drop table t; --`,
  `"`,
  `a"."b`,
  'ü😀',
  '__proto__',
  '\\',
  '/*',
  'ʼ',
  'line\nbreak',
  '$$',
  '$1',
  '?',
  ':name',
  ' ',
  'UPPER and lower',
  ...['select', 'table', 'user', 'order', 'offset', 'window', 'end', 'current_date'],
]

describeEngines('values', (fixture) => {
  const { dialect, features } = fixture.adapter
  const bench = useBench(fixture)
  const typed = (type: string) => dialect.type(type) ?? type

  conforms(fixture, 'values of every type come back exactly, out of a table, and as null', async () => {
    for (const [type, values] of types) {
      const table = { schema: 'round trip', name: type }
      await bench.run(
        dialect.ddl.createSchema('round trip'),
        dialect.ddl.createTable(table, [
          { name: 'n', type: typed('integer') },
          { name: 'v', type: typed(type) },
        ]),
      )
      const relation = `${dialect.quote('round trip')}.${dialect.quote(type)}`
      for (const [index, [text]] of [...values, [undefined]].entries()) {
        const value =
          text === undefined ? 'null' : `cast(${dialect.literal({ type: 'text', value: text })} as ${typed(type)})`
        await bench.run(`insert into ${relation} values (${index}, ${value})`)
      }
      const rows = await bench.query(`select v from ${relation} order by n`)
      expect([type, rows.map((row) => row.v)]).toEqual([type, [...values.map(([, json]) => json), null]])
    }
  })

  conforms(fixture, 'arrays, composites and JSON come back as values of JSON', async () => {
    const { composite } = fixture
    expect(await bench.value(`select cast(null as ${typed('integer')}[]) as v`)).toBe(null)
    const json = await bench.value(`select cast('{"a": [1, null, "x"]}' as ${typed('json')}) as v`)
    expect(JSON.parse(String(json))).toEqual({ a: [1, null, 'x'] })
    if (!composite) return
    if (composite.before) await bench.run(composite.before)
    expect(await bench.value(`select ${composite.value} as v`)).toEqual(composite.json)
    const [column] = await bench.session.describe(`select ${composite.value} as v`)
    expect(column).toMatchObject({ name: 'v', type: composite.type })
  })

  conforms(fixture, 'logical types have the names that the catalog and a SELECT give', async () => {
    const columns = logicalTypes.map((type) => ({ name: type, type: dialect.type(type) ?? `no ${type}` }))
    const table = { schema: 'logical', name: 'types' }
    await bench.run(dialect.ddl.createSchema('logical'), dialect.ddl.createTable(table, columns))
    const [found] = (await bench.session.catalog(['logical'])).relations
    expect(found).toEqual({ ...table, kind: 'table', columns })
    const nulls = columns.map(({ name, type }) => `cast(null as ${type}) as ${dialect.quote(name)}`)
    expect(await bench.session.describe(`select ${nulls.join(', ')}`)).toEqual(columns)
    for (const alias of ['string', 'varchar', ' TEXT ']) expect(dialect.type(alias)).toBe(dialect.type('text'))
    expect(dialect.type('Decimal(38, 0)')).toBeDefined()
    for (const none of ['money-like', 'decimal(3,4)', 'integer); drop table t; --'])
      expect(dialect.type(none)).toBe(undefined)
  })

  conforms(fixture, 'hostile names and texts are names and texts, and nothing else', async () => {
    for (const name of hostileNames) {
      const quoted = dialect.quote(name)
      const table = { schema: name, name }
      await bench.run(
        dialect.ddl.createSchema(name),
        dialect.ddl.createTable(table, [{ name, type: typed('text') }]),
        `insert into ${quoted}.${quoted} (${quoted}) values (${dialect.literal({ type: 'text', value: name })})`,
      )
      const [row] = await bench.query(`select ${quoted} from ${quoted}.${quoted}`)
      expect(Object.entries(row ?? {})).toEqual([[name, name]])
      const [relation] = (await bench.session.catalog([name])).relations
      expect(relation).toEqual({ ...table, kind: 'table', columns: [{ name, type: typed('text') }] })
      await bench.run(dialect.ddl.drop(table, 'table'))
    }
    expect(() => dialect.quote('a\0b')).toThrow()
    expect(() => dialect.quote('')).toThrow()
  })

  conforms(fixture, 'names as long as the engine takes stay apart, and are not cut', async () => {
    const { identifierLimit } = features
    const [one, other] = ['a', 'b'].map((last) => `${'x'.repeat(identifierLimit - 1)}${last}`)
    if (one === undefined || other === undefined) throw new Error('no names')
    const column = [{ name: 'n', type: typed('integer') }]
    await bench.run(dialect.ddl.createSchema('long'))
    for (const name of [one, other]) await bench.run(dialect.ddl.createTable({ schema: 'long', name }, column))
    const names = (await bench.session.catalog(['long'])).relations.map(({ name }) => name)
    expect(names.sort()).toEqual([one, other])
  })

  conforms(fixture, 'any text comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        expect(await bench.value(`select ${dialect.literal({ type: 'text', value: text })} as v`)).toBe(text)
      }),
      { numRuns: 60 },
    )
  })

  conforms(fixture, 'literals have their type, and what is none is refused', async () => {
    const shown = (type: 'date' | 'instant' | 'local', text: string) =>
      bench.value(`select ${dialect.literal({ type, value: text })} as v`)
    expect(await shown('date', '2013-12-30')).toBe('2013-12-30')
    expect(await shown('instant', '2013-12-30T05:00:00')).toBe('2013-12-30T05:00:00Z')
    expect(await shown('instant', '2013-12-30T05:00:00.123Z')).toBe('2013-12-30T05:00:00.123Z')
    expect(await shown('local', '2013-12-30T05:00:00')).toBe('2013-12-30T05:00:00')
    const literals = [
      dialect.literal({ type: 'number', value: '12.5' }),
      dialect.literal({ type: 'boolean', value: true }),
      dialect.literal({ type: 'null' }),
    ]
    const [row] = await bench.query(`select ${literals.map((literal, i) => `${literal} as v${i}`).join(', ')}`)
    expect(row).toEqual({ v0: '12.5', v1: true, v2: null })
    expect(() => dialect.literal({ type: 'date', value: "2013-12-30'--" })).toThrow()
    expect(() => dialect.literal({ type: 'number', value: '1; drop table t' })).toThrow()
    expect(() => dialect.literal({ type: 'number', value: Number.NaN })).toThrow()
  })

  const zones = ['America/New_York', 'Asia/Seoul', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'UTC']

  conforms(fixture, 'partitions of instants are those of the calendar, over changes of clocks', async () => {
    const hour = 3_600_000
    const around = (instant: number) => fc.integer({ min: -40, max: 40 }).map((h) => instant + (h * hour) / 4)
    const anywhere = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2037, 11, 31) })
    const instants = fc.oneof(
      anywhere,
      around(Date.UTC(2018, 10, 4, 3)),
      around(Date.UTC(2013, 10, 3, 6)),
      around(Date.UTC(2014, 3, 5, 15)),
    )
    const input = [
      fc.array(instants, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(...zones),
      fc.constantFrom(...units),
    ] as const
    await fc.assert(
      fc.asyncProperty(...input, async (times, timeZone, unit) => {
        const grid: Grid = { unit, timeZone }
        const at = dialect.quote('at')
        const rows = times.map(
          (t, i) =>
            `select ${i} as i, ${dialect.literal({ type: 'instant', value: new Date(t).toISOString() })} as ${at}`,
        )
        const expression = dialect.ordinal({ name: 'at', type: 'instant' }, unit, timeZone)
        const found = await bench.query(`select ${expression} as o from (${rows.join(' union all ')}) as v order by i`)
        expect(found.map((row) => row.o)).toEqual(times.map((t) => ordinalAt(grid, t)))
      }),
      { numRuns: 60 },
    )
  })

  conforms(fixture, 'partitions of dates and wall clocks are their own, whatever the zone', async () => {
    const of = (type: 'date' | 'local', unit: 'hour' | 'day' | 'month' | 'year', text: string) => {
      const literal = dialect.literal({ type, value: text })
      return bench.value(
        `select ${dialect.ordinal({ name: 'c', type }, unit, 'America/Sao_Paulo')} as o from (select ${literal} as c) as v`,
      )
    }
    expect(await of('date', 'day', '2018-11-04')).toBe(Date.UTC(2018, 10, 4) / 86_400_000)
    expect(await of('date', 'month', '1969-12-31')).toBe(-1)
    expect(await of('date', 'year', '2018-11-04')).toBe(48)
    expect(await of('local', 'day', '2018-11-04T23:59:59')).toBe(Date.UTC(2018, 10, 4) / 86_400_000)
    expect(await of('local', 'hour', '2018-06-01T00:30:00')).toBe(Date.UTC(2018, 5, 1, 3) / 3_600_000)
    const nothing = `select ${dialect.ordinal({ name: 'c', type: 'date' }, 'day', 'UTC')} as o from (select cast(null as ${typed('date')}) as c) as v`
    expect(await bench.value(nothing)).toBe(null)
  })

  conforms(fixture, 'the local date of an instant is that of its zone', async () => {
    const instant = dialect.literal({ type: 'instant', value: '2013-01-01T04:59:59' })
    expect(await bench.value(`select ${dialect.localDate(instant, 'America/New_York')} as d`)).toBe('2012-12-31')
    expect(await bench.value(`select ${dialect.localDate(instant, 'Asia/Seoul')} as d`)).toBe('2013-01-01')
  })
})

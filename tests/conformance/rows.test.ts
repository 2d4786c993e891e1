import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Column } from '../../src/adapters/contract.ts'
import { conforms, describeEngines, useBench } from './fixtures.ts'

/** What is computed over rows: checksums, first rows, and the words that macros need. */

type Values = readonly [number | null, number | null, string | null, number | null]

describeEngines('rows', (fixture) => {
  const { dialect } = fixture.adapter
  const bench = useBench(fixture)
  const typed = (type: string) => dialect.type(type) ?? type
  const columns: readonly Column[] = [
    { name: 'a', type: typed('integer') },
    { name: 'b', type: typed('integer') },
    { name: 't', type: typed('text') },
    { name: 'x', type: typed('double') },
  ]
  const literal = (value: number | string | null): string => {
    if (value === null) return 'null'
    return dialect.literal(typeof value === 'number' ? { type: 'number', value } : { type: 'text', value })
  }

  /** A table expression of these rows, with a column `later` that no row has a value in. */
  function relation(rows: readonly Values[]): string {
    const select = (values: Values) =>
      `select ${columns.map((c, i) => `cast(${literal(values[i] ?? null)} as ${c.type}) as ${c.name}`).join(', ')}, cast(null as ${typed('date')}) as later`
    const all =
      rows.length === 0 ? `${select([null, null, null, null])} where 1 = 0` : rows.map(select).join(' union all ')
    return `(${all}) as v`
  }

  async function sumsOf(of: readonly Column[], from: string): Promise<string> {
    const { row, sums } = dialect.checksum(of)
    const [one, two] = sums(row)
    const [found] = await bench.query(`select ${one} as one, ${two} as two from ${from}`)
    return `${found?.one}/${found?.two}`
  }

  const sum = (rows: readonly Values[], of: readonly Column[] = columns) => sumsOf(of, relation(rows))
  const first: Values = [1, 2, 'x', 0.5]
  const second: Values = [3, 4, 'y', 0.25]

  conforms(
    fixture,
    'checksums stay when rows or columns change places, or a column without values is appended',
    async () => {
      const base = await sum([first, second])
      expect(await sum([second, first])).toBe(base)
      expect(await sum([first, second], columns.toReversed())).toBe(base)
      expect(await sum([first, second], [...columns, { name: 'later', type: typed('date') }])).toBe(base)
      expect(await sum([])).toBe('0/0')
    },
  )

  conforms(
    fixture,
    'checksums change when values change places, vanish, double, or their column is retyped',
    async () => {
      const base = await sum([first, second])
      const others: readonly (readonly Values[])[] = [
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
        [[1, 2, 'X', 0.5], second],
        [[1, 2, 'x ', 0.5], second],
      ]
      const found: string[] = []
      for (const rows of others) found.push(await sum(rows))
      expect(new Set([base, ...found]).size).toBe(others.length + 1)
      const retyped = columns.map((c) => (c.name === 'a' ? { ...c, type: typed('bigint') } : c))
      expect(await sum([first, second], retyped)).not.toBe(base)
    },
  )

  conforms(fixture, 'checksums tell two sets of rows apart exactly when they differ', async () => {
    const small = fc.option(fc.integer({ min: 0, max: 3 }), { nil: null })
    const rowOf = fc.tuple(
      small,
      small,
      fc.option(fc.constantFrom('', 'x', 'y'), { nil: null }),
      fc.option(fc.constantFrom(0, 0.5, 1.5), { nil: null }),
    )
    const rowsOf = fc.array(rowOf, { maxLength: 4 })
    const canonical = (rows: readonly Values[]) => JSON.stringify(rows.map((r) => JSON.stringify(r)).sort())
    await fc.assert(
      fc.asyncProperty(rowsOf, rowsOf, async (left, right) => {
        if (left.length !== right.length) return
        expect((await sum(left)) === (await sum(right))).toBe(canonical(left) === canonical(right))
      }),
      { numRuns: 80 },
    )
  })

  conforms(fixture, 'floats count to twelve digits, at every size', async () => {
    const double = (text: string) => `cast('${text}' as ${typed('double')})`
    for (const [x, y, equal] of [
      [`${double('0.1')} + ${double('0.2')}`, double('0.3'), true],
      [double('999999.9999999999'), double('1e6'), true],
      [double('1.00000000001'), double('1.00000000002'), false],
      [double('1e300'), double('1.0000000000001e300'), true],
      [double('-0.0'), double('0'), true],
      [double('NaN'), `-(${double('NaN')})`, true],
      [double('Infinity'), double('-Infinity'), false],
      [double('1e-300'), double('2e-300'), false],
    ] as const) {
      const column = [{ name: 'x', type: typed('double') }]
      const [one, other] = [
        await sumsOf(column, `(select ${x} as x) as v`),
        await sumsOf(column, `(select ${y} as x) as v`),
      ]
      expect([x, one === other]).toEqual([x, equal])
    }
  })

  conforms(fixture, 'columns of every type have a checksum, and so have rows without columns', async () => {
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
    for (const type of [...types.map(typed), `${typed('integer')}[]`]) {
      expect(await sumsOf([{ name: 'c', type }], `(select cast(null as ${type}) as c) as v`)).toMatch(/^-?\d+\/-?\d+$/)
    }
    expect(await sumsOf([], relation([first, second]))).toMatch(/^-?\d+\/-?\d+$/)
  })

  conforms(fixture, 'the same instant has one checksum, however it was written', async () => {
    const column = [{ name: 'c', type: typed('instant') }]
    const [one, other] = ['2013-01-01 00:00:00+00', '2012-12-31 19:00:00-05'].map(
      (text) => `(select cast('${text}' as ${typed('instant')}) as c) as v`,
    )
    expect(await sumsOf(column, one ?? '')).toBe(await sumsOf(column, other ?? ''))
  })

  conforms(
    fixture,
    'the first rows of a SELECT are the same rows each time, nulls, doubles and JSON included',
    async () => {
      const json = typed('json')
      const rows = [3, 1, 2].map(
        (n) => `select ${n} as a, cast(null as ${typed('text')}) as t, cast('{"n": ${n}}' as ${json}) as j`,
      )
      const one = await bench.query(dialect.firstRows(rows.join(' union all '), 2))
      const other = await bench.query(dialect.firstRows(rows.toReversed().join(' union all '), 2))
      expect(one.map((row) => row.a)).toEqual(other.map((row) => row.a))
      expect(one).toHaveLength(2)
      expect(await bench.query(dialect.firstRows('select 1 as a -- end', 5))).toEqual([{ a: 1 }])
      expect(await bench.query(dialect.firstRows("with x as (select 1 as a, 'b' as b) select * from x", 5))).toEqual([
        { a: 1, b: 'b' },
      ])
    },
  )
})

describeEngines('the words of macros', (fixture) => {
  const { dialect } = fixture.adapter
  const { functions } = dialect
  const bench = useBench(fixture)
  const typed = (type: string) => dialect.type(type) ?? type
  const date = (value: string) => dialect.literal({ type: 'date', value })
  const local = (value: string) => dialect.literal({ type: 'local', value })
  const day = (expression: string) => `cast(${expression} as ${typed('date')})`

  const cases: readonly (readonly [says: string, expression: string, expected: unknown])[] = [
    [
      'dates are added to, over the ends of months',
      day(functions.dateAdd('month', '1', date('2024-01-31'))),
      '2024-02-29',
    ],
    ['counts may be negative', day(functions.dateAdd('day', '-1', date('2024-03-01'))), '2024-02-29'],
    ['counts may be expressions', day(functions.dateAdd('week', '(1 + 1)', date('2024-01-01'))), '2024-01-15'],
    ['hours are added', functions.dateAdd('hour', '3', local('2024-01-01T23:00:00')), '2024-01-02T02:00:00'],
    ['quarters are three months', day(functions.dateAdd('quarter', '1', date('2024-01-31'))), '2024-04-30'],
    ['texts are dates, too', day(functions.dateAdd('year', '1', "'2024-02-29'")), '2025-02-28'],
    ['days between', functions.dateDifference('day', date('2024-01-01'), date('2024-03-01')), 60],
    ['bounds between, not spans', functions.dateDifference('year', date('2023-12-31'), date('2024-01-01')), 1],
    ['months between, backward', functions.dateDifference('month', date('2024-03-31'), date('2024-01-01')), -2],
    ['weeks begin on Monday', functions.dateDifference('week', date('2024-01-07'), date('2024-01-08')), 1],
    ['quarters between', functions.dateDifference('quarter', date('2023-12-31'), date('2024-04-01')), 2],
    ['hours between', functions.dateDifference('hour', local('2024-01-01T00:59:00'), local('2024-01-01T02:01:00')), 2],
    [
      'minutes between',
      functions.dateDifference('minute', local('2024-01-01T00:59:59'), local('2024-01-01T01:00:00')),
      1,
    ],
    [
      'seconds between',
      functions.dateDifference('second', local('2024-01-01T00:00:00'), local('2024-01-02T00:00:00')),
      86_400,
    ],
    ['a month begins', day(functions.dateTruncate('month', local('2024-02-29T12:00:00'))), '2024-02-01'],
    ['a week begins on Monday', day(functions.dateTruncate('week', date('2024-01-07'))), '2024-01-01'],
    ['the hash is MD5 in hexadecimal', functions.hash("'elt'"), createHash('md5').update('elt').digest('hex')],
    ['a part of a text', functions.splitPart("'a|b|c'", "'|'", '2'), 'b'],
    ['a part from the end', functions.splitPart("'a|b|c'", "'|'", '-1'), 'c'],
    ['a part that is not there', functions.splitPart("'a|b|c'", "'|'", '5'), ''],
    ['a cast that works', functions.safeCast("'12'", typed('integer')), 12],
    ['any of one value', `(select ${functions.anyValue('v')} from (select 7 as v) as x)`, 7],
    [
      'values are the same',
      `(select count(*) from (select 1 as a, cast(null as ${typed('text')}) as b) as x join (select 1 as a, cast(null as ${typed('text')}) as b union all select 1, 'x') as y on ${functions.sameValues(['x.a', 'x.b'], ['y.a', 'y.b'])})`,
      1,
    ],
    ['any is true', `(select ${functions.anyTrue('v')} from (select true as v union all select false) as x)`, true],
  ]

  for (const [says, expression, expected] of cases) {
    conforms(fixture, says, async () => {
      expect(await bench.value(`select ${expression} as v`)).toEqual(expected)
    })
  }

  conforms(fixture, 'a cast that fails is null', async () => {
    expect(await bench.value(`select ${functions.safeCast("'x'", typed('integer'))} as v`)).toBe(null)
  })

  conforms(fixture, 'values are joined in an order, without nulls, and as many as asked for', async () => {
    const rows = `(select 'b' as v, 2 as n union all select 'a', 1 union all select null, 0 union all select 'c', 3) as x`
    const joined = (...more: readonly [orderBy?: string, limit?: number]) =>
      bench.value(`select ${functions.joinValues('v', "', '", ...more)} as v from ${rows}`)
    expect(await joined('n')).toBe('a, b, c')
    expect(await joined('n desc')).toBe('c, b, a')
    expect(await joined('n', 2)).toBe('a, b')
  })

  conforms(fixture, 'arrays are made, appended to and put together', async () => {
    const { array } = functions
    const type = typed('integer')
    expect(await bench.value(`select ${array.of(['1', '2'], type)} as v`)).toEqual([1, 2])
    expect(await bench.value(`select ${array.of([], type)} as v`)).toEqual([])
    expect(await bench.value(`select ${array.append(array.of(['1'], type), '2')} as v`)).toEqual([1, 2])
    expect(await bench.value(`select ${array.concatenate(array.of(['1'], type), array.of(['2'], type))} as v`)).toEqual(
      [1, 2],
    )
  })

  conforms(fixture, 'a series counts from zero', async () => {
    const rows = await bench.query(`select n from ${functions.series('3', 'n')} order by n`)
    expect(rows.map((row) => Number(row.n))).toEqual([0, 1, 2])
  })

  conforms(fixture, 'the first row of each is chosen in an order', async () => {
    const rows = `(select 'x' as k, 2 as n union all select 'x', 1 union all select 'y', 3)`
    const found = await bench.query(`select k, n from (${functions.firstOfEach(rows, 'k', 'n')}) as f order by k`)
    expect(found.map(({ k, n }) => [k, n])).toEqual([
      ['x', 1],
      ['y', 3],
    ])
  })
})

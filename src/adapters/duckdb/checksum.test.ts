import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column } from '../contract.ts'
import { dialect } from './dialect.ts'
import { connection, useDatabase, value } from './testing.ts'

useDatabase()

function sumsOf(columns: readonly Column[]): readonly [string, string] {
  const { row, sums } = dialect.checksum(columns)
  return sums(row)
}

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
    const [row] = await connection.query(`select ${sumsOf(of).join(' as one, ')} as two from ${source}`)
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
      const [one] = sumsOf([{ name: 'x', type: 'DOUBLE' }])
      const sums = await connection.query(
        `select (select ${one} from (select ${x} as x)) = (select ${one} from (select ${y} as x)) as equal`,
      )
      expect([x, sums[0]?.equal]).toEqual([x, equal])
    }
  })

  test('parallel sums of the same rows agree', async () => {
    const [one, two] = sumsOf([
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
      expect(await value(`select ${sumsOf([{ name: 'c', type }])[0]} from (select null::${type} as c)`)).toMatch(
        /^\d+$/,
      )
    }
    expect(await value(`select ${sumsOf([])[0]} from range(2)`)).toMatch(/^\d+$/)
  })
})

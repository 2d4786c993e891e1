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
  test('parallel sums of the same rows agree', async () => {
    const [one, two] = sumsOf([
      { name: 'm', type: 'DOUBLE' },
      { name: 'g', type: 'BIGINT' },
    ])
    const grouped = (order: string) =>
      `select ${one} as one, ${two} as two from (select g, avg(v) as m from (select range % 50 as g, sin(range) * 1000 as v from range(40000) ${order}) group by g)`
    expect(await connection.query(grouped('order by range desc'))).toEqual(await connection.query(grouped('')))
  })

  test('columns of types that only this engine has have one, and so have rows without columns', async () => {
    const types = ['HUGEINT', 'INTERVAL', 'UUID', 'BLOB', 'INTEGER[]', 'STRUCT(a DOUBLE)', 'MAP(VARCHAR, INTEGER)']
    for (const type of types) {
      expect(await value(`select ${sumsOf([{ name: 'c', type }])[0]} from (select null::${type} as c)`)).toMatch(
        /^\d+$/,
      )
    }
    expect(await value(`select ${sumsOf([])[0]} from range(2)`)).toMatch(/^\d+$/)
  })
})

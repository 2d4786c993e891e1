import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Column, FileRead, Row } from '../contract.ts'
import { dialect } from './dialect.ts'
import { connection, inFolder, session, useDatabase } from './testing.ts'

useDatabase()

describe('files', () => {
  const columns: Column[] = [
    { name: 'id', type: 'bigint' },
    { name: 'at', type: 'instant' },
    { name: 'name', type: 'text' },
    { name: 'price', type: 'decimal(6,2)' },
  ]
  const instant = '2013-01-01T05:00:00Z'

  function file(name: string, content: string | Buffer): string {
    const full = inFolder(name)
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
      `copy (select 9 as id) to ${dialect.literal({ type: 'text', value: inFolder('z.json') })} (format json, compression zstd)`,
    )
    expect(await read({ paths: [inFolder('z.json')], compression: 'zstd' })).toMatchObject([{ id: 9 }])
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
    const [a, b] = ['a.parquet', 'b.parquet'].map((name) => inFolder(name))
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
      [{ paths: [inFolder('gone.ndjson')] }, /gone\.ndjson/],
    ]
    for (const [request, message] of cases) {
      const error = await read(request).catch((e: unknown) => e)
      expect(session.explainError(error)).toMatchObject({ kind: 'data', message: expect.stringMatching(message) })
    }
  })
})

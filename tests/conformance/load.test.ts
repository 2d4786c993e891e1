import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Column, FileRead, RowText } from '../../src/adapters/contract.ts'
import { openFileReader } from '../../src/adapters/index.ts'
import { conforms, describeEngines, useBench } from './fixtures.ts'

/** Rows on their way into a warehouse through its bulk path. */

const types = [
  'boolean',
  'integer',
  'bigint',
  'decimal(20,4)',
  'double',
  'text',
  'date',
  'instant',
  'local',
  'time',
  'json',
]
const logical: readonly Column[] = types.map((type, i) => ({ name: `c${i}`, type }))

const values = [
  {
    c0: true,
    c1: -7,
    c2: '9223372036854775807',
    c3: '1234567890123456.1234',
    c4: 0.1,
    c5: 'a\ttab \\ and\nlines\r\n\\N ü 🦆',
  },
  {
    c6: '2013-12-30',
    c7: '2013-12-30T10:00:00.123456+09:00',
    c8: '0001-01-01T00:00:00',
    c9: '23:59:59.5',
    c10: { a: ['"', '\\'] },
  },
  { c5: '' },
  { c4: 1e-300, c2: '-9223372036854775808', c6: '9999-12-31' },
]

describeEngines('loading', (fixture) => {
  const { adapter } = fixture
  const { dialect } = adapter
  const bench = useBench(fixture)
  const temporary = adapter.features.temporarySchema ?? 'elt'
  const typed = (columns: readonly Column[]) =>
    columns.map(({ name, type }) => ({ name, type: dialect.type(type) ?? type }))

  async function* texts(...all: readonly string[]): AsyncGenerator<RowText> {
    for (const text of all) yield { text, rows: text.split('\n').length - 1 }
  }

  async function tableOf(name: string, columns: readonly Column[]) {
    const target = { schema: temporary, name }
    await bench.connection.run(dialect.ddl.createTable(target, typed(columns)))
    return { target, from: `${dialect.quote(temporary)}.${dialect.quote(name)}` }
  }

  conforms(fixture, 'values of every type come as the reader of files read them', async () => {
    const path = join(bench.warehouse.folder, 'data/values.ndjson')
    writeFileSync(path, values.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const read: FileRead = { paths: [path], format: 'ndjson', compression: 'none', columns: logical }
    const reader = await openFileReader([join(bench.warehouse.folder, 'data')])
    const { target, from } = await tableOf('every', logical)
    const names = logical.map(({ name }) => name)
    expect(await bench.connection.load(target, names, reader.rows(read))).toEqual({ rows: 4 })
    await reader.close()
    const [first, second, third, last] = await bench.query(`select * from ${from}`)
    expect(first).toMatchObject({ c0: true, c1: -7, c2: '9223372036854775807', c3: '1234567890123456.1234', c4: 0.1 })
    expect(first?.c5).toBe(values[0]?.c5)
    expect(second).toMatchObject({ c6: '2013-12-30', c7: '2013-12-30T01:00:00.123456Z', c8: '0001-01-01T00:00:00' })
    expect(String(second?.c9)).toMatch(/^23:59:59\.50*$/)
    expect(JSON.parse(String(second?.c10))).toEqual({ a: ['"', '\\'] })
    expect(third).toMatchObject({ c0: null, c5: '', c10: null })
    expect(last).toMatchObject({ c4: 1e-300, c2: '-9223372036854775808', c6: '9999-12-31' })
  })

  conforms(fixture, 'rows that are refused leave none, and are told by their number', async () => {
    const { target, from } = await tableOf('refusing', [{ name: 'n', type: 'integer' }])
    const rows = texts('1\n2\n', '3\nx\n5\n')
    const error = await bench.connection.load(target, ['n'], rows).catch((found: unknown) => found)
    expect(bench.session.explainError(error)).toMatchObject({ kind: 'data' })
    expect(await bench.query(`select n from ${from}`)).toEqual([])
    expect(await bench.connection.load(target, ['n'], texts('7\n', '\\N\n'))).toEqual({ rows: 2 })
    expect(await bench.query(`select n from ${from} order by n nulls last`)).toEqual([{ n: 7 }, { n: null }])
  })

  conforms(fixture, 'an error of the rows is the error, and leaves none of them', async () => {
    const { target, from } = await tableOf('ending', [{ name: 'n', type: 'integer' }])
    const failure = new Error('the file ends here')
    async function* rows(): AsyncGenerator<RowText> {
      yield* texts('1\n')
      throw failure
    }
    await expect(bench.connection.load(target, ['n'], rows())).rejects.toBe(failure)
    expect(await bench.query(`select n from ${from}`)).toEqual([])
  })

  conforms(fixture, 'a signal stops it, and the connection is good for more', async () => {
    const { target, from } = await tableOf('stopped', [{ name: 'n', type: 'integer' }])
    const stop = new AbortController()
    async function* rows(): AsyncGenerator<RowText> {
      for (let i = 0; ; i++) {
        yield { text: '1\n'.repeat(1000), rows: 1000 }
        if (i === 20) stop.abort('SIGINT')
      }
    }
    await expect(bench.connection.load(target, ['n'], rows(), { signal: stop.signal })).rejects.toBe('SIGINT')
    expect(await bench.query(`select n from ${from}`)).toEqual([])
  })

  conforms(fixture, 'rows are asked for as they are taken', async () => {
    const { target } = await tableOf('many', [{ name: 't', type: 'text' }])
    const text = `${'x'.repeat(999)}\n`.repeat(1000)
    const used = () => {
      const { heapUsed, external } = process.memoryUsage()
      return heapUsed + external
    }
    const before = used()
    let most = 0
    async function* rows(): AsyncGenerator<RowText> {
      for (let i = 0; i < 200; i++) {
        yield { text, rows: 1000 }
        most = Math.max(most, used() - before)
      }
    }
    const loaded = await bench.connection.load(target, ['t'], rows())
    expect(loaded).toEqual({ rows: 200_000 })
    expect(most).toBeLessThan(120_000_000)
  })
})

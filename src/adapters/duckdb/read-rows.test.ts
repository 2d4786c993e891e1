import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Column, Connection, FileRead, FileReader, RowText, Session } from '../contract.ts'
import { duckdb } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'elt-rows-'))
let reader: FileReader
let session: Session
let connection: Connection

beforeAll(async () => {
  reader = (await duckdb.openReader?.([folder])) as FileReader
  session = await duckdb.connect({
    options: { path: ':memory:' },
    projectDirectory: folder,
    readOnly: false,
    readableFolders: [],
  })
  connection = await session.connect()
})
afterAll(async () => {
  await connection.release()
  await session.close()
  await reader.close()
  rmSync(folder, { recursive: true })
})

function write(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const read = (path: string, columns: readonly Column[], more: Partial<FileRead> = {}): FileRead => ({
  paths: [path],
  format: 'ndjson',
  compression: 'none',
  columns,
  ...more,
})

async function texts(asked: FileRead): Promise<string> {
  let all = ''
  for await (const { text } of reader.rows(asked)) all += text
  return all
}

const json = (...rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

const everyType: readonly Column[] = [
  { name: 'flag', type: 'boolean' },
  { name: 'small', type: 'integer' },
  { name: 'big', type: 'bigint' },
  { name: 'exact', type: 'decimal(38,6)' },
  { name: 'float', type: 'double' },
  { name: 'words', type: 'text' },
  { name: 'day', type: 'date' },
  { name: 'moment', type: 'instant' },
  { name: 'clock', type: 'local' },
  { name: 'hour', type: 'time' },
  { name: 'nested', type: 'json' },
]

const everyValue = {
  flag: true,
  small: -7,
  big: '9223372036854775807',
  exact: '12345678901234567890123456789012.123456',
  float: 0.1,
  words: 'a\ttab, a \\ backslash,\nlines\r\n and \\N',
  day: '2013-12-30',
  moment: '2013-12-30T10:00:00.123456+09:00',
  clock: '2013-12-30T10:00:00.000001',
  hour: '10:11:12.5',
  nested: { a: [1, 'two\n', null] },
}

describe('rows of files', () => {
  it('are texts of one row a line, whatever a value holds', async () => {
    const path = write('types.ndjson', json(everyValue, {}))
    expect(await texts(read(path, everyType))).toBe(
      [
        'true\t-7\t9223372036854775807\t12345678901234567890123456789012.123456\t0.1\t',
        'a\\ttab, a \\\\ backslash,\\nlines\\r\\n and \\\\N\t2013-12-30\t2013-12-30 01:00:00.123456+00\t',
        '2013-12-30 10:00:00.000001\t10:11:12.5\t{"a":[1,"two\\\\n",null]}\n',
        `${everyType.map(() => '\\N').join('\t')}\n`,
      ].join(''),
    )
  })

  it('tell an empty text from a null', async () => {
    const path = write('empty.ndjson', json({ words: '' }, { words: null }))
    expect(await texts(read(path, [{ name: 'words', type: 'text' }]))).toBe('\n\\N\n')
  })

  it('mark years before Christ at the end', async () => {
    const columns = [
      { name: 'day', type: 'date' },
      { name: 'moment', type: 'instant' },
    ]
    const path = write('old.csv', 'day,moment\n0044-03-15 (BC),0044-03-15 (BC) 10:00:00+00\n')
    expect(await texts(read(path, columns, { format: 'csv' }))).toBe('0044-03-15 BC\t0044-03-15 10:00:00+00 BC\n')
  })

  it('come from compressed files, with the declared columns only', async () => {
    const path = write('more.csv.gz', gzipSync('extra,words\n1,x\n2,y\n'))
    const columns = [
      { name: 'words', type: 'text' },
      { name: 'missing', type: 'integer' },
    ]
    expect(await texts(read(path, columns, { format: 'csv', compression: 'gzip' }))).toBe('x\t\\N\ny\t\\N\n')
  })

  it('are the same when they are loaded into a table', async () => {
    const path = write('again.ndjson', json(everyValue, {}, { words: '' }))
    const types = everyType.map(({ name, type }) => ({ name, type: duckdb.dialect.type(type) ?? '' }))
    const [target, direct] = [
      { schema: 'temp', name: 'loaded' },
      { schema: 'temp', name: 'direct' },
    ]
    await connection.run(duckdb.dialect.ddl.createTable(target, types))
    const asked = read(path, everyType)
    const names = everyType.map(({ name }) => name)
    expect(await connection.load(target, names, reader.rows(asked))).toEqual({ rows: 3 })
    const expected = await duckdb.connect({
      options: { path: ':memory:' },
      projectDirectory: folder,
      readOnly: false,
      readableFolders: [folder],
    })
    const other = await expected.connect()
    await other.run(duckdb.dialect.ddl.stage(direct, `select * from ${duckdb.dialect.readFiles(asked)}`))
    expect(await connection.query('select * from temp.loaded')).toEqual(await other.query('select * from temp.direct'))
    await other.release()
    await expected.close()
  })

  it('leave nothing of what could not be read to its end', async () => {
    const path = write('bad.csv', `n\n${'1\n'.repeat(50_000)}x\n`)
    const target = { schema: 'temp', name: 'numbers' }
    await connection.run('create temporary table numbers (n integer)')
    const rows = reader.rows(read(path, [{ name: 'n', type: 'integer' }], { format: 'csv' }))
    const error = await connection.load(target, ['n'], rows).catch((found: unknown) => found)
    expect(reader.explainError(error)).toMatchObject({ kind: 'data', message: `${path} in column n is no INTEGER: x` })
    expect(await connection.query('select count(*) as n from numbers')).toEqual([{ n: 0 }])
  })

  it('are read only as they are taken', async () => {
    const path = write('many.csv', `n\n${'1234567\n'.repeat(3_000_000)}`)
    let taken = 0
    for await (const chunk of reader.rows(read(path, [{ name: 'n', type: 'text' }], { format: 'csv' }))) {
      expect(chunk.rows).toBeLessThan(10_000)
      taken += chunk.rows
      if (taken > 100_000) break
    }
    expect(taken).toBeLessThan(120_000)
  })

  it('stop when the signal says so', async () => {
    const path = write('long.csv', `n\n${'1234567\n'.repeat(1_000_000)}`)
    const stop = new AbortController()
    const asked = read(path, [{ name: 'n', type: 'text' }], { format: 'csv' })
    async function* stopping(): AsyncGenerator<RowText> {
      for await (const chunk of reader.rows(asked, stop.signal)) {
        yield chunk
        stop.abort('SIGINT')
      }
    }
    await connection.run('create temporary table stopped (n text)')
    const loading = connection.load({ schema: 'temp', name: 'stopped' }, ['n'], stopping(), { signal: stop.signal })
    await expect(loading).rejects.toBe('SIGINT')
    expect(await connection.query('select count(*) as n from stopped')).toEqual([{ n: 0 }])
  })

  it('of files outside the folders are refused', async () => {
    const other = mkdtempSync(join(tmpdir(), 'elt-other-'))
    writeFileSync(join(other, 'x.csv'), 'n\n1\n')
    const asked = read(join(other, 'x.csv'), [{ name: 'n', type: 'integer' }], { format: 'csv' })
    await expect(texts(asked)).rejects.toThrow(/disabled|allowed/)
    rmSync(other, { recursive: true })
  })
})

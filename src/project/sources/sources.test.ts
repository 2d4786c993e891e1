import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logicalType } from '../column-types.ts'
import { parseDays, parsePartitions } from '../duration.ts'
import { lines, pointed, read } from '../testing.ts'
import { parsePattern } from './file-pattern.ts'

const columns = 'columns: [{ name: at, data_type: instant, data_tests: [not_null] }, { name: id, data_type: int }]'
const source = (table: string, shared = columns) =>
  read({
    'models/raw_data/s.yml': `sources:\n  - name: bts\n    tables:\n      - name: flights\n        ${shared}\n${table.replace(/^/gm, '        ')}\n`,
  })

describe('a file source', () => {
  it('is read with its grid, format and typed columns', () => {
    const { value, diagnostics } = source(
      'description: Flights\nfiles: data/flights/{yyyy}/{MM}/{dd}*.ndjson.gz\ntime_zone: Asia/Seoul\nevent_time: at\nlate_by: 2 days\nchange_signal: none\ndata_tests: [{ row_count: { min: 1 } }]',
    )
    expect(diagnostics).toEqual([])
    const [flights] = value?.sources ?? []
    expect(flights).toMatchObject({
      id: 'source.bts.flights',
      description: 'Flights',
      columns: [
        { name: 'at', type: 'instant' },
        { name: 'id', type: 'integer' },
      ],
      origin: {
        kind: 'files',
        pattern: 'data/flights/{yyyy}/{MM}/{dd}*.ndjson.gz',
        format: 'ndjson',
        compression: 'gzip',
        grid: { unit: 'day', timeZone: 'Asia/Seoul' },
        eventTime: { column: 'at', type: 'instant' },
        lateBy: 2,
      },
      changeSignal: 'none',
    })
    expect(flights?.assertions.map(({ type, column }) => [type, column])).toEqual([
      ['row_count', undefined],
      ['not_null', 'at'],
    ])
  })

  it('needs no date in its path', () => {
    const origin = source('files: data/airports.csv').value?.sources[0]?.origin
    expect(origin).toEqual({
      kind: 'files',
      pattern: 'data/airports.csv',
      format: 'csv',
      compression: 'none',
      lateBy: 0,
    })
  })

  it.each([
    ['files: ../x.csv', 'file-pattern', '../x.csv'],
    ['files: /etc/passwd', 'file-pattern', '/etc/passwd'],
    ['files: s3://bucket/x.csv', 'not-yet-supported', 's3://bucket/x.csv'],
    ['connection: db', 'not-yet-supported', 'connection'],
    ['files: x.csv\nchange_signal: catalog', 'not-yet-supported', 'catalog'],
    ['change_signal: loaded_at', 'source-incomplete', 'loaded_at'],
    ['change_signal: catalog', 'source-incomplete', 'catalog'],
    ['change_signal: count\npartition_by: at\nwatch: 0', 'wrong-value', '0'],
    ['change_signal: count\npartition_by: at\nwatch: 5 minutes', 'wrong-value', '5 minutes'],
    ['change_signal: files', 'source-incomplete', 'files'],
    ['event_time: when', 'source-incomplete', 'when'],
    ['files: x.dat', 'source-incomplete', 'x.dat'],
    ['files: x.parquet.gz', 'source-incomplete', 'x.parquet.gz'],
    ['files: x.csv\nevent_time: att', 'source-incomplete', 'att'],
    ['files: x.csv\nevent_time: id', 'source-incomplete', 'id'],
    ['files: x.csv\nlate_by: 1 day', 'wrong-value', '1 day'],
    ['files: "{yyyy}.csv"\nlate_by: 1 day', 'wrong-value', '1 day'],
    ['files: x.csv\ntime_zone: EST5', 'time-zone-unknown', 'EST5'],
    ['files: x.csv\nformat: xml', 'wrong-value', 'xml'],
  ])('refuses %s', (table, code, at) => {
    const errors = source(table).diagnostics.filter((d) => d.severity === 'error')
    expect(errors.map((d) => [d.code, pointed(d)])).toEqual([[code, at]])
  })

  it('is told which signals there are instead of the catalog, where it has none', () => {
    expect(source('change_signal: catalog').diagnostics.map(({ message, help }) => [message, help])).toEqual([
      [
        'source bts.flights cannot be seen to change by the catalog: this engine keeps no time of modification to rely on',
        ['write change_signal: loaded_at with loaded_at_field: <column>, or count, or none'],
      ],
    ])
    expect(source('files: x.csv\nchange_signal: catalog').diagnostics[0]?.help).toEqual([
      'file sources have change_signal: files, or none',
    ])
  })

  it('declares its columns with types that exist', () => {
    const { diagnostics } = source('files: x.csv', 'columns: [{ name: a }, { name: b, data_type: timestmp }]')
    expect(lines(diagnostics)).toEqual([
      'source-incomplete models/raw_data/s.yml:5:27-28 source bts.flights declares the column a without a type',
      'type-unknown models/raw_data/s.yml:5:54-62 unknown column type `timestmp`',
    ])
    expect(diagnostics[1]?.help[0]).toBe('a similar type exists: timestamp')
  })

  it('is declared once', () => {
    const twice = `sources: [{ name: a, tables: [{ name: t, files: x.csv, ${columns} }, { name: T, files: x.csv, ${columns} }] }]`
    expect(read({ 'models/s.yml': twice }).diagnostics.map((d) => d.code)).toEqual(['name-taken'])
  })
})

describe('a path pattern', () => {
  it.each([
    ['a/{yyyy}.csv', 'year'],
    ['a/{yyyy}-{MM}/*.csv', 'month'],
    ['{yyyy}/{yyyy}-{MM}-{dd}.csv', 'day'],
    ['{yyyy}{MM}{dd}{HH}.csv', 'hour'],
    ['a/*/b.csv', undefined],
  ])('%s is cut by %s', (pattern, unit) => {
    expect(parsePattern(pattern)).toEqual({ unit, format: 'csv', compression: 'none' })
  })

  it.each([
    ['a/../b.csv', 'reaches outside'],
    ['C:/a.csv', 'is not relative'],
    ['~/a.csv', 'is not relative'],
    ['a\\b.csv', 'holds a backslash'],
    ['a//b.csv', 'has an empty part'],
    ['./b.csv', 'has an empty part'],
    ['a/**/b.csv', 'holds **'],
    ['a/?.csv', 'holds "?"'],
    ['{YYYY}.csv', 'unknown placeholder {YYYY}'],
    ['{yyyy}/{mm}.csv', 'unknown placeholder {mm}'],
    ['{yyyy}/{dd}.csv', 'has {dd} but no {MM}'],
    ['{MM}.csv', 'has {MM} but no {yyyy}'],
    ['{yyyy.csv', 'unpaired brace'],
    ['https://x/y.csv', 'has the scheme https'],
  ])('%s %s', (pattern, detail) => {
    expect(parsePattern(pattern)).toMatchObject({ detail: expect.stringContaining(detail) })
  })

  it('is never accepted when it could leave the project', () => {
    const part = fc.constantFrom('..', '.', '', 'a', '*', '{yyyy}', '~', 'C:', '\\', '/', 'file:')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const pattern = parts.join('/')
        if ('detail' in parsePattern(pattern)) return true
        return (
          !pattern.startsWith('/') &&
          !pattern.includes('\\') &&
          pattern.split('/').every((p) => !['', '.', '..'].includes(p))
        )
      }),
    )
  })
})

describe('words for time and type', () => {
  it('reads durations', () => {
    expect(['30 days', '0 days', '1 week', '12 hours', '1day'].map(parseDays)).toEqual([30, 0, 7, 0.5, 1])
    expect(['30', 'days', '-1 days', '1.5 days', '1 month'].map(parseDays)).toEqual(Array(5).fill(undefined))
  })

  it('reads durations as whole partitions only', () => {
    expect(parsePartitions('0 days', 'month')).toBe(0)
    expect(parsePartitions('48 hours', 'day')).toBe(2)
    expect(parsePartitions('36 hours', 'day')).toBeUndefined()
    expect(parsePartitions('2 days', 'hour')).toBe(48)
    expect(parsePartitions('1 year', 'month')).toBe(12)
    expect(parsePartitions('30 days', 'month')).toBeUndefined()
  })

  it('reads column types under all their names', () => {
    expect(
      ['TEXT', 'varchar(20)', 'timestamptz', 'Timestamp', 'numeric(10, 2)', 'decimal(5)', 'bool'].map(logicalType),
    ).toEqual(['text', 'text', 'instant', 'local', 'decimal(10,2)', 'decimal(5,0)', 'boolean'])
    expect(['decimal', 'decimal(50,2)', 'decimal(2,5)', 'integer(4)', 'blob', 'toString'].map(logicalType)).toEqual(
      Array(6).fill(undefined),
    )
  })
})

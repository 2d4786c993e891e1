import { describe, expect, it } from 'vitest'
import { mergeConfig, parseModelConfig } from '../index.ts'
import type { Json } from '../project.ts'
import { raw } from '../testing.ts'

const parse = (given: Readonly<Record<string, Json>>) => parseModelConfig(raw(given), { timeZone: 'America/New_York' })
const problems = (given: Readonly<Record<string, Json>>) =>
  parse(given).diagnostics.map((d) => `${d.code}: ${d.message}`)
const merged = { materialized: 'incremental', unique_key: 'id' }
const partitioned = { materialized: 'incremental', partition_by: 'day' }

describe('the settings of a model', () => {
  it('have defaults', () => {
    expect(parse({})).toEqual({
      value: {
        enabled: true,
        access: 'protected',
        materialized: 'view',
        tags: [],
        meta: {},
        strategy: 'replace_partition',
        uniqueKey: [],
        lookback: 0,
        giveUpAfterDays: 30,
        onSchemaChange: 'append_new_columns',
        allowPartial: false,
        reads: {},
        checksumExclude: [],
      },
      diagnostics: [],
    })
  })

  it('take every key of the design', () => {
    const { value, diagnostics } = parse({
      materialized: 'incremental',
      partition_by: { column: 'at', unit: 'month', type: 'instant', time_zone: 'Asia/Seoul' },
      strategy: 'replace_partition',
      begin: 2013,
      end: '2014-01',
      batch: 12,
      lookback: 2,
      settled: "status = 'landed'",
      give_up_after: '2 weeks',
      on_schema_change: 'fail',
      on_code_change: 'rebuild',
      allow_partial: true,
      checksum_exclude: 'loaded_at',
      tags: ['a', 'b'],
      owner: 'me',
      alias: 'x',
      meta: { a: [1] },
      enabled: false,
    })
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({
      partitionBy: { column: 'at', unit: 'month', type: 'instant', timeZone: 'Asia/Seoul' },
      begin: '2013',
      end: '2014-01',
      batch: 12,
      lookback: 2,
      giveUpAfterDays: 14,
      onCodeChange: 'rebuild',
      allowPartial: true,
      checksumExclude: ['loaded_at'],
      tags: ['a', 'b'],
      owner: 'me',
      alias: 'x',
      enabled: false,
    })
  })

  it('partition by days in the project’s zone when only a column is named', () => {
    expect(parse({ ...partitioned, partition_by: { column: 'at', unit: 'hour' } }).value?.partitionBy).toMatchObject({
      unit: 'hour',
      type: 'instant',
    })
    expect(parse(partitioned).value?.partitionBy).toEqual({
      column: 'day',
      unit: 'day',
      type: 'date',
      timeZone: 'America/New_York',
    })
  })

  it.each([
    [{ ...partitioned }, 'replace_partition'],
    [{ ...partitioned, strategy: 'merge', unique_key: 'id' }, 'merge'],
    [{ ...merged }, 'merge'],
    [{ materialized: 'incremental', incremental_strategy: 'append' }, 'append'],
    [{ ...partitioned, incremental_strategy: 'insert_overwrite' }, 'replace_partition'],
    [{ ...merged, incremental_strategy: 'delete+insert' }, 'merge'],
  ])('write %o by the strategy %s', (given, strategy) => {
    expect(parse(given).diagnostics).toEqual([])
    expect(parse(given).value?.strategy).toBe(strategy)
  })

  it('of a merge are kept together', () => {
    const { value } = parse({ ...partitioned, ...merged, strategy: 'merge', delete_missing: true, key_scope: 30 })
    expect(value?.merge).toEqual({ deleteMissing: true, moves: false, keyScope: 30 })
    expect(parse({ ...merged, key_scope: 'all', merge_exclude_columns: 'at' }).value?.merge).toEqual({
      deleteMissing: false,
      moves: false,
      exclude: ['at'],
    })
  })

  it('let a view say what it reads beyond its partition', () => {
    const { value } = parse({ partition_by: 'day', reads: { flights: { before: 27 }, weather: {} } })
    expect(value?.reads).toEqual({ flights: { before: 27, after: 0 }, weather: { before: 0, after: 0 } })
  })
})

describe('what is refused', () => {
  it.each<[Readonly<Record<string, Json>>, string]>([
    [{ materialised: 'table' }, 'unknown-key: unknown key `materialised` in the settings of a model'],
    [{ constructor: 1 }, 'unknown-key: unknown key `constructor` in the settings of a model'],
    [{ ...partitioned, partition_by: { colum: 'x' } }, 'missing-key: partition_by lacks the key `column`'],
    [{ enabled: 'yes' }, 'wrong-value: `enabled` must be true or false, and is the text "yes"'],
    [{ ...partitioned, lookback: -1 }, 'wrong-value: `lookback` must be a whole number, at least 0, and is -1'],
    [{ ...partitioned, batch: 1.5 }, 'wrong-value: `batch` must be a whole number, at least 1, and is 1.5'],
    [
      { ...partitioned, give_up_after: '1 month' },
      'wrong-value: `give_up_after` must be a time such as 30 days, and is "1 month"',
    ],
    [{ tags: [1] }, 'wrong-value: `tags` must be text, or a list of text, and is a list'],
    [{ meta: 'x' }, 'wrong-value: `meta` must be a mapping, and is the text "x"'],
    [
      { ...partitioned, partition_by: { column: 'a', time_zone: '+09:00' } },
      'time-zone-unknown: unknown time zone `+09:00`',
    ],
    [
      { ...partitioned, partition_by: { column: 'a', unit: 'hour', type: 'date' } },
      'config-conflict: `partition_by` cuts a date into hours',
    ],
    [
      { materialized: 'materialized_view' },
      'not-yet-supported: `materialized: materialized_view` is not supported yet',
    ],
    [
      { materialized: 'history' },
      'config-conflict: `materialized` keeps versions, and names no column that tells rows apart',
    ],
    [
      { materialized: 'history', unique_key: 'id', strategy: 'timestamp' },
      'config-conflict: `strategy` needs updated_at, the column that says when a row changed',
    ],
    [
      { materialized: 'history', unique_key: 'id', strategy: 'check', updated_at: 'at' },
      'config-conflict: `updated_at` has no meaning with strategy: check',
    ],
    [
      { materialized: 'history', unique_key: 'id', check_cols: 'all', updated_at: 'at' },
      'config-conflict: `check_cols` has no meaning with updated_at, which says whether a row changed',
    ],
    [
      { materialized: 'history', unique_key: 'id', strategy: 'merge' },
      'config-conflict: `strategy` is a way to write incrementals; a history has timestamp or check',
    ],
    [
      { materialized: 'history', unique_key: 'id', partition_by: 'day' },
      'config-conflict: `partition_by` has no meaning with materialized: history, which is kept whole',
    ],
    [
      { materialized: 'history', unique_key: 'id', hard_deletes: 'ignore', invalidate_hard_deletes: true },
      'config-conflict: `invalidate_hard_deletes` and `hard_deletes` say the same in two ways',
    ],
    [{ materialized: 'table', updated_at: 'at' }, 'config-conflict: `updated_at` needs materialized: history'],
    [
      { materialized: 'table', strategy: 'check' },
      'config-conflict: `strategy` is check, which needs materialized: history',
    ],
    [
      { materialized: 'incremental', strategy: 'merge' },
      'config-conflict: `strategy` merges, and names no column that tells rows apart',
    ],
    [
      { materialized: 'incremental', strategy: 'replace_partition' },
      'config-conflict: `strategy` replaces partitions, and the model has none',
    ],
    [
      { ...partitioned, strategy: 'append', delete_missing: true },
      'config-conflict: `delete_missing` needs strategy: merge',
    ],
    [
      { ...partitioned, strategy: 'append', lookback: 3 },
      'config-conflict: `lookback` has no meaning with strategy: append: a built partition is never built again',
    ],
    [
      { ...partitioned, strategy: 'merge', unique_key: 'id', moves: true, key_scope: 3 },
      'config-conflict: `key_scope` has no meaning with moves: true, which looks for keys everywhere',
    ],
    [
      { ...merged, merge_update_columns: 'a', merge_exclude_columns: ['b'] },
      'config-conflict: `merge_exclude_columns` and `merge_update_columns` say the same in two ways',
    ],
    [
      { ...merged, strategy: 'merge', incremental_strategy: 'merge' },
      "config-conflict: `incremental_strategy` is dbt's name for `strategy`, which is given too",
    ],
    [
      { ...merged, key_scope: 'most' },
      'wrong-value: `key_scope` must be all, or a number of partitions, and is the text "most"',
    ],
    [
      { ...partitioned, retention: 'a while' },
      'wrong-value: `retention` must be a time such as 90 days or 2 years, and is "a while"',
    ],
    [
      { ...partitioned, unique_key: 'id' },
      'config-conflict: `unique_key` needs strategy: merge; rows are replaced a partition at a time',
    ],
    [{ materialized: 'incremental' }, 'config-conflict: `materialized` is incremental but has no partition_by'],
    [
      { materialized: 'table', partition_by: 'day' },
      'config-conflict: `partition_by` has no meaning with materialized: table',
    ],
    [{ strategy: 'replace_partition' }, 'config-conflict: `strategy` needs materialized: incremental'],
    [
      { reads: { a: {} } },
      'config-conflict: `reads` belongs to views with partition_by; other models say partition_filter(…, before=…)',
    ],
  ])('%o', (given, problem) => {
    expect(problems(given)).toContain(problem)
    expect(parse(given).value).toBeUndefined()
    for (const { location } of parse(given).diagnostics) expect(location?.path).toBe('models/a.sql')
  })

  it('is reported all at once', () => {
    expect(problems({ enabled: 1, lookback: 'x', foo: 1 })).toHaveLength(3)
  })

  it('is no setting of dbt without effect: that gets a note, and so does one that needs partitions', () => {
    const { value, diagnostics } = parse({ materialized: 'table', auto_refresh: true, lookback: 3 })
    expect(value?.materialized).toBe('table')
    expect(diagnostics.map((d) => [d.severity, d.message])).toEqual([
      ['note', '`auto_refresh` has no effect: `elt run` is what builds'],
      ['note', '`lookback` has no effect: the model is a table, not an incremental one with partition_by'],
    ])
  })
})

describe('mergeConfig', () => {
  it('appends tags, merges meta, replaces the rest, and takes the place of what won', () => {
    const below = raw({ tags: 'a', meta: { x: 1, y: { z: 1 } }, alias: 'old' })
    const above = raw({ tags: ['b', 'a'], meta: { y: 2 }, alias: 'new', owner: 'me' })
    const merged = mergeConfig(below, above)
    expect(Object.fromEntries(Object.entries(merged).map(([key, { value }]) => [key, value]))).toEqual({
      tags: ['a', 'b'],
      meta: { x: 1, y: 2 },
      alias: 'new',
      owner: 'me',
    })
    expect(merged.alias?.location).toBe(above.alias?.location)
  })

  it('merges grants by privilege: + adds to the roles of the level below, on any level', () => {
    const levels = [
      { grants: { '+select': 'a', insert: ['b'], update: ['c'] } },
      { grants: { '+select': ['d'], insert: ['e'] } },
      { grants: { '+insert': 'f', '+delete': ['g'], update: [] } },
    ]
    const merged = levels.map(raw).reduce(mergeConfig)
    const { value } = parseModelConfig(merged, { timeZone: 'UTC' })
    expect(value?.grants).toEqual({ select: ['a', 'd'], insert: ['e', 'f'], delete: ['g'] })
  })
})

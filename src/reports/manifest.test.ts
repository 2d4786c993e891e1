import { describe, expect, it } from 'vitest'
import type { Graph } from '../compiler/index.ts'
import { plainConfig, plainGraph, plainLocation, plainModel, plainSource } from '../compiler/testing.ts'
import { artifactIds } from './artifact-ids.ts'
import { manifest, manifestText } from './manifest.ts'
import { assertionOf } from './testing.ts'

const inModels = { ...plainLocation, path: 'models/analytics/models.yml' }
const { node: _, ...singular } = assertionOf('analytics.daily.no_gaps')

const daily = plainModel('analytics.daily', {
  path: 'models/analytics/finance/daily.sql',
  owner: 'analysts',
  relation: { schema: 'analytics', name: 'daily_facts' },
  columns: [{ name: 'day', type: 'date', description: 'the day' }],
  dependsOn: ['source.shop.orders', 'raw_data.orders'],
  macros: ['cents'],
  config: {
    ...plainConfig,
    materialized: 'incremental',
    alias: 'daily_facts',
    tags: ['finance'],
    meta: { tier: 1 },
    partitionBy: { column: 'day', unit: 'day', type: 'date', timeZone: 'Asia/Seoul' },
  },
  partitioning: { column: 'day', type: 'date', grid: { unit: 'day', timeZone: 'Asia/Seoul' } },
})

const graph = plainGraph({
  models: [
    plainModel('raw_data.orders'),
    daily,
    plainModel('analytics.inside', { config: { ...plainConfig, materialized: 'ephemeral' } }),
  ],
  sources: [plainSource('source.shop.orders')],
  assertions: [
    assertionOf('analytics.daily.not_null(day)', {
      column: 'day',
      location: inModels,
      errorIf: { operator: '>', value: 3, percent: true },
    }),
    assertionOf('analytics.daily.unique_key(day, country)', {
      type: 'unique_key',
      arguments: { columns: ['day', 'country'] },
    }),
    {
      ...singular,
      id: 'test.no_gaps',
      name: 'no_gaps',
      type: 'sql',
      location: { ...plainLocation, path: 'tests/sql/no_gaps.sql' },
    },
  ],
  macros: [
    {
      name: 'cents',
      package: 'test',
      path: 'macros/money.sql',
      source: '{% macro cents(c) %}{{ c }} / 100{% endmacro %}',
      macros: [],
    },
  ],
  exposures: [
    {
      id: 'exposure.board',
      name: 'board',
      label: 'The board',
      type: 'dashboard',
      description: '',
      owner: { name: 'Kim' },
      tags: [],
      meta: {},
      package: 'test',
      location: plainLocation,
      dependsOn: ['analytics.daily'],
    },
  ],
})

const request = (of: Graph): Parameters<typeof manifest>[0] => ({
  graph: of,
  files: new Map([
    ['models/analytics/finance/daily.sql', { path: '', text: 'select 1' }],
    ['tests/sql/no_gaps.sql', { path: '', text: 'select 2' }],
  ]),
  quote: (name) => `"${name}"`,
  adapter: 'duckdb',
  database: 'warehouse',
  version: '1.2.3',
  stamp: 'abc.def',
  invocation: 'u',
  at: 1000,
  compiled: new Map([['analytics.daily', 'select 1 -- compiled']]),
  columns: new Map([
    [
      'analytics.daily',
      [
        { name: 'DAY', type: 'DATE' },
        { name: 'n', type: 'BIGINT' },
      ],
    ],
  ]),
})

const made = (of: Graph = graph) => manifest(request(of)) as Record<string, Record<string, Record<string, unknown>>>

const id = 'model.test.daily'
const ids = artifactIds(graph)

describe('the manifest', () => {
  it('tells of a model what its file, its settings and the graph say', () => {
    expect(made().nodes?.[id]).toMatchObject({
      resource_type: 'model',
      database: 'warehouse',
      schema: 'analytics',
      name: 'daily',
      alias: 'daily_facts',
      fqn: ['test', 'analytics', 'finance', 'daily'],
      path: 'analytics/finance/daily.sql',
      original_file_path: 'models/analytics/finance/daily.sql',
      relation_name: '"analytics"."daily_facts"',
      raw_code: 'select 1',
      checksum: { name: 'sha256', checksum: '822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f' },
      config: {
        materialized: 'incremental',
        tags: ['finance'],
        partition_by: { column: 'day', time_zone: 'Asia/Seoul' },
      },
      meta: { owner: 'analysts', tier: 1 },
      refs: [{ name: 'orders', package: null, version: null }],
      sources: [['shop', 'orders']],
      depends_on: { macros: ['macro.test.cents'], nodes: ['source.test.shop.orders', 'model.test.orders'] },
    })
  })

  it('gives columns the types that the engine knows, and lists those that nobody documented', () => {
    expect(made().nodes?.[id]?.columns).toMatchObject({
      day: { description: 'the day', data_type: 'DATE' },
      n: { description: '', data_type: 'BIGINT' },
    })
  })

  it('holds compiled SQL only of what was compiled, and no relation of what is stored nowhere', () => {
    expect(made().nodes?.[id]).toMatchObject({ compiled: true, compiled_code: 'select 1 -- compiled' })
    expect(made().nodes?.['model.test.orders']).toMatchObject({ compiled: false, compiled_path: null })
    expect(made().nodes?.['model.test.inside']).toMatchObject({ relation_name: null })
  })

  it('names tests as dbt does, with the names of packages that readers look for', () => {
    const { nodes } = made()
    expect(nodes?.[ids.assertion('analytics.daily.not_null(day)')]).toMatchObject({
      name: 'not_null_daily_day',
      column_name: 'day',
      attached_node: id,
      file_key_name: 'models.daily',
      original_file_path: 'models/analytics/models.yml',
      config: { severity: 'ERROR', error_if: '> 3 %' },
      test_metadata: {
        name: 'not_null',
        namespace: null,
        kwargs: { column_name: 'day', model: "{{ get_where_subquery(ref('daily')) }}" },
      },
    })
    expect(nodes?.[ids.assertion('analytics.daily.unique_key(day, country)')]?.test_metadata).toMatchObject({
      name: 'unique_combination_of_columns',
      namespace: 'dbt_utils',
      kwargs: { combination_of_columns: ['day', 'country'] },
    })
    expect(nodes?.['test.test.no_gaps']).toMatchObject({ raw_code: 'select 2', path: 'sql/no_gaps.sql' })
  })

  it('maps who reads whom in both directions', () => {
    const { parent_map, child_map } = made()
    expect(parent_map?.[id]).toEqual(['source.test.shop.orders', 'model.test.orders'])
    expect(parent_map?.['exposure.test.board']).toEqual([id])
    expect(child_map?.[id]).toContain('exposure.test.board')
    expect(child_map?.['source.test.shop.orders']).toEqual([id])
  })

  it('is the same as text, which says within its first thousand bytes what it was made from', () => {
    const text = [...manifestText(request(graph))].join('')
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(made())))
    expect(text.slice(0, 1000)).toContain('"elt_graph":"abc.def"')
  })
})

describe('unique ids', () => {
  it('are the same for the same assertion, and others for assertions that read alike', () => {
    const both = plainGraph({
      ...graph,
      assertions: ['a-b', 'a_b'].map((name) => assertionOf(`analytics.daily.${name}`)),
    })
    const of = (of: Graph, name: string) => artifactIds(of).assertion(`analytics.daily.${name}`)
    expect(of(both, 'a-b')).toMatch(/^test\.test\.a_b\.[\da-f]{10}$/)
    expect(of(both, 'a-b')).not.toBe(of(both, 'a_b'))
    expect(of(both, 'a-b')).toBe(of({ ...both, assertions: [...both.assertions].reverse() }, 'a-b'))
  })

  it('carry the name of the package that a model belongs to', () => {
    const of = plainGraph({ models: [plainModel('analytics.x', { package: 'money' })] })
    expect(artifactIds(of).node('analytics.x')).toBe('model.money.x')
  })
})

import type { Graph, Model } from '../compiler/index.ts'
import type { ModelConfig } from '../project/index.ts'

const config: ModelConfig = {
  enabled: true,
  materialized: 'incremental',
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
}

const location = { path: 'x.sql', line: 1, column: 1, endLine: 1, endColumn: 2, firstFrameLine: 1, frame: ['x'] }

export const days = { unit: 'day', timeZone: 'America/New_York' } as const

/** A model for tests: partitioned by day unless it is a table or a view. */
export function modelOf(
  id: string,
  more: { readonly kind?: 'table' | 'view'; readonly inputs?: Model['inputs'] } = {},
): Model {
  const [layer = '', name = ''] = id.split('.')
  return {
    id,
    name,
    layer,
    owner: '',
    path: `models/${layer}/${name}.sql`,
    description: '',
    columns: [],
    config: { ...config, materialized: more.kind ?? 'incremental' },
    relation: { schema: layer, name },
    ...(more.kind ? {} : { partitioning: { column: 'flight_date', type: 'date', grid: days } }),
    batch: 365,
    sql: { pieces: [] },
    dependsOn: [],
    inputs: more.inputs ?? [],
    fingerprint: '',
    location,
  }
}

export function graphOf(models: readonly Model[]): Graph {
  return {
    project: 'on_time',
    timeZone: days.timeZone,
    target: 'local',
    models,
    sources: [],
    assertions: [],
    layers: [
      { name: 'raw_data', schema: 'raw_data', inDefaultSelection: true },
      { name: 'analytics', schema: 'analytics', inDefaultSelection: true },
    ],
  }
}

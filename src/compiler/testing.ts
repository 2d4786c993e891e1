import type { Location } from '../diagnostics/index.ts'
import type { ModelConfig, SourceDefinition } from '../project/index.ts'
import type { Graph, Model } from './graph.ts'

/* Compiled things with nothing special about them, for tests to change what they are about. */

export const plainLocation: Location = {
  path: 'models/m.sql',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  firstFrameLine: 1,
  frame: ['x'],
}

/** The settings of a model that sets none. */
export const plainConfig: ModelConfig = {
  enabled: true,
  materialized: 'view',
  access: 'protected',
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

/** A table named `layer.name` that reads nothing. */
export function plainModel(id: string, more: Partial<Model> = {}): Model {
  const [layer = '', name = ''] = id.split('.')
  return {
    id,
    name,
    layer,
    package: 'test',
    owner: 'analysts',
    path: `models/${layer}/${name}.sql`,
    description: '',
    columns: [],
    config: { ...plainConfig, materialized: 'table' },
    relation: { schema: layer, name },
    batch: 366,
    sql: { pieces: [] },
    preHooks: [],
    postHooks: [],
    macros: [],
    dependsOn: [],
    inputs: [],
    fingerprint: `code of ${id}`,
    location: plainLocation,
    ...more,
  }
}

/** A source `source.group.name` of undated CSV files. */
export function plainSource(id: string, more: Partial<SourceDefinition> = {}): SourceDefinition {
  const [, group = '', name = ''] = id.split('.')
  return {
    id,
    group,
    name,
    description: '',
    columns: [],
    assertions: [],
    origin: { kind: 'files', pattern: `data/${name}/*.csv`, format: 'csv', compression: 'none', lateBy: 0 },
    changeSignal: 'files',
    tags: [],
    meta: {},
    package: 'test',
    location: plainLocation,
    ...more,
  }
}

/** A graph of the project `test` with the layers of its models. */
export function plainGraph(more: Partial<Graph> = {}): Graph {
  const layers = [...new Set((more.models ?? []).map(({ layer }) => layer))]
  return {
    project: 'test',
    timeZone: 'UTC',
    target: 'local',
    models: [],
    sources: [],
    seedFiles: [],
    assertions: [],
    unitTests: [],
    exposures: [],
    groups: [],
    packages: [],
    macros: [],
    docs: [],
    selectors: [],
    onRunStart: [],
    onRunEnd: [],
    layers: layers.map((name) => ({ name, schema: name, owner: 'anyone', inDefaultSelection: true })),
    ...more,
  }
}

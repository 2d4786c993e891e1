import type { Assertion } from '../assertions/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { plainConfig, plainGraph, plainLocation, plainModel } from '../compiler/testing.ts'

export const days = { unit: 'day', timeZone: 'America/New_York' } as const

/** A model for tests: partitioned by day unless it is a table or a view. */
export function modelOf(
  id: string,
  more: { readonly kind?: 'table' | 'view'; readonly inputs?: Model['inputs'] } = {},
): Model {
  return plainModel(id, {
    owner: '',
    config: { ...plainConfig, materialized: more.kind ?? 'incremental' },
    ...(more.kind ? {} : { partitioning: { column: 'flight_date', type: 'date', grid: days } }),
    batch: 365,
    inputs: more.inputs ?? [],
    fingerprint: '',
  })
}

export function graphOf(models: readonly Model[]): Graph {
  return plainGraph({
    project: 'on_time',
    timeZone: days.timeZone,
    models,
    layers: [
      { name: 'raw_data', schema: 'raw_data', owner: 'anyone', inDefaultSelection: true },
      { name: 'analytics', schema: 'analytics', owner: 'anyone', inDefaultSelection: true },
    ],
  })
}

/** A blocking assertion `<layer>.<model>.<name>`, of a type that nobody looks at. */
export function assertionOf(id: string, more: Partial<Assertion> = {}): Assertion {
  const [layer, model, name = ''] = id.split('.')
  const node = `${layer}.${model}`
  return {
    id,
    name,
    type: 'not_null',
    node,
    arguments: {},
    severity: 'error',
    scope: { kind: 'window' },
    warnIf: { operator: '>', value: 0, percent: false },
    errorIf: { operator: '>', value: 0, percent: false },
    limit: 10,
    storeFailures: true,
    tags: [],
    description: '',
    reads: [node],
    hash: 'h',
    blocking: true,
    location: plainLocation,
    ...more,
  }
}

import { expect, test } from 'vitest'
import { adapterOf } from '../../src/adapters/index.ts'
import { compile } from '../../src/compiler/index.ts'
import { readProject } from '../../src/project/index.ts'

const count = 100_000
const project = { path: 'project.yml', text: 'name: deep\ntargets: { local: { type: duckdb, path: w.duckdb } }\n' }

/** A chain of models, each reading the one before; the first and the last are tables. */
function chain(materialized: string) {
  const models = Array.from({ length: count }, (_, i) => {
    const stored = i === 0 || i === count - 1 ? 'table' : materialized
    const text = `{{ config(materialized='${stored}') }}select 1 as a${i === 0 ? '' : ` from {{ ref('m${i - 1}') }}`}`
    return { path: `models/analytics/m${i}.sql`, text }
  })
  const { value } = readProject([project, ...models], { vars: {}, env: {} })
  const adapter = adapterOf('duckdb')
  if (!value || !adapter) throw new Error('the project is read')
  return compile(value, { dialect: adapter.dialect, features: adapter.features }).value?.models ?? []
}

test.each([
  ['table', `analytics.m${count - 2}`],
  ['view', 'analytics.m0'],
])(
  '100,000 models in a chain of %ss compile in order, the last with one input',
  (materialized, upstream) => {
    const models = chain(materialized)
    expect(models).toHaveLength(count)
    expect(models.every(({ name }, index) => name === `m${index}`)).toBe(true)
    expect(models.at(-1)?.inputs).toMatchObject([{ kind: 'whole', upstream }])
  },
  300_000,
)

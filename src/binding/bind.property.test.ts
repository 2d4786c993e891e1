import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Column } from '../adapters/contract.ts'
import { fill } from '../sql/index.ts'
import { bindProject, duckdb, graphOf, memory, shown, typesOf, warehouse } from './testing.ts'

/** Expressions over one column `c` of a relation; not all fit every type. */
const expressions = [
  'c',
  'count(*) over ()',
  'null',
  '[c, null]',
  "{'a': c, 'b': 1.5::decimal(7,3)}",
  'c::varchar',
  "case when c is null then 'x'::enum('x', 'y') end",
  'sum(1::hugeint) over ()',
  'c + 1',
  "date '2024-01-01' + 1",
  'row_number() over (order by c)',
  'c = c',
  'array_agg(c) over ()',
  'coalesce(c, null)',
  'map([now()], [c])',
  'upper(c)',
]

interface Plan {
  readonly kind: 'view' | 'table' | 'ephemeral'
  /** How far back in the list the model lies that it reads; beyond the first one: none. */
  readonly back: number
  readonly expressions: readonly string[]
}

const plans = fc.array(
  fc.record<Plan>({
    kind: fc.constantFrom('view', 'table', 'table', 'ephemeral'),
    back: fc.integer({ min: 1, max: 4 }),
    expressions: fc.array(fc.constantFrom(...expressions), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 7 },
)

/** A table gives a column of nulls a type, and a view of the same text does not. */
const sameTextOtherKind: readonly (readonly Plan[])[] = [
  [
    { kind: 'table', back: 1, expressions: ['null'] },
    { kind: 'view', back: 1, expressions: ['c'] },
  ],
  [
    { kind: 'view', back: 1, expressions: ['null'] },
    { kind: 'view', back: 1, expressions: ['c'] },
  ],
]

function projectOf(models: readonly Plan[]) {
  const texts = models.map(({ kind, back, expressions }, i) => {
    const from = i - back < 0 ? '(select 1 as c0)' : `{{ ref('m${i - back}') }}`
    const columns = expressions.map((expression, n) => `${expression.replace(/\bc\b/g, 'r.c0')} as c${n}`)
    const sql = `{{ config(materialized='${kind}') }}select ${columns.join(', ')} from ${from} as r`
    return [`models/analytics/m${i}.sql`, sql] as const
  })
  return graphOf(Object.fromEntries(texts))
}

/** Builds every model for real, and says what its relation is made of; models that cannot be built are left out. */
async function built({ graph }: ReturnType<typeof graphOf>): Promise<Map<string, readonly Column[]>> {
  const session = await warehouse(['create schema analytics'])
  const connection = await session.connect()
  const { quote, literal, ddl } = duckdb.dialect
  for (const { name, sql, config } of graph.models) {
    if (config.materialized === 'ephemeral') continue
    const relation = (node: string) => node.split('.').map(quote).join('.')
    const select = fill(sql, {
      relation,
      files: (source) => source,
      literal: (type, value) => literal({ type, value }),
    }).sql
    const target = { schema: 'analytics', name }
    const make = config.materialized === 'view' ? ddl.createView(target, select) : ddl.stage(target, select)
    await connection.run(make).catch(() => undefined)
  }
  const { relations } = await session.catalog(['analytics'])
  await connection.release()
  await session.close()
  return new Map(relations.map(({ schema, name, columns }) => [`${schema}.${name}`, columns]))
}

describe('binding', () => {
  it('finds the columns that the built relations have, and fails exactly what cannot be built', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (models) => {
        const project = projectOf(models)
        const { columns } = await bindProject(project)
        const real = await built(project)
        expect([...columns.keys()].sort()).toEqual([...real.keys()].sort())
        for (const [id, found] of real) expect([id, typesOf(columns.get(id))]).toEqual([id, typesOf(found)])
      }),
      { numRuns: 30 },
    )
  })

  it('says the same with a store that older states of the project have filled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plans, { minLength: 2, maxLength: 4 }), async (states) => {
        const kept = memory()
        for (const models of states) {
          const project = projectOf(models)
          const [warm, cold] = [await bindProject(project, {}, kept), await bindProject(project)]
          expect([...warm.columns]).toEqual([...cold.columns])
          expect(warm.diagnostics.map(shown)).toEqual(cold.diagnostics.map(shown))
        }
      }),
      { numRuns: 10, examples: [[sameTextOtherKind]] },
    )
  })
})

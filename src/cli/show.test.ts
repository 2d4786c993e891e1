import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

let bench: Workbench
afterEach(() => bench.remove())
beforeEach(() => {
  bench = workbench()
  bench.write('project.yml', 'name: shop\ntargets: { local: { type: duckdb, path: shop.duckdb } }\n')
  bench.write('data/seeds/people.csv', 'id,name\n1,Ada\n2,Bob\n')
})

const elt = (line: string) => bench.elt(line.split(' '))
const shown = async (model: string) => JSON.parse((await elt(`show -s ${model} --output json`)).stdout).rows

it('show prints the versions that a history has kept, once it is built', async () => {
  bench.write(
    'models/analytics/kept.sql',
    "{{ config(materialized='history', unique_key='id', strategy='check', check_cols='all') }}select * from {{ ref('people') }}",
  )
  await elt('build')
  bench.write('data/seeds/people.csv', 'id,name\n1,Ada\n2,Bobby\n')
  expect(await elt('build')).toMatchObject({ code: 0 })
  const rows = (await shown('kept')) as { name: string; valid_to: string | null }[]
  expect(rows.map(({ name, valid_to }) => `${name} ${valid_to === null ? 'now' : 'then'}`).sort()).toEqual([
    'Ada now',
    'Bob then',
    'Bobby now',
  ])
})

it('show prints the rows that were appended, not those that the next run would append', async () => {
  bench.write(
    'models/analytics/log.sql',
    `{{ config(materialized='incremental', incremental_strategy='append') }}select * from {{ ref('people') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}`,
  )
  await elt('build')
  expect(await shown('log')).toHaveLength(2)
})

import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { diagnose, renderDiagnostic } from '../diagnostics/index.ts'
import { type Workbench, workbench } from './testing.ts'

const project = `name: shop
default_target: local
targets:
  local: { type: duckdb, path: .elt/warehouse.duckdb }
`
const colours = "{{ config(materialized='table') }}\nselect * from (values ('red'), ('blue')) as t (colour)\n"
const pivot = `{{ config(materialized='table') }}
{% set found = run_query('select distinct colour from ' ~ ref('colours') ~ ' order by colour') -%}
{% if execute %}{% set names = found.columns['colour'].values() %}{% else %}{% set names = [] %}{% endif -%}
select 1 as n{% for name in names %}, count(*) filter (where colour = '{{ name }}') as {{ name }}{% endfor %}
from {{ ref('colours') }}
`

const benches: Workbench[] = []
let bench: Workbench
beforeEach(() => {
  bench = workbench()
  benches.push(bench)
  bench.write('project.yml', project)
  bench.write('models/raw_data/colours.sql', colours)
  bench.write('models/analytics/pivot.sql', pivot)
})
afterAll(() => {
  for (const one of benches) one.remove()
})

const show = async () => (await bench.elt(['show', '--select', 'pivot', '--output', 'json'])).stdout

describe('queries of templates', () => {
  it('are run against the warehouse, and their rows are in the SQL', async () => {
    expect((await bench.elt(['build', '--select', 'colours'])).code).toBe(0)
    const { code, stderr } = await bench.elt(['build'])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(JSON.parse(await show()).rows).toEqual([{ n: 1, blue: 1, red: 1 }])
    expect((await bench.elt(['build', '--output', 'json'])).stdout).not.toContain('"code-changed"')
  })

  it('make the model another one when their rows change', async () => {
    await bench.elt(['build', '--select', 'colours'])
    await bench.elt(['build'])
    bench.write('models/raw_data/colours.sql', colours.replace("('blue')", "('blue'), ('green')"))
    await bench.elt(['build', '--select', 'colours'])
    await bench.elt(['build'])
    expect(JSON.parse(await show()).rows).toEqual([{ n: 1, blue: 1, green: 1, red: 1 }])
  })

  it('leave the rest of the project alone when there is no warehouse yet', async () => {
    const listed = await bench.elt(['ls'])
    expect(listed.code).toBe(0)
    expect(listed.stdout).toContain('analytics.pivot')
    expect(listed.stderr).toContain('warning[query-not-run]')
    const built = await bench.elt(['build'])
    expect(built.code).toBe(2)
    expect(built.stderr).toContain('error[query-unresolved]')
    expect((await bench.elt(['build', '--exclude', 'pivot'])).code).toBe(0)
    expect((await bench.elt(['build'])).code).toBe(0)
  })

  it.each([
    ['a mistake in the query', "{% do run_query('select nope') %}select 1", 'nope'],
    ['two statements', "{% do run_query('select 1; drop table raw_data.colours') %}select 1", 'statement'],
    ['a change of data', "{% do run_query('drop table raw_data.colours') %}select 1", ''],
    ['too many rows', "{% do run_query('select * from range(20000)') %}select 1", '10,000 rows'],
  ])('that cannot be run are told, and change nothing: %s', async (_, text, reason) => {
    await bench.elt(['build', '--select', 'colours'])
    bench.write('models/analytics/pivot.sql', text)
    const { stderr } = await bench.elt(['build'])
    expect(stderr).toContain('query-not-run')
    expect(stderr).toContain(reason)
    expect((await bench.elt(['show', '--inline', "select count(*) as n from {{ ref('colours') }}"])).stdout).toContain(
      '2',
    )
  })

  it('of a test leave it out, with a warning, when they cannot be run', async () => {
    bench.write('models/analytics/pivot.sql', "{{ config(materialized='table') }}select 1 as n")
    bench.write('tests/sql/asks.sql', "{% do run_query('select nope') %}select 1 as wrong")
    const { code, stdout, stderr } = await bench.elt(['build'])
    expect({ code, told: stderr.includes('warning[query-not-run]'), judged: stdout.includes('asks') }).toEqual({
      code: 0,
      told: true,
      judged: false,
    })
  })

  it('are told as agreed', async () => {
    bench.write('models/analytics/pivot.sql', pivot)
    const built = await bench.elt(['build'])
    const slow = renderDiagnostic(diagnose('compile-timeout', { limit: '60 seconds' }))
    await expect(`${built.stderr}\n${slow}\n`).toMatchFileSnapshot('golden/queries.txt')
  })
})

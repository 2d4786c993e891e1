import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

let bench: Workbench
beforeEach(() => {
  bench = workbench()
})
afterEach(() => bench.remove())

it('what to run after a failure builds no more than what is missing: without --force', async () => {
  bench.write('project.yml', 'name: shop\ntargets: { local: { type: duckdb, path: shop.duckdb } }\n')
  bench.write('models/raw_data/one.sql', "{{ config(materialized='table') }}select cast('a' as integer) as n")
  const { code, stdout } = await bench.elt(['build', '--force', '--select', 'one'])
  expect(code).toBe(1)
  expect(stdout).toContain('then elt build --select one (builds only what is missing)')
})

it('what failed keeps its rows, and what failed at its first build is not said to', async () => {
  bench.write('project.yml', 'name: shop\ntargets: { local: { type: duckdb, path: again.duckdb } }\n')
  bench.write('models/raw_data/old.sql', "{{ config(materialized='table') }}select 1 as n")
  expect((await bench.elt(['build'])).code).toBe(0)
  for (const name of ['old', 'fresh'])
    bench.write(`models/raw_data/${name}.sql`, "{{ config(materialized='table') }}select cast('a' as integer) as n")
  const { stdout } = await bench.elt(['build', '--select', 'old', 'fresh'])
  expect(stdout).toMatch(/failed {3}raw_data.old: keeps the rows it had\n +failed {3}raw_data.fresh: not made yet\n/)
})

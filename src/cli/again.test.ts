import { afterEach, expect, it } from 'vitest'
import { workbench } from './testing.ts'

const bench = workbench()
afterEach(() => bench.remove())

it('what to run after a failure builds no more than what is missing: without --force', async () => {
  bench.write('project.yml', 'name: shop\ntargets: { local: { type: duckdb, path: shop.duckdb } }\n')
  bench.write('models/raw_data/one.sql', "{{ config(materialized='table') }}select cast('a' as integer) as n")
  const { code, stdout } = await bench.elt(['build', '--force', '--select', 'one'])
  expect(code).toBe(1)
  expect(stdout).toContain('then elt build --select one (builds only what is missing)')
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Workbench, workbench } from './testing.ts'

// A command that is pasted from the output does what its text says only where the output came from.

let bench: Workbench
beforeEach(() => {
  bench = workbench()
})
afterEach(() => bench.remove())

const daily = (columns = '1 as n', more = '') => `{{ config(materialized='incremental', partition_by='day',
  begin='2024-01-01'${more}) }}
select day, ${columns} from (select date '2024-01-01' as day) as days where {{ in_window('day') }}`

function shop(): void {
  const target = (name: string) => `${name}: { type: duckdb, path: ${name}.duckdb }`
  bench.write('shop/project.yml', `name: shop\ndefault_target: one\ntargets: { ${target('one')}, ${target('two')} }\n`)
  bench.write('shop/models/analytics/daily.sql', daily())
}

const words = ['--target', 'two', '--project-dir', 'shop', '--now', '2024-01-03']
const place = '--target two --project-dir shop'

it('the next step is taken in the target and the project of this one', async () => {
  shop()
  const first = await bench.elt(['build', ...words])
  expect(first.code, first.stderr).toBe(0)
  expect(first.stdout).toContain(`next: elt show ${place} --select daily`)
  bench.write('shop/models/analytics/daily.sql', daily('2 as n'))
  const plan = await bench.elt(['plan', ...words])
  expect(plan.stdout).toContain(`elt run ${place} --select daily --rebuild older-code`)
})

it('so are the commands of help, and a command that says where it runs stays as it is', async () => {
  shop()
  expect((await bench.elt(['build', ...words])).code).toBe(0)
  bench.write('shop/models/analytics/daily.sql', daily('1 as n, 2 as m', ", on_schema_change='fail'"))
  const failed = await bench.elt(['run', ...words, '--rebuild', 'older-code'])
  expect(failed.stderr).toContain(`elt run ${place} --select analytics.daily --full-refresh`)
  expect(failed.stdout).toContain(`then elt run ${words.join(' ')} --rebuild older-code (builds only what is missing)`)
})

it('without either, commands are as short as they can be', async () => {
  shop()
  const { stdout } = await bench.elt(['build', '--now', '2024-01-03'], { cwd: 'shop' })
  expect(stdout).toContain('next: elt show --select daily')
})

it('a full refresh that failed is not said to build only what is missing', async () => {
  shop()
  expect((await bench.elt(['build', ...words])).code).toBe(0)
  bench.write('shop/models/analytics/daily.sql', daily("cast('x' as integer) as n"))
  const { code, stdout } = await bench.elt(['build', ...words, '--full-refresh'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/then elt build .* --full-refresh$/m)
})

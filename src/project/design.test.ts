import { expect, it } from 'vitest'
import { lines, minimal, read } from './testing.ts'

/* The example of the guide, with all that a project may say: the chosen target works, what comes later is told. */

const text = `name: on_time
time_zone: America/New_York        # default zone of date partitions
default_target: local
layers:
  raw_data:  { schema: raw_data,  owner: data-engineering, reads: [sources, raw_data] }
  analytics: { schema: analytics, owner: analysts,         reads: [raw_data, analytics] }
  adhoc:     { schema: adhoc,     owner: anyone,           reads: [raw_data, analytics, adhoc], in_default_selection: false, expires_after: 14 days }
models:
  analytics: { materialized: table }
targets:
  local: { type: duckdb, path: .elt/warehouse.duckdb }
  dev:   { type: postgres, url: "{{ env_var('DATABASE_URL') }}", schema: "{layer}_{{ env_var('USER') }}", defer_to: prod_pg }
  prod:
    type: bigquery
    budget: { bytes_per_run: 2 TB, price_per_tib: 7.50 }
    ledger: { type: postgres, url: "{{ env_var('LEDGER_URL') }}" }
connections:
  server_db: { type: mysql, url: "{{ env_var('SERVER_DB_URL') }}" }
`

it('reads the whole of the example', () => {
  const { value, diagnostics } = read({ ...minimal, 'project.yml': text })
  expect(value?.target.options).toEqual({ path: '.elt/warehouse.duckdb' })
  expect(lines(diagnostics)).toEqual([
    'key-without-effect project.yml:17:1-12 `connections` has no effect: this version reads sources from files only',
  ])
})

it('fills in the schema of a developer, who reads what another target has', () => {
  const env = { DATABASE_URL: 'postgres://x', USER: 'kim' }
  const other = `  prod_pg: { type: postgres, url: "{{ env_var('DATABASE_URL') }}" }\nconnections:`
  const whole = { ...minimal, 'project.yml': text.replace('connections:', other) }
  expect(read(whole, { target: 'dev', env }).value?.target).toMatchObject({
    schema: '{layer}_kim',
    options: { url: 'postgres://x' },
    deferTo: { name: 'prod_pg', type: 'postgres', schema: '{layer}', options: { url: 'postgres://x' } },
  })
  const { diagnostics } = read({ ...minimal, 'project.yml': text }, { target: 'dev', env })
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([
    'there is no target `prod_pg`',
  ])
})

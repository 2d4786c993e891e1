import { describe, expect, it } from 'vitest'
import { renderDiagnostic } from '../diagnostics/index.ts'
import { readProject } from './index.ts'

it('smoke', () => {
  const files = [
    {
      path: 'project.yml',
      text: `name: on_time
time_zone: America/New_Yrk
default_target: loca
layers:
  analytics: { schmea: x, reads: [raw_dta] }
  adhoc: { expires_after: 14 days }
models:
  analytics: { +materialized: tabel, foo: {a: 1}, tags: a }
targets:
  local: { type: duckdb, path: "{{ env_var('ELT_PTH') }}", budget: {} }
  prod: { type: bigquery, x: "{{ env_var('NOPE') }}" }
foo: 1
`,
    },
    { path: 'models/analytics/a.sql', text: 'select 1' },
    { path: 'models/b.sql', text: 'select 1' },
    { path: 'models/stagin/b.sql', text: '' },
    {
      path: 'models/x.yml',
      text: `models:
  - name: aa
    docs: {}
    columns:
      - name: x
        data_tests: [not_null, {accepted_values: {values: [1]}}]
        colour: 1
sources:
  - name: s
    tables:
      - name: t
        files: ../x/{yyyy}/{mm}.csv
        late_by: 3
`,
    },
  ]
  const r = readProject(files, { vars: {}, env: { ELT_PATH: 'x' } })
  console.log(r.diagnostics.map((d) => renderDiagnostic(d)).join('\n'))
  const fixed = files.map((f) =>
    f.path === 'project.yml'
      ? {
          ...f,
          text: f.text
            .replace('Yrk', 'York')
            .replace('schmea', 'schema')
            .replace('foo: 1', '')
            .replace('raw_dta', 'raw_data')
            .replace('loca\n', 'local\n'),
        }
      : f,
  )
  const r2 = readProject(fixed, { vars: {}, env: { ELT_PATH: 'x' } })
  console.log(r2.diagnostics.map((d) => renderDiagnostic(d)).join('\n'))
})

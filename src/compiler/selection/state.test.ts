import { expect, test } from 'vitest'
import { graphOf } from '../compile.fixture.ts'
import { select, stateOf } from './index.ts'

const before = {
  'project.yml': `name: on_time
targets: { local: { type: duckdb, path: w.duckdb } }
`,
  'macros/money.sql': `{% macro cents(x) %}{{ halves(x) }} * 50{% endmacro %}
{% macro halves(x) %}({{ x }}) * 2{% endmacro %}`,
  'models/raw_data/prices.sql': "{{ config(materialized='table') }}select 1 as price",
  'models/analytics/revenue.sql': `{{ config(materialized='table', tags=['nightly']) }}
select {{ cents('price') }} as cents from {{ ref('prices') }}`,
  'models/analytics/models.yml': `models:
  - name: revenue
    description: What came in.
    config: { post_hook: 'select 1' }
    columns: [{ name: cents, data_tests: [not_null] }]
`,
  'tests/sql/never_negative.sql': "select * from {{ ref('revenue') }} where cents < 0",
}

function snapshot(files: Readonly<Record<string, string>>) {
  const graph = graphOf(files)
  return { graph, state: stateOf(graph, new Map(Object.entries(files).map(([path, text]) => [path, { path, text }]))) }
}

const earlier = snapshot(before)

/** What `state:` names after files were changed; a text replaces another in the file, or is the whole of a new one. */
function changed(what: string, edits: Readonly<Record<string, readonly [from: string, to: string] | string>>) {
  const texts: Record<string, string> = { ...before }
  for (const [path, edit] of Object.entries(edits)) {
    const text = typeof edit === 'string' ? edit : (texts[path] ?? '').replace(edit[0], edit[1])
    expect(text).not.toBe(texts[path])
    texts[path] = text
  }
  const { graph, state } = snapshot(texts)
  const evidence = { state: { now: state, before: earlier.state } }
  const { value } = select(graph, { select: [`state:${what}`], exclude: [], indirect: 'empty' }, evidence)
  return [...(value?.sources ?? []), ...(value?.models ?? []), ...(value?.assertions ?? [])].map((id) =>
    id.replace(/^.*?\./, ''),
  )
}

const revenue = 'models/analytics/revenue.sql'
const yaml = 'models/analytics/models.yml'

test.each<[string, Parameters<typeof changed>[1], string, string[]]>([
  [
    'layout and comments are no change',
    { [revenue]: ['as cents', '  as cents -- in all\n{# of it #}'] },
    'modified',
    [],
  ],
  ['descriptions that nobody keeps are none', { [yaml]: ['What came in.', 'Money.'] }, 'modified', []],
  ['a text', { [revenue]: ['as cents', 'as cents, 1 as one'] }, 'modified', ['revenue']],
  ['a text is the body', { [revenue]: ['as cents', 'as cents, 1 as one'] }, 'modified.body', ['revenue']],
  ['a text is no setting', { [revenue]: ['as cents', 'as cents, 1 as one'] }, 'modified.configs', []],
  ['a setting', { [revenue]: ['nightly', 'daily'] }, 'modified.configs', ['revenue']],
  ['a setting is no text', { [revenue]: ['nightly', 'daily'] }, 'modified.body', []],
  ['where it is stored', { [revenue]: ["'table',", "'table', alias='income',"] }, 'modified.relation', ['revenue']],
  [
    'where it is stored is no other setting',
    { [revenue]: ["'table',", "'table', alias='income',"] },
    'modified.configs',
    [],
  ],
  [
    'a hook is a setting',
    { [yaml]: ["post_hook: 'select 1'", "post_hook: 'select 2'"] },
    'modified.configs',
    ['revenue'],
  ],
  ['the place of a hook is nothing', { [yaml]: ['models:', '# moved\nmodels:'] }, 'modified', []],
  ['a macro of a macro', { 'macros/money.sql': ['* 2', '* 3'] }, 'modified', ['revenue']],
  ['a macro of a macro is the macros', { 'macros/money.sql': ['* 2', '* 3'] }, 'modified.macros', ['revenue']],
  ['the layout of a macro', { 'macros/money.sql': ['* 2', ' *  2'] }, 'modified', []],
  [
    'a setting of an assertion',
    { [yaml]: ['not_null', '{ not_null: { severity: warn } }'] },
    'modified',
    ['revenue.not_null(cents)'],
  ],
  ['a singular assertion', { 'tests/sql/never_negative.sql': ['< 0', '<= 0'] }, 'modified', ['never_negative']],
  ['a new model is modified', { 'models/analytics/costs.sql': 'select 1 as x' }, 'modified', ['costs']],
  ['a new model is new', { 'models/analytics/costs.sql': 'select 1 as x' }, 'new', ['costs']],
  ['another assertion is new', { [yaml]: ['not_null', 'unique'] }, 'new', ['revenue.unique(cents)']],
  [
    'what was there is old',
    { 'models/analytics/costs.sql': 'select 1 as x' },
    'old',
    ['prices', 'revenue', 'revenue.not_null(cents)', 'never_negative'],
  ],
  [
    'the rest is unmodified',
    { [revenue]: ['nightly', 'daily'] },
    'unmodified',
    ['prices', 'revenue.not_null(cents)', 'never_negative'],
  ],
])('%s', (_, edits, what, expected) => {
  expect(changed(what, edits).filter((id) => !/flights|airlines/.test(id))).toEqual(expected)
})

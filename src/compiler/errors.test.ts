import { describe, expect, test } from 'vitest'
import { hasErrors, renderDiagnostic } from '../diagnostics/index.ts'
import { compileFiles, dialect } from './compile.fixture.ts'

const carriers = 'models/analytics/carriers.sql'
const daily = `{{ config(materialized='incremental', partition_by='flight_date') }}\n`
const table = "{{ config(materialized='table') }}\n"
const unfiltered = "select * from {{ ref('flights') }}"
const filtered = `${unfiltered} where {{ partition_filter('flights') }}`
const seen = 'models/analytics/seen.sql'

type Files = Readonly<Record<string, string>>

/** What is wrong, the codes it is told as, and the text of `carriers.sql` or the files. */
const cases: readonly (readonly [string, string, string | Files])[] = [
  ['a warning of a macro', 'compiler-warning-raised', "{{ exceptions.warn('carriers is deprecated') }}select 1 as n"],
  ['a misspelt model', 'ref-not-found', "select * from {{ ref('flihgts') }}"],
  ['a source read with ref', 'ref-not-found', "select * from {{ ref('bts.flights') }}"],
  [
    'two aliases of one column',
    'invalid-argument',
    `${daily}${filtered} and {{ in_window('f.flight_date', alias='g') }}`,
  ],
  ['nothing of that name', 'ref-not-found', "select * from {{ ref('zzz') }}"],
  ['a misspelt source', 'source-not-found', "select * from {{ source('bts', 'flight') }}"],
  [
    'a disabled upstream',
    'ref-disabled',
    { [carriers]: "select * from {{ ref('seen') }}", [seen]: '{{ config(enabled=false) }}select 1' },
  ],
  ['a source read from analytics', 'layer-violation', "select * from {{ source('bts', 'flights') }}"],
  [
    'a layer that may not be read',
    'layer-violation',
    { [carriers]: "select * from {{ ref('trial') }}", 'models/adhoc/trial.sql': 'select 1' },
  ],
  ['an upstream without filter', 'full-scan', `${daily}${unfiltered} as f`],
  [
    'two reads with filters of one alias',
    'full-scan',
    `${daily}select * from {{ ref('flights') }} as f, {{ ref('flights') }} g\nwhere {{ partition_filter('flights', alias='f') }} and {{ partition_filter('flights', alias='f', before=2) }}`,
  ],
  [
    'a view over a partitioned model',
    'full-scan',
    { [carriers]: `${daily}select * from {{ ref('seen') }} s`, [seen]: unfiltered },
  ],
  [
    'a partitioned view without filter',
    'full-scan',
    {
      [carriers]: `${daily}select * from {{ ref('seen') }}`,
      [seen]: `{{ config(partition_by='flight_date') }}${unfiltered}`,
    },
  ],
  [
    'an ephemeral that reads everything',
    'full-scan',
    {
      [carriers]: `${daily}select * from {{ ref('seen') }}`,
      [seen]: `{{ config(materialized='ephemeral') }}${unfiltered}`,
    },
  ],
  [
    'a source with event time without filter',
    'full-scan',
    { 'models/raw_data/flights.sql': `${daily}select * from {{ source('bts', 'flights') }}` },
  ],
  ['a model that reads itself', 'self-read', "select * from {{ ref('carriers') }}"],
  ['a setting for later', 'not-yet-supported', "{{ config(materialized='table', batch_size='day') }}select 1"],
  ['this, of which partitions is not said', 'self-read', `${daily}select * from {{ this }}`],
  ['this, in a table', 'self-read', "{{ config(materialized='table') }}select * from {{ this }}"],
  [
    'this, before it is there',
    'self-read',
    "{{ config(materialized='incremental', unique_key='id') }}select * from {{ this }}{% if is_incremental() %} limit 1{% endif %}",
  ],
  [
    'a filter on this, without columns',
    'self-read-untyped',
    `${daily}select * from {{ this }} where {{ partition_filter(this, before=1) }}`,
  ],
  [
    'a filter on this, of its own partition',
    'invalid-argument',
    `${daily}select * from {{ this }} where {{ partition_filter(this) }}`,
  ],
  [
    'a circle of three',
    'cycle',
    {
      [carriers]: "select * from {{ ref('b') }}",
      'models/analytics/b.sql': "select *\nfrom {{ ref('c') }}",
      'models/analytics/c.sql': "select * from {{ ref('carriers') }}",
    },
  ],
  [
    'one relation for two models',
    'relation-collision',
    { [carriers]: "{{ config(alias='X') }}select 1", [seen]: "{{ config(alias='x') }}select 1" },
  ],
  ['a name that is too long', 'identifier-too-long', `{{ config(alias='${'x'.repeat(50)}') }}select 1`],
  ['a misspelt variable', 'undefined-var', "select {{ var('minmum') }}"],
  ['a secret of the machine', 'undefined-env-var', "select {{ env_var('HOME', 'default') }}"],
  ['a variable that is not set', 'undefined-env-var', "select {{ env_var('ELT_MODE') }}"],
  ['a bound in quotes', 'quoted-literal', `${daily}select '{{ window.start }}' from {{ ref('airlines') }}`],
  ['a relation in quotes', 'quoted-literal', `select '{{ ref('airlines') }}'`],
  ['a branch on a bound', 'known-when-run', `${daily}select {% if window.start %}1{% endif %}`],
  ['a window in a table', 'window-without-partition', `${table}${filtered}`],
  ['a window in a view', 'window-in-view', filtered],
  [
    'a window in an ephemeral inside a table',
    'window-without-partition',
    {
      [carriers]: `${table}select * from {{ ref('seen') }}`,
      [seen]: `{{ config(materialized='ephemeral') }}${filtered}`,
    },
  ],
  [
    'a filter on a table',
    'filter-on-unpartitioned',
    `${daily}select * from {{ ref('airlines') }} where {{ partition_filter('airlines') }}`,
  ],
  [
    'a filter without a read',
    'filter-without-read',
    `${daily}select * from {{ ref('airlines') }} where {{ partition_filter('flights') }}`,
  ],
  ['a filter on nothing', 'source-not-found', `${daily}select 1 where {{ partition_filter('bts.flihgts') }}`],
  ['a filter on a number', 'invalid-argument', `${daily}select 1 where {{ partition_filter(3) }}`],
  ['a negative reach', 'invalid-argument', `${daily}${unfiltered} where {{ partition_filter('flights', before=-1) }}`],
  [
    'an alias that is no name',
    'invalid-argument',
    `${daily}${unfiltered} where {{ partition_filter('flights', alias='f.g') }}`,
  ],
  ['a misspelt option', 'invalid-argument', "select * from {{ ref('airlines', on_change='rebuilt') }}"],
  ['a setting that is no data', 'invalid-argument', "{{ config(tags=ref('airlines')) }}select 1"],
  [
    'a source without event time',
    'source-without-event-time',
    {
      'models/raw_data/airlines.sql': `${daily}select * from {{ source('bts', 'airlines') }} where {{ partition_filter('bts.airlines') }}`,
    },
  ],
  [
    'a view over files',
    'view-reads-files',
    { 'models/raw_data/airlines.sql': "select * from {{ source('bts', 'airlines') }}" },
  ],
  [
    'a view over files, through an ephemeral',
    'view-reads-files',
    {
      'models/raw_data/airlines.sql': "select * from {{ ref('listed') }}",
      'models/raw_data/listed.sql':
        "{{ config(materialized='ephemeral') }}select * from {{ source('bts', 'airlines') }}",
    },
  ],
  [
    'a reach of a model that is not read',
    'unknown-reads',
    `{{ config(partition_by='flight_date', reads={'flihgts': {'before': 1}}) }}${unfiltered}`,
  ],
  [
    'a day of another zone that reads dates',
    'covering-dates',
    `{{ config(materialized='incremental', partition_by={'column': 'd', 'time_zone': 'Asia/Seoul'}) }}\n${filtered}`,
  ],
  ['config behind is_incremental', 'config-too-late', `{% if is_incremental() %}{% endif %}\n${daily}select 1`],
  [
    'an error of the project itself',
    'compiler-error-raised',
    "{{ exceptions.raise_compiler_error('set a minimum first') }}",
  ],
  ['two statements', 'not-one-statement', 'select 1; drop table x'],
  ['a bracket that reaches out', 'not-one-statement', 'select 1) as x; select (2'],
  ['a bracket left open', 'not-one-statement', 'select (1'],
  ['a quote left open', 'not-one-statement', "select 'x"],
  ['comments only', 'not-one-statement', '-- nothing'],
  [
    'a predicate that reaches out',
    'not-one-statement',
    "{{ config(materialized='incremental', partition_by='flight_date', settled='a) or (b') }}\nselect 1 from {{ ref('airlines') }}",
  ],
  ['a test of nothing', 'ref-not-found', { 'tests/sql/bad.sql': "select * from {{ ref('flihgts') }}" }],
  [
    'a test with a window',
    'window-without-partition',
    {
      [seen]: `{{ config(materialized='ephemeral') }}${filtered}`,
      'tests/sql/bad.sql': "select * from {{ ref('seen') }}",
    },
  ],
  [
    'a test of a disabled model',
    'ref-disabled',
    { [seen]: '{{ config(enabled=false) }}select 1', 'tests/sql/bad.sql': "select * from {{ ref('seen') }}" },
  ],
  ['a test of two statements', 'not-one-statement', { 'tests/sql/bad.sql': 'select 1; select 2' }],
  [
    'a day that does not exist',
    'invalid-bound',
    "{{ config(materialized='incremental', partition_by='flight_date', begin='2013-02-30') }}\nselect 1",
  ],
  [
    'an end before the beginning',
    'config-conflict',
    "{{ config(materialized='incremental', partition_by='flight_date', begin='2013-02-02', end='2013-02-01') }}\nselect 1",
  ],
]

const told = (given: string | Files) => compileFiles(typeof given === 'string' ? { [carriers]: given } : given)

describe('mistakes', () => {
  test.each(cases)('%s: %s', (_, code, given) => {
    const { value, diagnostics } = told(given)
    expect(value === undefined).toBe(hasErrors(diagnostics))
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
    expect(diagnostics[0]?.location).toBeDefined()
  })

  test('every message reads as agreed', async () => {
    const texts = cases.map(([what, , given]) => {
      const shown = told(given).diagnostics.map((diagnostic) => renderDiagnostic(diagnostic))
      return `## ${what}\n\n${shown.join('\n')}\n`
    })
    await expect(texts.join('\n')).toMatchFileSnapshot('golden/errors.txt')
  })

  test('a strategy that the engine lacks', () => {
    const engine = { ...dialect, write: { table: () => [], append: () => [] } }
    const { diagnostics } = compileFiles({}, {}, engine)
    expect(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n')).toMatchInlineSnapshot(`
      "error[strategy-unsupported]: duckdb cannot write with the strategy \`replace_partition\`
        ╭─ models/raw_data/flights.sql:1:24
      1 │ {{ config(materialized='incremental', partition_by='flight_date') }}
        │                        ^^^^^^^^^^^^^
      2 │ select *, {{ local_date('scheduled_hour') }} as flight_date
        ╰─
      help: strategies of duckdb: \`append\`"
    `)
  })

  test('all errors of all files are told at once, each once', () => {
    const { diagnostics } = compileFiles({
      [carriers]: `${daily}${unfiltered} where {{ window.start }} > {{ nope }}`,
      [seen]: "select * from {{ ref('carriers') }}, {{ ref('flihgts') }}",
      'models/analytics/third.sql': `${daily}${unfiltered}`,
    })
    expect(diagnostics.map(({ code, location }) => `${location?.path}:${location?.line} ${code}`)).toEqual([
      'models/analytics/carriers.sql:2 undefined-name',
      'models/analytics/seen.sql:1 ref-not-found',
      'models/analytics/third.sql:2 full-scan',
    ])
  })
})

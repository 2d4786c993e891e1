import { describe, expect, it } from 'vitest'
import { lines, minimal, pointed, read } from './testing.ts'

const project = (text: string) => ({ 'project.yml': `${minimal['project.yml']}${text}` })

describe('a project', () => {
  it('is read with its defaults', () => {
    const { value, diagnostics } = read()
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({ name: 'shop', timeZone: 'UTC', vars: {}, macros: [], sources: [] })
    expect(value?.target).toMatchObject({
      name: 'local',
      type: 'duckdb',
      schema: '{layer}',
      options: { path: 'w.duckdb' },
    })
    expect(value?.layers.map((layer) => [layer.name, layer.inDefaultSelection])).toEqual([
      ['raw_data', true],
      ['analytics', true],
      ['adhoc', false],
    ])
    expect(value?.models.map((model) => [model.name, model.layer])).toEqual([
      ['revenue', 'analytics'],
      ['orders', 'raw_data'],
    ])
  })

  it('finds macros and singular assertions', () => {
    const { value } = read({
      'macros/a/money.sql': '{% macro m() %}{% endmacro %}',
      'tests/sql/x/no_bad.sql': 'select 1',
    })
    expect(value?.macros.map((macro) => macro.file.path)).toEqual(['macros/a/money.sql'])
    expect(value?.singularAssertions.map((assertion) => assertion.name)).toEqual(['no_bad'])
    expect([...(value?.files.keys() ?? [])]).toContain('macros/a/money.sql')
  })

  it('says so when project.yml is missing, and names what was found instead', () => {
    const { value, diagnostics } = read({ 'project.yml': undefined, 'dbt_project.yml': 'name: x' })
    expect(value).toBeUndefined()
    expect(lines(diagnostics)).toEqual(['project-missing there is no project.yml in the project directory'])
    expect(diagnostics[0]?.notes[0]).toContain('dbt_project.yml')
  })

  it('reports mistakes of all files at once, sorted, and has no value then', () => {
    const { value, diagnostics } = read({
      ...project('time_zone: America/New_Yrk\nfoo: 1\nmodels: { analitics: { +enabled: true } }\n'),
      'models/loose.sql': 'select 1',
      'models/staging/a.sql': 'select 1',
      'models/p.yml': 'models:\n  - name: revenu\n',
    })
    expect(value).toBeUndefined()
    expect(lines(diagnostics)).toEqual([
      'model-outside-layer models/loose.sql:1:1-2 models/loose.sql lies in no layer',
      'properties-without-model models/p.yml:2:11-17 there is no model `revenu` to which these properties belong',
      'layer-unknown models/staging/a.sql:1:1-2 models/staging is not a layer',
      'time-zone-unknown project.yml:3:12-27 unknown time zone `America/New_Yrk`',
      'unknown-key project.yml:4:1-4 unknown key `foo`',
      'folder-unknown project.yml:5:11-20 `analitics` is neither a folder under models/ nor a setting',
    ])
    expect(diagnostics.flatMap((d) => d.help.filter((help) => help.startsWith('a similar')))).toEqual([
      'a similar model exists: revenue',
      'a similar zone exists: America/New_York',
      'a similar name exists: analytics',
    ])
  })
})

describe('targets', () => {
  const two =
    'name: shop\ntargets:\n  local: { type: duckdb }\n  prod: { type: bigquery, key: "{{ env_var(\'KEY\') }}" }\n'

  it('need a choice when there are several', () => {
    expect(lines(read({ 'project.yml': two }).diagnostics)).toEqual([
      'target-not-chosen project.yml:2:1-8 no target is chosen, and the project has several',
    ])
    expect(read({ 'project.yml': `${two}default_target: local\n` }).value?.target.name).toBe('local')
  })

  it('are asked only for what the chosen one needs', () => {
    expect(read({ 'project.yml': two }, { target: 'local' }).diagnostics).toEqual([])
    expect(lines(read({ 'project.yml': two }, { target: 'prod', env: { KEYS: 'x' } }).diagnostics)).toEqual([
      'undefined-env-var project.yml:4:33-53 the environment variable `KEY` is not set',
    ])
    expect(read({ 'project.yml': two }, { target: 'prod', env: { KEY: 'k' } }).value?.target.options).toEqual({
      key: 'k',
    })
  })

  it('must exist', () => {
    const { diagnostics } = read({ 'project.yml': `${two}default_target: lokal\n` })
    expect(lines(diagnostics)).toEqual(['target-unknown project.yml:5:17-22 there is no target `lokal`'])
    expect(diagnostics[0]?.help[0]).toBe('a similar target exists: local')
    expect(lines(read({ 'project.yml': two }, { target: 'toString' }).diagnostics)[0]).toContain(
      'there is no target `toString`',
    )
  })

  it('may have a schema pattern, with no other placeholder, and not the schema of the ledger', () => {
    const target = (schema: string) => ({
      'project.yml': `name: shop\ntargets: { t: { type: duckdb, schema: "${schema}" } }`,
    })
    expect(read(target('{layer}_dev')).value?.target.schema).toBe('{layer}_dev')
    expect(lines(read(target('{layr}_dev')).diagnostics)[0]).toContain('the schema pattern `{layr}_dev` holds {layr}')
    expect(lines(read(target('ELT')).diagnostics)[0]).toContain('which is the ledger’s')
  })

  it('may name a database for the ledger, whose keys are for its engine', () => {
    const text = 'name: shop\ntargets: { t: { type: duckdb, path: w, ledger: { type: postgres, port: 5432 } } }'
    const { value, diagnostics } = read({ 'project.yml': text })
    expect(diagnostics).toEqual([])
    expect(value?.target).toMatchObject({
      options: { path: 'w' },
      ledger: { type: 'postgres', options: { port: 5432 } },
    })
    expect(value?.target.options).toEqual({ path: 'w' })
    const bare = 'name: shop\ntargets: { t: { type: duckdb, ledger: {} } }'
    expect(
      read({ 'project.yml': bare })
        .diagnostics.map(({ message }) => message)
        .join(),
    ).toContain('type')
  })

  it('refuse what would change a run and is not built yet', () => {
    const text = 'name: shop\ntargets: { t: { type: duckdb, budget: {}, retries: 3 } }'
    expect(read({ 'project.yml': text }).diagnostics.map((d) => [d.code, pointed(d)])).toEqual([
      ['not-yet-supported', 'budget'],
      ['not-yet-supported', 'retries'],
    ])
  })
})

describe('layers', () => {
  it('change in part, and may be added', () => {
    const { value, diagnostics } = read(
      project('layers:\n  analytics: { schema: dw }\n  mart: { reads: [analytics] }\n'),
    )
    expect(diagnostics).toEqual([])
    expect(value?.layers.map(({ name, schema, reads }) => [name, schema, reads.length])).toEqual([
      ['raw_data', 'raw_data', 2],
      ['analytics', 'dw', 2],
      ['adhoc', 'adhoc', 3],
      ['mart', 'mart', 1],
    ])
  })

  it('read layers that exist', () => {
    const { diagnostics } = read(project('layers:\n  analytics: { reads: [raw_dta] }\n  mart: { owner: me }\n'))
    expect(lines(diagnostics)).toEqual([
      'reads-unknown project.yml:4:24-31 the layer `analytics` reads `raw_dta`, which is no layer',
      'missing-key project.yml:5:3-7 layers.mart lacks the key `reads`',
    ])
  })
})

describe('settings of models', () => {
  it('come from folders, the deepest wins, properties win over folders; tags append and meta merges', () => {
    const { value, diagnostics } = read({
      ...project(
        'models:\n  +tags: a\n  analytics:\n    materialized: table\n    +meta: { x: 1, y: 1 }\n    finance:\n      +materialized: view\n      tags: [b]\n      revenue: { +owner: me }\n',
      ),
      'models/p.yml': 'models:\n  - name: revenue\n    config: { tags: [c, a], meta: { y: 2 }, alias: rev }\n',
    })
    expect(diagnostics).toEqual([])
    const revenue = value?.models.find((model) => model.name === 'revenue')?.config ?? {}
    expect(Object.fromEntries(Object.entries(revenue).map(([key, { value: given }]) => [key, given]))).toEqual({
      tags: ['a', 'b', 'c'],
      materialized: 'view',
      meta: { x: 1, y: 2 },
      owner: 'me',
      alias: 'rev',
    })
    expect(revenue.materialized?.location).toMatchObject({ path: 'project.yml', line: 9 })
  })

  it('may stand below the project’s name, as in dbt', () => {
    const { value } = read(project('models:\n  shop:\n    analytics: { +materialized: table }\n'))
    expect(value?.models[0]?.config.materialized?.value).toBe('table')
  })

  it('are checked where they are written, also without a model that uses them', () => {
    const { diagnostics } = read(
      project('models: { adhok: {}, adhoc: {}, analytics: { +materialised: table, enabled: "no" } }\n'),
    )
    expect(diagnostics.map((d) => [d.code, pointed(d)])).toEqual([
      ['folder-unknown', 'adhok'],
      ['unknown-key', '+materialised'],
      ['wrong-value', '"no"'],
    ])
  })
})

describe('variables', () => {
  it('expand in any scalar, keep their type when they stand alone, and --vars win', () => {
    const { value, diagnostics } = read(
      {
        ...project('vars: { days: 3, zone: Asia/Seoul }\ntime_zone: "{{ var(\'zone\') }}"\n'),
        'models/p.yml':
          "models:\n  - name: revenue\n    description: \"{{ var('days') }} days in {{ env_var('ELT_CITY', 'Seoul') }}\"\n    config: { lookback: \"{{ var('days') }}\" }\n",
      },
      { vars: { days: 7 } },
    )
    expect(diagnostics).toEqual([])
    expect(value?.timeZone).toBe('Asia/Seoul')
    const revenue = value?.models.find((model) => model.name === 'revenue')
    expect(revenue?.description).toBe('7 days in Seoul')
    expect(revenue?.config.lookback?.value).toBe(7)
  })

  it('are errors when missing, with the nearest name and the place of the call', () => {
    const { diagnostics } = read(project('vars: { days: 3 }\ntime_zone: "x {{ var(\'dayz\') }}"\n'))
    expect(lines(diagnostics)).toEqual(['undefined-var project.yml:4:15-32 the variable `dayz` is not defined'])
    expect(diagnostics[0]?.help[0]).toContain('days')
  })

  it.each([
    ["{{ ref('x') }}", 'only env_var, var and doc can be called here'],
    ["{{ var('x') | int }}", 'only env_var, var and doc can be called here'],
    ["{{ var('x', y) }}", 'a default must be a literal'],
    ['{{ constructor }}', 'only env_var, var and doc can be called here'],
  ])('%s is refused: %s', (template, detail) => {
    const { diagnostics } = read({ 'models/p.yml': `models: [{ name: revenue, description: "${template}" }]` })
    expect(diagnostics.map((d) => d.message)).toEqual([`${detail}: ${template}`])
  })

  it('of the environment reach properties only from the allow list', () => {
    const properties = (name: string) => ({
      'models/p.yml': `models: [{ name: revenue, description: "{{ env_var('${name}') }}" }]`,
    })
    const env = { ELT_A: 'a', ELT_SECRET_B: 'b', HOME: 'h', TEAM: 't' }
    expect(read(properties('ELT_A'), { env }).diagnostics).toEqual([])
    for (const name of ['ELT_SECRET_B', 'HOME']) {
      expect(read(properties(name), { env }).diagnostics.map((d) => d.code)).toEqual(['env-var-not-allowed'])
    }
    const listed = read({ ...project('env: [TEAM, ELT_SECRET_B]\n'), ...properties('TEAM') }, { env })
    expect(listed.diagnostics).toEqual([])
    expect(listed.value?.env).toEqual({ ELT_A: 'a', TEAM: 't' })
  })
})

describe('models', () => {
  it('have names of their own, whatever the case of their letters', () => {
    const { diagnostics } = read({ 'models/adhoc/REVENUE.sql': 'select 2' })
    expect(lines(diagnostics)).toEqual([
      'name-taken models/analytics/finance/revenue.sql:1:1-2 a second model is named `revenue`',
    ])
  })

  it('have names of letters of any script, and no others', () => {
    expect(read({ 'models/adhoc/매출_2024.sql': 'select 1' }).diagnostics).toEqual([])
    expect(lines(read({ 'models/adhoc/a b.sql': 'select 1' }).diagnostics)[0]).toContain('`a b` is no name for a model')
    expect(lines(read({ 'models/adhoc/a.b.sql': 'select 1' }).diagnostics)[0]).toContain('`a.b` is no name for a model')
  })

  it('are neither empty nor binary', () => {
    const { diagnostics } = read({
      'models/adhoc/a.sql': ' \n\t',
      'models/adhoc/b.sql': 'select \0',
      'tests/sql/c.sql': '',
    })
    expect(diagnostics.map((d) => [d.code, d.location?.path])).toEqual([
      ['model-empty', 'models/adhoc/a.sql'],
      ['file-not-text', 'models/adhoc/b.sql'],
      ['model-empty', 'tests/sql/c.sql'],
    ])
  })
})

describe('properties', () => {
  const properties = (text: string) => read({ 'models/p.yml': text })

  it('give a model its columns and assertions, under any of their three names', () => {
    const { value, diagnostics } = properties(`models:
  - name: revenue
    description: Money
    columns:
      - name: day
        data_type: date
        data_tests: [not_null]
      - name: amount
        tests:
          - accepted_range: { arguments: { min_value: 0 }, config: { severity: warn } }
          - accepted_values:
              values: [1]
    assertions:
      - unique_key: { columns: [day] }
      - { test_name: row_count, min: 1 }
      - complete_partitions:
`)
    expect(diagnostics).toEqual([])
    const revenue = value?.models.find((model) => model.name === 'revenue')
    expect(revenue?.columns).toMatchObject([
      { name: 'day', type: 'date', description: '', location: { path: 'models/p.yml', line: 5, column: 15 } },
      { name: 'amount', description: '' },
    ])
    expect(revenue?.assertions.map(({ type, column, arguments: given }) => [type, column, Object.keys(given)])).toEqual(
      [
        ['unique_key', undefined, ['columns']],
        ['row_count', undefined, ['min']],
        ['complete_partitions', undefined, []],
        ['not_null', 'day', []],
        ['accepted_range', 'amount', ['min_value', 'severity']],
        ['accepted_values', 'amount', ['values']],
      ],
    )
    expect(revenue?.assertions[4]?.arguments.severity?.location).toMatchObject({ line: 10, column: 80, endColumn: 84 })
  })

  it('accept what dbt knows with a note, and refuse what nobody knows', () => {
    const { diagnostics } = properties('metrics: []\nmodels:\n  - name: revenue\n    time_spine: {}\n    colums: []\n')
    expect(lines(diagnostics)).toEqual([
      'key-without-effect models/p.yml:1:1-8 `metrics` has no effect: there is no semantic layer here: build the aggregate as a model',
      'key-without-effect models/p.yml:4:5-15 `time_spine` has no effect: there is no semantic layer here: build the aggregate as a model',
      'unknown-key models/p.yml:5:5-11 unknown key `colums` in models[0]',
    ])
    expect(diagnostics[2]?.help).toEqual(['a key with a similar name exists: columns'])
  })

  it('may be empty, or say nothing yet', () => {
    expect(properties('').diagnostics).toEqual([])
    expect(properties('version: 2\nmodels:\nsources: # none\n').diagnostics).toEqual([])
  })

  it('belong to one model each, with one entry a column', () => {
    const { diagnostics } = properties(
      'models:\n  - { name: revenue, columns: [{ name: a }, { name: A }] }\n  - { name: revenue }\n',
    )
    expect(lines(diagnostics)).toEqual([
      'name-taken models/p.yml:2:53-54 a second column is named `A`',
      'name-taken models/p.yml:3:13-20 a second entry is named `revenue`',
    ])
  })

  it('hold assertions of one name with arguments indented below', () => {
    const { diagnostics } = properties(
      'models:\n  - name: revenue\n    data_tests:\n      - unique_key:\n        columns: [a]\n      - 3\n      - not_null: x\n',
    )
    expect(diagnostics.map((d) => d.code)).toEqual(['wrong-value', 'wrong-value', 'wrong-value'])
    expect(diagnostics[0]?.message).toContain('a mapping of 2 keys (arguments are indented below the name)')
  })
})

import { describe, expect, it } from 'vitest'
import { projectPlaces } from '../index.ts'
import { lines, pointed, read } from '../testing.ts'

const project = (more: string) => `name: shop\ntargets: { local: { type: duckdb, path: w.duckdb } }\n${more}`
const shared = {
  'packages/shared/dbt_project.yml':
    'name: shared\nversion: 1.0.0\nvars: { currency: EUR, rate: 2 }\nmodels: { shared: { +materialized: table, staging: { +tags: [own] } } }\n',
  'packages/shared/models/staging/stg_rates.sql': "{{ config(alias='rates') }}select 1 as rate",
  'packages/shared/models/staging/schema.yml': 'models: [{ name: stg_rates, description: "{{ doc(\'rate\') }}" }]',
  'packages/shared/models/texts.md': '{% docs rate %}Euros for one.{% enddocs %}',
  'packages/shared/macros/money.sql': '{% macro euros(x) %}{{ x }}{% endmacro %}',
  'packages/shared/tests/rates.sql': 'select 1 where false',
}
const placed = project(
  'packages: [{ local: packages/shared }]\nmodels: { shared: { +layer: raw_data, +tags: [above] } }\n',
)

describe('a package', () => {
  it('brings its models, macros, texts and tests; the project says where they belong and lies over its settings', () => {
    const { value, diagnostics } = read({ 'project.yml': placed, ...shared })
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(value?.packages).toEqual([{ name: 'shared', folder: 'packages/shared' }])
    const model = value?.models.find(({ name }) => name === 'stg_rates')
    expect(model).toMatchObject({ package: 'shared', layer: 'raw_data', description: 'Euros for one.' })
    expect(model?.config.materialized?.value).toBe('table')
    expect(model?.config.tags?.value).toEqual(['own', 'above'])
    expect(Object.keys(model?.overrides ?? {})).toEqual(['tags'])
    expect(value?.macros.map((macro) => [macro.package, macro.file.path])).toEqual([
      ['shared', 'packages/shared/macros/money.sql'],
    ])
    expect(value?.singularAssertions.map(({ name, package: owner }) => `${owner}.${name}`)).toEqual(['shared.rates'])
  })

  it('keeps all its models in the layer analytics when it has no folders of layers and nobody places them', () => {
    const { value } = read({ 'project.yml': project('packages: [{ local: packages/shared }]\n'), ...shared })
    expect(value?.models.find(({ name }) => name === 'stg_rates')?.layer).toBe('analytics')
  })

  it('may use folders of layers, as the project does', () => {
    const { value } = read({
      'project.yml': project('packages: [{ local: packages/shared }]\n'),
      'packages/shared/project.yml': 'name: shared\n',
      'packages/shared/models/raw_data/rates.sql': 'select 1',
    })
    expect(value?.models.map(({ name, layer }) => `${layer}.${name}`)).toContain('raw_data.rates')
  })

  it('has vars of its own, which the project may set for it, and the command line for all', () => {
    const files = {
      'project.yml': `${placed}vars: { rate: 3, shared: { currency: USD }, shop: { only: 1 } }\n`,
      ...shared,
    }
    expect(read(files).value?.packageVars).toEqual({ shared: { currency: 'USD', rate: 3 } })
    expect(read(files).value?.vars).toEqual({ rate: 3, only: 1 })
    expect(read(files, { vars: { rate: 9 } }).value?.packageVars.shared?.rate).toBe(9)
  })

  it('reads no more of the environment than templates may', () => {
    const files = (listed: string) => ({
      'project.yml': `${placed}${listed}`,
      ...shared,
      'packages/shared/dbt_project.yml': `name: shared\nvars: { key: "{{ env_var('CLOUD_KEY') }}" }\n`,
    })
    const refused = read(files(''), { env: { CLOUD_KEY: 'of the machine' } })
    expect(refused.diagnostics.map(({ code }) => code)).toContain('env-var-not-allowed')
    expect(refused.value?.packageVars ?? {}).toEqual({})
    const { value } = read(files('env: [CLOUD_KEY]\n'), { env: { CLOUD_KEY: 'of the machine' } })
    expect(value?.packageVars.shared?.key).toBe('of the machine')
  })

  it('is found in the files of dbt, and in packages', () => {
    const { value, diagnostics } = read({
      'packages.yml': 'packages:\n  - local: packages/shared\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n',
      ...shared,
      'packages/shared/dependencies.yml': 'packages: [{ local: ../rates }]\n',
      'packages/rates/project.yml': 'name: rates\n',
    })
    expect(value?.packages.map(({ folder }) => folder)).toEqual(['packages/shared', 'packages/rates'])
    expect(diagnostics.map(({ message }) => message)).toContain(
      '`dbt-labs/dbt_utils` has no effect: its most used macros are part of elt',
    )
  })

  it('has names of its own: of itself and of its models', () => {
    const { diagnostics } = read({
      'project.yml': project('packages: [{ local: packages/shared }, { local: packages/other }]\n'),
      ...shared,
      'packages/shared/models/revenue.sql': 'select 1',
      'packages/other/project.yml': 'name: shared\n',
    })
    expect(diagnostics.filter(({ code }) => code === 'name-taken').map((one) => one.message)).toEqual([
      'a second package is named `shared`',
      'a second model is named `revenue`',
    ])
  })

  it('comes with materializations, which are left out with one note; the rest keeps its places', () => {
    const text =
      '{% test odd(model) %}\nselect 1\n{% endtest %}\n{%- materialization m, default -%}x{%- endmaterialization -%}\n{% macro a() %}{% endmacro %}\n'
    const { value, diagnostics } = read({ 'project.yml': placed, ...shared, 'packages/shared/macros/tests.sql': text })
    const file = value?.macros.find((macro) => macro.file.path.endsWith('tests.sql'))?.file.text
    expect(file).toHaveLength(text.length)
    expect(file?.indexOf('{% macro a() %}')).toBe(text.indexOf('{% macro a() %}'))
    expect(file).toContain('{% test odd(model) %}')
    expect(file).not.toMatch(/materialization/)
    expect(lines(diagnostics)).toEqual([
      'key-without-effect packages/shared/macros/tests.sql:4:1-62 `materialization m` has no effect: of the package shared only models, macros and tests are used',
    ])
  })

  it('makes room for a model of the project when its own is switched off', () => {
    const files = { 'models/analytics/stg_rates.sql': 'select 2', ...shared }
    const off = project(
      'packages: [{ local: packages/shared }]\nmodels: { shared: { stg_rates: { +enabled: false } } }\n',
    )
    const staging = off.replace('stg_rates:', 'staging:')
    const { value } = read({ 'project.yml': staging, ...files })
    expect(value?.models.filter(({ name }) => name === 'stg_rates').map((model) => model.package)).toEqual(['shop'])
    expect(read({ 'project.yml': off, ...files }).diagnostics.map(({ code }) => code)).toContain('folder-unknown')
  })

  it.each([
    ['{ local: /etc }', 'path-outside-project', '/etc'],
    ['{ local: ../x }', 'path-outside-project', '../x'],
    ['{ local: a/../../x }', 'path-outside-project', 'a/../../x'],
    ['{ local: . }', 'path-outside-project', '.'],
    ['{ local: packages/none }', 'package-not-found', 'packages/none'],
    ['{ git: "https://example.com/x.git" }', 'package-not-local', '{ git: "https://example.com/x.git" }'],
    ['{ package: a/b, version: 1.0.0 }', 'package-not-local', '{ package: a/b, version: 1.0.0 }'],
    ['shared', 'wrong-value', 'shared'],
  ])('is refused as %s', (entry, code, at) => {
    const { diagnostics } = read({ 'project.yml': project(`packages: [${entry}]\n`) })
    expect(diagnostics.map((one) => [one.code, pointed(one)])).toEqual([[code, at]])
  })
})

describe('the layer of a model', () => {
  it('is the one that project.yml names for its folder or the model, the deepest first', () => {
    const { value } = read({
      'project.yml': project('models: { marts: { +layer: analytics, trial: { +layer: adhoc } } }\n'),
      'models/marts/sales.sql': 'select 1',
      'models/marts/trial.sql': 'select 1',
    })
    const layers = value?.models.map(({ name, layer }) => `${layer}.${name}`)
    expect(layers).toEqual(expect.arrayContaining(['analytics.sales', 'adhoc.trial']))
  })

  it('is the one that project.yml names for all only where no folder of a layer says otherwise', () => {
    const { value } = read({ 'project.yml': project('models: { +layer: adhoc }\n'), 'models/sales.sql': 'select 1' })
    expect(value?.models.map(({ name, layer }) => `${layer}.${name}`)).toEqual([
      'analytics.revenue',
      'raw_data.orders',
      'adhoc.sales',
    ])
  })

  it('must exist', () => {
    const { diagnostics } = read({
      'project.yml': project('models: { analytics: { +layer: anlytics } }\n'),
    })
    expect(lines(diagnostics)).toEqual([
      'wrong-value project.yml:3:32-40 `layer` must be one of raw_data, analytics, adhoc, and is anlytics',
    ])
  })

  it('is analytics for all models of a project that has no folders of layers, and they read sources', () => {
    const { value, diagnostics } = read({
      'models/raw_data/orders.sql': undefined,
      'models/analytics/finance/revenue.sql': undefined,
      'models/staging/stg_orders.sql': 'select 1',
      'models/orders.sql': 'select 1',
      'tests/positive.sql': 'select 1',
      'tests/generic/odd.sql': '{% test odd(model) %}select 1{% endtest %}',
    })
    expect(diagnostics).toEqual([])
    expect(value?.models.map(({ name, layer }) => `${layer}.${name}`)).toEqual([
      'analytics.orders',
      'analytics.stg_orders',
    ])
    expect(value?.layers.map(({ name, reads }) => [name, reads])).toEqual([
      ['analytics', ['sources', 'raw_data', 'analytics']],
    ])
    expect(value?.singularAssertions.map(({ name }) => name)).toEqual(['positive'])
  })

  it('is missing for models beside the folders of layers', () => {
    const { diagnostics } = read({ 'models/staging/stg_orders.sql': 'select 1', 'models/orders.sql': 'select 1' })
    expect(diagnostics.map(({ code }) => code)).toEqual(['model-outside-layer', 'layer-unknown'])
  })
})

describe("dbt's project file", () => {
  const file = `name: shop
version: '1.0.0'
config-version: 2
profile: shop
model-paths: [transform]
macro-paths: [lib]
test-paths: [checks]
target-path: target
clean-targets: [target]
query-comment: ''
dispatch: [{ macro_namespace: shared, search_order: [shared, shop] }]
`
  const files = {
    'project.yml': file,
    'models/raw_data/orders.sql': undefined,
    'models/analytics/finance/revenue.sql': undefined,
    'transform/orders.sql': 'select 1',
    'lib/m.sql': '{% macro m() %}{% endmacro %}',
    'checks/c.sql': 'select 1',
  }

  it('names folders, has a target by itself, and gets one note for all that does nothing', () => {
    const { value, diagnostics } = read(files)
    expect(value?.models.map((model) => model.file.path)).toEqual(['transform/orders.sql'])
    expect(value?.macros.map((macro) => macro.file.path)).toEqual(['lib/m.sql'])
    expect(value?.singularAssertions.map(({ name }) => name)).toEqual(['c'])
    expect(value?.target).toMatchObject({ name: 'local', type: 'duckdb', options: { path: '.elt/warehouse.duckdb' } })
    expect(value?.dispatch).toEqual({ shared: ['shared', 'shop'] })
    expect(lines(diagnostics)).toEqual([
      'key-without-effect project.yml:2:1-8 `version`, `config-version`, `profile`, `target-path`, `clean-targets`, `query-comment` have no effect: accepted so that files written for dbt work',
    ])
  })

  it('may have targets of its own', () => {
    const target = { 'project.yml': 'name: shop\ntargets: { prod: { type: duckdb, path: p.duckdb } }\n' }
    expect(read(target).value?.target.name).toBe('prod')
  })
})

describe('the places of files', () => {
  const paths = (files: Readonly<Record<string, string>>) =>
    projectPlaces(Object.entries(files).map(([path, text]) => ({ path, text }))).map(({ path }) => path)

  it('begin with the files that name all others', () => {
    expect(projectPlaces().map(({ path }) => path)).toEqual([
      'project.yml',
      'project.yaml',
      'selectors.yml',
      'packages.yml',
      'dependencies.yml',
    ])
  })

  it('are those that project.yml names, and those of packages once their project files are known', () => {
    const root = { 'project.yml': 'name: a\nmodel-paths: [transform, transform/more]\npackages: [{ local: p }]\n' }
    expect(paths(root)).toEqual(expect.arrayContaining(['transform', 'macros', 'p/project.yml', 'p/dbt_project.yml']))
    expect(paths(root)).not.toContain('p/models')
    expect(paths(root)).not.toContain('transform/more')
    expect(paths({ ...root, 'p/dbt_project.yml': 'name: p\nmacro-paths: [lib]\n' })).toEqual(
      expect.arrayContaining(['p/models', 'p/lib']),
    )
  })

  it('hold tests in tests/sql beside layers, and in all of tests without', () => {
    expect(paths({ 'project.yml': 'name: a\n', 'models/raw_data/x.sql': '' })).toContain('tests/sql')
    expect(paths({ 'project.yml': 'name: a\n', 'models/x.sql': '' })).toContain('tests')
  })
})

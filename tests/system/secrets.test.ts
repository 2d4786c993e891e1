import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect, it } from 'vitest'
import { type Workbench, workbench } from '../../src/cli/testing.ts'
import { emptyWorkspace } from './workspace.ts'

/**
 * Canaries: values that no output may hold, whatever is done with them. What a command prints, every file that it writes and
 * everything in the ledger is searched for them, as they are and in the forms they may take on the way.
 */

const plain = 'canary-plain-7f3a9c'
const awkward = `canary' "pass"/wörd+&=%?;1`
const lines = '-----BEGIN KEY-----\nMIICanaryCanaryCanary0123456789+/\nabcdefCanarySecondLine987654\n-----END KEY-----'
const env = {
  ELT_SECRET_PLAIN: plain,
  ELT_SECRET_AWKWARD: awkward,
  ELT_SECRET_KEY: lines,
  DB_PASSWORD: 'canary-db-password-51',
  PATH: '/canary-path/bin',
  ELT_OPEN: 'open-value',
}
const written = 'canary-written-password-88'
const given = 'canary-given-on-the-line-42'
const canaries = [plain, awkward, ...lines.split('\n').slice(1, 3), env.DB_PASSWORD, written, given]

/** The forms in which a value would be of use to a thief: base64 at any of its three offsets, URLs, SQL, JSON. */
function forms(value: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before, 'x'), Buffer.from(value), Buffer.from('xxx')])
    const text = bytes.toString('base64')
    // Without the characters that the surroundings have a part in.
    return text.slice(before === 0 ? 0 : 4, Math.floor((before + Buffer.byteLength(value)) / 3) * 4)
  })
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const encoded = encodeURIComponent(value)
  const sql = value.replaceAll("'", "''")
  return [
    value,
    ...base64,
    ...url,
    encoded,
    encoded.toLowerCase(),
    encodeURI(value),
    sql,
    value.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, ''),
    JSON.stringify(value).slice(1, -1),
  ]
}

const forbidden = canaries.flatMap(forms)

function leaks(text: string): string[] {
  return forbidden.filter((form) => text.includes(form))
}

type Files = Readonly<Record<string, string>>

const warehouse = '.elt/warehouse.duckdb'
const table = "{{ config(materialized='table') }}\n"
const sound: Files = {
  'project.yml': 'name: shop\ntargets: { local: { type: duckdb, path: .elt/warehouse.duckdb } }\n',
  'models/analytics/customers.sql': `${table}select 1 as customer`,
  'models/analytics/models.yml':
    'models:\n  - name: customers\n    columns: [{ name: customer, data_tests: [not_null] }]\n',
}

const benches: Workbench[] = []
afterAll(() => {
  for (const bench of benches) bench.remove()
})

/** Every row of every table of the ledger, as text. */
async function ledgerOf(path: string): Promise<string> {
  if (!existsSync(path)) return ''
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson()
  try {
    const tables = await rows("select table_name as name from duckdb_tables() where schema_name = 'elt'")
    const texts: string[] = []
    for (const { name } of tables) {
      for (const row of await rows(`select * from elt."${name}"`)) {
        texts.push(...Object.values(row).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))))
      }
    }
    return texts.join('\n')
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Everything that commands wrote for people to look at. */
function writtenFiles(project: string): string {
  const folder = join(project, 'target')
  if (!existsSync(folder)) return ''
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return paths.map((path) => `${path}\n${readFileSync(path, 'utf8')}`).join('\n')
}

/** Runs commands in a project and searches all that comes out of them; gives what the last one printed. */
async function guarded(files: Files, commands: readonly (readonly string[])[]): Promise<string> {
  const bench = workbench()
  benches.push(bench)
  const all = { ...sound, ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(bench.folder, path, '..'), { recursive: true })
    writeFileSync(join(bench.folder, path), text)
  }
  let printed = ''
  for (const words of commands) {
    const { stdout, stderr } = await bench.elt(words, { env })
    printed = `${stdout}${stderr}`
    expect(leaks(printed), `elt ${words.join(' ')}\n${printed}`).toEqual([])
  }
  const kept = writtenFiles(bench.folder)
  expect(leaks(kept)).toEqual([])
  expect(leaks(await ledgerOf(join(bench.folder, warehouse)))).toEqual([])
  return printed
}

const everything = [
  ['debug'],
  ['ls'],
  ['ls', '--output', 'json'],
  ['schema', '--output', 'json'],
  ['compile'],
  ['compile', '--output', 'json'],
  ['plan'],
  ['build'],
  ['build', '--output', 'json', '--force'],
  ['test', '--debug'],
  ['show', '--select', 'customers'],
  ['explain', 'env-var-not-allowed'],
  ['explain', 'customers', '--output', 'json'],
  ['build', '--output', 'sarif'],
  ['compile', '--output', 'github'],
]

describe('a secret', () => {
  it('is nowhere in what the commands of a sound project say and write', async () => {
    await guarded({}, everything)
  })

  it('is masked in the path of a target that reads it', async () => {
    const path = `targets: { local: { type: duckdb, path: "no/{{ env_var('ELT_SECRET_PLAIN') }}/w.duckdb" } }\n`
    expect(await guarded({ 'project.yml': `name: shop\n${path}`, no: 'a file' }, everything.slice(0, 6))).toContain(
      '***',
    )
  })

  it.each([
    ['in an unknown key', `targets:\n  local: { type: duckdb, path: w, password: ${written} }\n`],
    ['beside a mistake', `targets:\n  local:\n    password: ${written}\n    tipe: duckdb\n`],
    ['beside a mistake of YAML', `targets:\n  local:\n    password: "${written}"\n   type: [\n`],
    [
      'of another target',
      `targets:\n  b: { password: '${written}', tipe: x }\n  local: { type: duckdb, path: w, x: 1 }\n`,
    ],
    ['of a URL', `targets:\n  local: { type: duckdb, path: "postgres://user:${written}@host/db" }\n`],
    ['of a URL beside a mistake', `targets:\n  local: { tipe: duckdb, path: "postgres://user:${written}@host/db" }\n`],
    ['in a query of a URL', `targets:\n  local: { type: duckdb, path: "md:shop?motherduck_token=${written}" }\n`],
    ['of the environment', `targets:\n  local: { type: duckdb, path: w, password: "{{ env_var('DB_PASSWORD') }}" }\n`],
    [
      'of the environment, where a number is due',
      `targets:\n  local: { type: duckdb, path: w, threads: "{{ env_var('DB_PASSWORD') }}" }\n`,
    ],
    ['as the name of an engine', `targets:\n  local: { type: "{{ env_var('ELT_SECRET_AWKWARD') }}", path: w }\n`],
    [
      'as the pattern of schemas',
      `targets:\n  local: { type: duckdb, path: w, schema: "{{ env_var('ELT_SECRET_AWKWARD') }}" }\n`,
    ],
  ])('%s is not shown', async (_, targets) => {
    await guarded({ 'project.yml': `name: shop\n${targets}` }, [
      ['compile'],
      ['debug', '--output', 'json'],
      ['build', '--output', 'sarif'],
      ['run', '--debug'],
    ])
  })
})

describe('a secret on the command line', () => {
  const model = (sql: string): Files => ({ 'models/analytics/customers.sql': `${table}${sql}` })

  it.each([
    ['plain', "select '{{ var('api_token') }}'::integer as customer"],
    ['as base64', "select to_base64('{{ var('api_token') }}'::blob)::integer as customer"],
    ['as base64 of more', "select to_base64('user:{{ var('api_token') }}'::blob)::integer as customer"],
    ['in a URL', "select url_encode('{{ var('api_token') }}')::integer as customer"],
    ['as a column', 'select "{{ var(\'api_token\') }}" as customer'],
    ['raised by the template', "{{ exceptions.raise_compiler_error('no ' ~ var('api_token')) }}"],
    ['logged by the template', "{{ log(var('api_token'), info=true) }}select 1 as customer"],
    ['in a bad row', "select null::integer as customer, '{{ var('api_token') }}' as token"],
    ['in the compiled SQL', "select 1 as customer -- {{ var('api_token') }}"],
  ])('%s is masked in messages, files and the ledger', async (_, sql) => {
    const vars = ['--vars', `api_token=${given}`]
    const printed = await guarded(model(sql), [
      ['compile', ...vars],
      ['build', ...vars],
      ['build', ...vars],
      ['test', ...vars],
      ['build', '--output', 'json', '--force', ...vars],
      ['run', '--output', 'github', '--force', ...vars],
      ['run', '--output', 'sarif', '--force', ...vars],
    ])
    expect(printed).not.toContain('error[bug]')
  })
})

describe('a secret wherever a project has room for text', () => {
  const token = "{{ var('api_token') }}"
  const files: Files = {
    'project.yml': `${sound['project.yml']}on_run_start: "select '${token}'"
on_run_end: { sql: "select '${token}'", transaction: false }
packages: [{ local: packages/inner }]
models: { analytics: { +meta: { of: "${token}" }, +pre_hook: "select '${token}'" } }
`,
    'packages/inner/project.yml': 'name: inner\n',
    'packages/inner/models/analytics/own.sql': `${table}select '${token}' as own`,
    'packages/inner/macros/m.sql': `{% macro shown() %}'${token}'{% endmacro %}`,
    'models/analytics/customers.sql': `{{ config(materialized='table', post_hook="select '${token}'") }}
select 1 as customer, {{ inner.shown() }} as shown, {{ dbt_utils.generate_surrogate_key(["'" ~ var('api_token') ~ "'"]) }} as k`,
    'models/analytics/models.yml': `groups: [{ name: sales, description: "${token}", owner: { name: "${token}" } }]
exposures: [{ name: board, type: dashboard, label: "${token}", owner: { name: "${token}" }, url: "https://x/?t=${token}",
  description: "${token}", depends_on: [ref('customers')], meta: { a: "${token}" } }]
models:
  - name: customers
    description: "${token} {{ doc('about') }}"
    config: { group: sales, tags: ["${token}"], owner: "${token}" }
    columns: [{ name: shown, description: "${token}", meta: { b: "${token}" },
      data_tests: [{ accepted_values: { values: ["${token}"], config: { meta: { c: "${token}" } } } }] }]
`,
    'models/analytics/about.md': `{% docs about %}nothing{% enddocs %}`,
    'selectors.yml': `selectors: [{ name: mine, description: "${token}", definition: "tag:${token}" }]\n`,
  }
  const commands = [
    ...everything,
    ['ls', '--selector', 'mine'],
    ['ls', '--resource-type', 'exposure', '--output', 'json'],
    ['explain', 'customers'],
    ['show', '--inline', `select '${token}' as t`],
    ['ls', '--select', 'state:modified', '--state', 'target'],
    ['ls', '--select', 'result:fail', '--state', 'target'],
  ].map((words) => [...words, ...(/^(?:schema|debug)$/.test(words[0] ?? '') ? [] : ['--vars', `api_token=${given}`])])

  it('is masked in all that commands say and write', { timeout: 60_000 }, async () => {
    const printed = await guarded(files, commands)
    expect(printed).not.toContain('error[bug]')
  })

  it('is not kept between commands, by the command as it is built', { timeout: 60_000 }, () => {
    const workspace = emptyWorkspace()
    for (const [path, text] of Object.entries({ ...sound, ...files })) workspace.write(path, text)
    for (const words of commands) {
      const { code, stdout, stderr } = workspace.elt(...words)
      expect(code, `${words.join(' ')}\n${stderr}`).not.toBe(70)
      expect(leaks(stdout + stderr), words.join(' ')).toEqual([])
    }
    const kept = writtenFiles(workspace.folder)
    expect(kept).toContain('target/cache/')
    expect(kept).toContain('target/manifest.json')
    expect(kept).toContain('target/compiled/on_run_start.sql')
    expect(kept).toContain('customers.post_hook.sql')
    expect(leaks(kept)).toEqual([])
    workspace.dispose()
  })
})

describe('templates', () => {
  const reads = (name: string): readonly (readonly [string, Files])[] => [
    ['a model', { 'models/analytics/x.sql': `select '{{ env_var('${name}') }}'` }],
    ['a model with a default', { 'models/analytics/x.sql': `select '{{ env_var('${name}', 'none') }}'` }],
    [
      'a name put together',
      { 'models/analytics/x.sql': `select '{{ env_var('${name.slice(0, 3)}' ~ '${name.slice(3)}') }}'` },
    ],
    ['a config', { 'models/analytics/x.sql': `{{ config(alias=env_var('${name}')) }}select 1` }],
    ['a comparison', { 'models/analytics/x.sql': `select {% if env_var('${name}') > 'c' %}1{% endif %}` }],
    [
      'a macro',
      {
        'macros/m.sql': `{% macro m() %}{{ env_var('${name}') }}{% endmacro %}`,
        'models/analytics/x.sql': 'select {{ m() }}',
      },
    ],
    ['a test', { 'tests/sql/t.sql': `select '{{ env_var('${name}') }}'` }],
    [
      'properties',
      { 'models/analytics/models.yml': `models: [{ name: customers, description: "{{ env_var('${name}') }}" }]\n` },
    ],
  ]
  const secret = ['ELT_SECRET_PLAIN', 'ELT_SECRET_AWKWARD', 'ELT_SECRET_KEY']
  const cases = [...secret, 'DB_PASSWORD', 'PATH'].flatMap((name) =>
    reads(name).map(([where, files]) => [name, where, files] as const),
  )

  it.each(cases)('do not read %s in %s', async (name, _, files) => {
    const printed = await guarded(files, [['compile']])
    expect(printed).toMatch(/^error\[(?:undefined-env-var|env-var-not-allowed)\]/m)
    expect(printed).not.toContain(env[name as keyof typeof env])
  })

  const inProject = (text: string): Files => ({ 'project.yml': `${text}${sound['project.yml']}` })
  it.each([
    ['a var', inProject('vars: { a: "{{ env_var(\'ELT_SECRET_PLAIN\') }}" }\n')],
    ['a var of a var', inProject('vars: { a: [{ b: "x{{ env_var(\'ELT_SECRET_PLAIN\') }}" }] }\n')],
    ['a setting of folders', inProject('models: { analytics: { tags: ["{{ env_var(\'ELT_SECRET_PLAIN\') }}"] } }\n')],
  ])('are not given a secret by project.yml as %s', async (_, files) => {
    expect(await guarded(files, [['compile']])).toMatch(/^error\[env-var-not-allowed\]/m)
  })

  it.each(secret)('are not given %s by listing it', async (name) => {
    const files = { ...inProject(`env: [${name}]\n`), 'models/analytics/x.sql': `select '{{ env_var('${name}') }}'` }
    expect(await guarded(files, [['compile']])).toMatch(/^error\[/m)
  })

  it('read what is open', async () => {
    const files = { 'models/analytics/customers.sql': "select '{{ env_var('ELT_OPEN') }}' as customer" }
    expect(await guarded(files, [['compile', '-s', 'customers']])).toContain('open-value')
  })
})

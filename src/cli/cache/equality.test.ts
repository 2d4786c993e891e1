import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure, withFrame } from '../../diagnostics/index.ts'
import { commandLine } from '../command-line.ts'
import type { Context } from '../context.ts'
import { type CacheOf, loadThrough } from '../load.ts'
import { outputOf } from '../output.ts'
import { openCache } from './index.ts'

/** What a command gets of a project is the same with a cache as without, whatever was edited in between. */

const models = ['a', 'b', 'c', 'd', 'e']

/** Texts of models; `x` is another model, `y` one more. */
const modelTexts: readonly ((x: string, y: string) => string)[] = [
  (x) => `select * from {{ ref('${x}') }}`,
  (x, y) => `select {{ twice('n') }} from {{ ref('${x}') }} join {{ ref('${y}') }} using (n)`,
  (x) => `{{ config(materialized='ephemeral') }} select 1 as n {# {{ ref('${x}') }} #}`,
  (x) => `{{ config(materialized='table', tags=['t']) }} select n from {{ ref('${x}') }} where {{ var('limit') }} > 1`,
  () => `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }}
select day, n from {{ source('shop', 'orders') }} where {{ partition_filter('shop.orders') }}`,
  (x) => `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }}
select day from {{ ref('${x}') }} where {{ partition_filter('${x}', before=1) }}`,
  () => `{{ log('seen') }}select '{{ env_var('ELT_COLOR', 'none') }}' as color, {{ local_date('t') }} as d`,
  (x) => `{% if target.name == 'other' %}select * from {{ ref('${x}') }}{% else %}select 1 as n{% endif %}`,
  () => `{{ exceptions.warn('careful') }}select 2 as n`,
  () => 'select 1 as n',
]

const macroTexts = [
  '{% macro twice(x) %}{{ x }} * 2{% endmacro %}',
  '{% macro twice(x) %}{{ x }} + {{ x }}{% endmacro %}',
  "{% macro twice(x) %}{{ x }} * {{ var('limit') }}{% endmacro %}{% macro unused() %}{% endmacro %}",
  '{% macro thrice(x) %}{{ x }} * 3{% endmacro %}',
]

const propertyTexts: readonly ((x: string) => string)[] = [
  (x) =>
    `models:\n  - name: ${x}\n    description: one\n    columns:\n      - { name: n, data_tests: [not_null, unique] }\n`,
  (x) =>
    `# moved\n\nmodels:\n  - name: ${x}\n    config: { tags: [p], materialized: table, meta: { path: x, line: 1 } }\n`,
  (x) => `models:\n  - name: ${x}\n    description: "limit {{ var('limit') }}"\n    tags: ["\\x7b{ var('limit') }}"]\n`,
  (x) =>
    `models:\n  - name: ${x}\n    columns: [{ name: n, data_tests: [{ relationships: { to: ref('a'), field: n } }] }]\n`,
  (x) => `models:\n  - name: ${x}\n    description: [\n`,
]

const sources = (table: string, files: string, more: string) => `sources:
  - name: shop
    tables:
      - name: ${table}
        files: "data/${files}.csv"
        columns: [{ name: day, data_type: date }, { name: n, data_type: bigint }]
${more}`
const sourceTexts = [
  sources('orders', '{yyyy}-{MM}-{dd}', '        event_time: day\n'),
  sources('orders', '{yyyy}/{MM}/{dd}', '        event_time: day\n        description: moved\n'),
  sources('orders', '*', ''),
  sources('goods', '*', ''),
]

const projectText = (config: string, limit: number) => `name: edits
time_zone: UTC
default_target: local
models: ${config}
vars: { limit: ${limit} }
env: [COLOR]
targets:
  local: { type: duckdb, path: .elt/a.duckdb }
  other: { type: duckdb, path: "{{ env_var('COLOR', 'b') }}.duckdb", schema: "{layer}_dev" }
`
const folderConfigs = [
  '{}',
  '{ analytics: { materialized: table } }',
  '{ analytics: { tags: [all] }, raw_data: { enabled: false } }',
]

type Edit =
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'settings'; readonly target?: string; readonly limit?: number; readonly color?: string }
  | { readonly kind: 'damage'; readonly file: number; readonly at: number }

const model = fc.constantFrom(...models)
const usualPath = (name: string) => `models/${name < 'd' ? 'raw_data' : 'analytics'}/${name}.sql`
const modelPath = model.map(usualPath)
const anyPath = fc.oneof(
  modelPath,
  model.map((name) => `models/adhoc/${name}.sql`),
)
/** Mostly models that are there from the beginning. */
const upstream = fc.constantFrom('a', 'a', 'b', 'b', 'c', 'd')
const writing = (path: fc.Arbitrary<string>, text: fc.Arbitrary<string>): fc.Arbitrary<Edit> =>
  fc.record({ kind: fc.constant('write' as const), path, text })

const edits: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 6,
    arbitrary: writing(
      modelPath,
      fc.tuple(fc.constantFrom(...modelTexts), upstream, upstream).map(([text, x, y]) => text(x, y)),
    ),
  },
  {
    weight: 1,
    arbitrary: writing(
      fc.constant('models/analytics/e.sql'),
      fc.constantFrom('select {{ nothing }} as n', "select '{{ run_query('select 1 as one').rows[0][0] }}' as n"),
    ),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), path: modelPath }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename' as const), from: anyPath, to: anyPath }) },
  {
    weight: 3,
    arbitrary: writing(
      fc.constantFrom('models/x.yml', 'models/analytics/y.yml'),
      fc.tuple(fc.constantFrom(...propertyTexts), model).map(([text, x]) => text(x)),
    ),
  },
  { weight: 1, arbitrary: writing(fc.constant('models/s.yml'), fc.constantFrom(...sourceTexts)) },
  { weight: 1, arbitrary: writing(fc.constant('macros/m.sql'), fc.constantFrom(...macroTexts)) },
  {
    weight: 1,
    arbitrary: writing(
      fc.constant('tests/sql/t.sql'),
      model.map((x) => `select * from {{ ref('${x}') }} where n < 0`),
    ),
  },
  {
    weight: 1,
    arbitrary: writing(
      fc.constant('project.yml'),
      fc.tuple(fc.constantFrom(...folderConfigs), fc.constantFrom(10, 20)).map(([c, l]) => projectText(c, l)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('settings' as const),
        target: fc.constantFrom('local', 'other'),
        limit: fc.constantFrom(1, 2),
        color: fc.constantFrom('red', 'blue'),
      },
      { requiredKeys: ['kind'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('damage' as const), file: fc.nat(9), at: fc.nat(99_999) }) },
)

/** Makes an edit of files, and says how to take it back. */
function apply(folder: string, edit: Edit): () => void {
  const at = (path: string) => join(folder, path)
  const text = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined)
  const put = (path: string, written: string | undefined) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    if (written === undefined) rmSync(at(path), { force: true })
    else writeFileSync(at(path), written)
  }
  const changes: Record<string, string | undefined> =
    edit.kind === 'write'
      ? { [edit.path]: edit.text }
      : edit.kind === 'remove'
        ? { [edit.path]: undefined }
        : edit.kind === 'rename'
          ? { [edit.from]: undefined, [edit.to]: text(edit.from) ?? text(edit.to) }
          : {}
  const before = Object.keys(changes).map((path) => [path, text(path)] as const)
  for (const [path, written] of Object.entries(changes)) put(path, written)
  return () => {
    for (const [path, written] of before) put(path, written)
  }
}

/** Changes a byte of a file of the cache, as a pull request or a failing disk could. */
function damage(folder: string, { file, at }: Extract<Edit, { kind: 'damage' }>): void {
  const cache = join(folder, 'target/cache')
  try {
    const names = readdirSync(cache)
    const path = join(cache, names[file % names.length] ?? '')
    const bytes = readFileSync(path)
    const index = at % bytes.length
    bytes[index] = (bytes[index] ?? 0) ^ 1
    writeFileSync(path, bytes)
  } catch {
    // There is no cache yet.
  }
}

/** Everything that a command can see of a project: or what it is told instead. */
async function outcome(folder: string, settings: Extract<Edit, { kind: 'settings' }>, cacheOf: CacheOf) {
  let told = ''
  const write = (text: string) => {
    told += text
  }
  const stream = { isTerminal: false, columns: 100, write }
  const { signal } = new AbortController()
  const env = settings.color === undefined ? {} : { ELT_COLOR: settings.color, COLOR: settings.color }
  const io = { cwd: folder, env, stdout: stream, stderr: stream, now: () => Date.now(), signal }
  const context: Context = {
    io,
    output: outputOf(io, { form: 'text', noColor: true }),
    command: 'ls',
    words: [],
    options: {
      ...(settings.target === undefined ? {} : { target: settings.target }),
      ...(settings.limit === undefined ? {} : { vars: [`limit=${settings.limit}`] }),
    },
    line: commandLine([]),
  }
  try {
    const { graph, project, adapter, unresolved } = await loadThrough(cacheOf, context)
    const places = [...graph.models, ...graph.assertions, ...graph.sources].map(({ location }) => withFrame(location))
    const { name, timeZone, target } = project
    const seen = { graph, places, name, timeZone, target, engine: adapter.name, unresolved: [...unresolved] }
    return { told, ...JSON.parse(JSON.stringify(seen)) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { told, failed: JSON.parse(JSON.stringify(error.diagnostics)) }
  }
}

const none: CacheOf = () => undefined
const cached: CacheOf = (_, directory) =>
  openCache({ directory, secret: 'of this user', build: 'one', mask: (text) => text })

function isDamaged(found: { readonly failed?: readonly { readonly code: string }[] }): boolean {
  return found.failed?.some(({ code }) => code === 'cache-damaged') ?? false
}

async function checkEdits(list: readonly Edit[]): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'elt-edits-')))
  try {
    apply(folder, { kind: 'write', path: 'project.yml', text: projectText('{}', 10) })
    apply(folder, { kind: 'write', path: 'macros/m.sql', text: macroTexts[0] ?? '' })
    apply(folder, { kind: 'write', path: 'models/s.yml', text: sourceTexts[0] ?? '' })
    for (const name of models) {
      apply(folder, {
        kind: 'write',
        path: usualPath(name),
        text: name === 'a' ? 'select 1 as n' : "select n from {{ ref('a') }}",
      })
    }
    let settings: Extract<Edit, { kind: 'settings' }> = { kind: 'settings' }
    for (const edit of list) {
      if (edit.kind === 'settings') settings = edit
      else if (edit.kind === 'damage') damage(folder, edit)
      const undo = apply(folder, edit)
      const expected = await outcome(folder, settings, none)
      const first = await outcome(folder, settings, cached)
      // A damaged piece is told, not believed; the next command makes it anew.
      if (!isDamaged(first)) expect(first).toEqual(expected)
      expect(await outcome(folder, settings, cached)).toEqual(expected)
      // Another one at the same time.
      const both = await Promise.all([outcome(folder, settings, cached), outcome(folder, settings, cached)])
      expect(both).toEqual([expected, expected])
      // A mistake ends everything behind it: the next edit is made without it.
      if ('failed' in expected) undo()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('a project read with a cache', () => {
  it('is what it is without, after any edits', { timeout: 60_000 }, async () => {
    const list = fc.array(edits, { minLength: 4, maxLength: 14 })
    await fc.assert(fc.asyncProperty(list, checkEdits), { numRuns: 40, interruptAfterTimeLimit: 25_000 })
  })
})

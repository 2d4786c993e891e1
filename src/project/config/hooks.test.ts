import { describe, expect, it } from 'vitest'
import { hookTemplates, mergeConfig } from '../index.ts'
import { lines, raw, read } from '../testing.ts'

const project = (more: string) =>
  `name: shop\ntargets: { local: { type: duckdb, path: w.duckdb } }\nvars: { who: me }\n${more}`

function hooksOf(files: Readonly<Record<string, string>>, name = 'revenue') {
  const { value, diagnostics } = read(files)
  expect(lines(diagnostics)).toEqual([])
  const config = value?.models.find((model) => model.name === name)?.config
  return hookTemplates(config?.post_hook).map(({ value: sql, transaction, location }) => {
    return `${location.path.split('/').at(-1)}:${location.line}:${location.column} ${transaction ? '' : 'after '}${sql}`
  })
}

describe('hooks', () => {
  it('of all levels are added up, the outermost first, each with its own place', () => {
    const hooks = hooksOf({
      'project.yml': project(
        'models:\n  analytics:\n    +post-hook: one\n    finance:\n      post_hook:\n        - two\n        - { sql: three, transaction: false }\n',
      ),
      'models/analytics/models.yml': "models: [{ name: revenue, config: { 'post-hook': [four], post_hook: five } }]\n",
    })
    expect(hooks).toEqual([
      'project.yml:6:17 one',
      'project.yml:9:11 two',
      'project.yml:10:18 after three',
      'models.yml:1:51 four',
      'models.yml:1:69 five',
    ])
  })

  it('are templates of their own: calls in them are left for later', () => {
    const sql = `"insert into {{ this }} select '{{ var('who') }}'"`
    expect(hooksOf({ 'project.yml': project(`models: { analytics: { +post_hook: ${sql} } }\n`) })).toEqual([
      "project.yml:4:36 insert into {{ this }} select '{{ var('who') }}'",
    ])
    const { value } = read({ 'project.yml': project("on-run-start: select {{ var('who') }}\non_run_end: [a, b]\n") })
    expect(value?.onRunStart.map((hook) => hook.value)).toEqual(["select {{ var('who') }}"])
    expect(value?.onRunEnd.map((hook) => hook.value)).toEqual(['a', 'b'])
  })

  it('that are empty are none', () => {
    expect(
      hooksOf({ 'project.yml': project('models: { analytics: { +post_hook: [" ", "select 1", null] } }\n') }),
    ).toEqual(['project.yml:4:42 select 1'])
  })

  it('of a config() call are added to those of the files', () => {
    const merged = mergeConfig(raw({ pre_hook: 'one' }), raw({ pre_hook: ['two', 'three'] }))
    expect(hookTemplates(merged.pre_hook).map(({ value }) => value)).toEqual(['one', 'two', 'three'])
  })

  it.each([
    ['models: { analytics: { +post_hook: 7 } }', 'SQL, a mapping of sql and transaction, or a list of them'],
    ['models: { analytics: { +post_hook: { sqll: a } } }', 'SQL, a mapping'],
    ['on_run_start: { sql: a, transaction: maybe }', 'SQL, a mapping'],
  ])('that are something else are refused: %s', (text, expected) => {
    const [first] = lines(read({ 'project.yml': project(`${text}\n`) }).diagnostics)
    expect(first).toContain('wrong-value project.yml:4')
    expect(first).toContain(expected)
  })
})

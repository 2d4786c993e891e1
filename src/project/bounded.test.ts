import { describe, expect, it } from 'vitest'
import { lines, read } from './testing.ts'

/* Project files come with pull requests: whatever stands in them, reading them ends soon and in bounded memory. */

const blanks = ' '.repeat(100_000)
const model = (description: string) => ({
  'models/analytics/m.yml': `models: [{ name: revenue, description: ${JSON.stringify(description)} }]\n`,
})
const inPackage = (macro: string) => ({
  'project.yml':
    'name: shop\ntargets: { local: { type: duckdb, path: w.duckdb } }\npackages: [{ local: packages/one }]\n',
  'packages/one/project.yml': 'name: one\n',
  'packages/one/macros/m.sql': macro,
})

describe('reading a project takes no minutes for', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['a template of blanks', model(`{{${blanks}`)],
    ['templates that never end', model('{{ '.repeat(100_000))],
    ['a default of blanks', model(`{{ var('x',${blanks}y }}`)],
    ['a block of documentation that is blank', { 'models/analytics/d.md': `{% docs${blanks}` }],
    ['blocks of documentation that never end', { 'models/analytics/d.md': '{% docs a '.repeat(2_000) }],
    ['tests of packages that never end', inPackage('{% test a '.repeat(100_000))],
  ])('%s', { timeout: 10_000 }, (_, files) => {
    const before = process.cpuUsage()
    read(files)
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000)
  })
})

describe('what the templates of a file print', () => {
  const text = 'y'.repeat(1_000_000)
  const files = (times: number) => ({
    ...model("{{ doc('b') }}".repeat(times)),
    'models/analytics/d.md': `{% docs b %}${text}{% enddocs %}`,
  })

  it('is bounded, and said once', () => {
    const { diagnostics } = read(files(100_000))
    expect(lines(diagnostics)).toEqual([
      expect.stringContaining('the templates of this file print too much: the limit is 10,000,000 characters'),
    ])
  })

  it('may be long', () => {
    const found = read(files(9)).value?.models.find(({ name }) => name === 'revenue')
    expect(found?.description).toBe(text.repeat(9))
  })
})

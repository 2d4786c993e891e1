import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { absentNames } from '../src/compiler/absent-names.ts'
import { contextNames } from '../src/compiler/context.ts'
import { builtins } from '../src/compiler/template/builtins.ts'
import { dictionaryMethods, listMethods } from '../src/compiler/template/collection-methods.ts'
import { escapes } from '../src/compiler/template/escapes.fixture.ts'
import { filters, refusedFilters } from '../src/compiler/template/filters.ts'
import { unsupportedTags } from '../src/compiler/template/template-parser.ts'
import { tests } from '../src/compiler/template/tests.ts'
import { textMethods } from '../src/compiler/template/text-operations.ts'
import { probes, refused } from './jinja-probes.ts'

/** The lists and counts of docs/templates.md are those of the code and of the tests: the page is written from its parts. */

const page = resolve(import.meta.dirname, '../docs/templates.md')

const inline = (names: Iterable<string>) =>
  [...names]
    .filter((name) => /^\w+$/.test(name))
    .sort()
    .map((name) => `\`${name}\``)
    .join(' ')

const cell = (text: string) => text.replaceAll('|', '\\|')

function rows(entries: Iterable<readonly [string, string]>): string {
  const lines = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, help]) => `| \`${name}\` | ${cell(help)} |`)
  return ['| | instead |', '|---|---|', ...lines].join('\n')
}

function probeTable(): string {
  const groups = [...new Set(probes.map(({ group }) => group))].sort()
  const lines = groups.map((group) => {
    const own = probes.filter((probe) => probe.group === group)
    const alike = own.filter(({ template }) => !refused.includes(template)).length
    return `| ${group} | ${own.length} | ${alike} |`
  })
  const alike = probes.filter(({ template }) => !refused.includes(template)).length
  return [
    '| construct | probes | as Jinja |',
    '|---|--:|--:|',
    ...lines,
    `| **all** | ${probes.length} | ${alike} |`,
  ].join('\n')
}

const parts: Readonly<Record<string, () => string>> = {
  probes: probeTable,
  refused: () => refused.map((template) => `- \`${template}\``).join('\n'),
  functions: () => inline([...contextNames, ...builtins.keys(), 'adapter']),
  filters: () => inline([...filters.keys(), 'attr']),
  tests: () => inline(tests.keys()),
  text: () => inline(textMethods.keys()),
  list: () => inline(listMethods.keys()),
  dictionary: () => inline(dictionaryMethods.keys()),
  'refused tags': () => rows(unsupportedTags),
  'refused filters': () => rows(refusedFilters),
  'absent names': () => rows(absentNames),
  escapes: () => `${escapes.length.toLocaleString('en-US')} of them are tried by the tests; each ends in an error.`,
}

/** The page with the text between each pair of comments `<!-- name -->` and `<!-- end -->` written anew. */
function written(text: string): string {
  return text.replace(
    /(<!-- ([\w ]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, open: string, name: string, close: string) => {
      const part = parts[name]
      if (!part) throw new Error(`the page has no part ${name}`)
      return `${open}${part()}\n${close}`
    },
  )
}

describe('docs/templates.md', () => {
  it('says what the code has and the tests count (write it anew with `vitest -u`)', async () => {
    await expect(written(readFileSync(page, 'utf8'))).toMatchFileSnapshot(page)
  })

  it('has every part', () => {
    const found = [...readFileSync(page, 'utf8').matchAll(/<!-- (?!end)([\w ]+) -->/g)].map(([, name]) => name)
    expect(found.sort()).toEqual(Object.keys(parts).sort())
  })

  it('is linked from the reference', () => {
    expect(readFileSync(resolve(page, '../reference.md'), 'utf8')).toContain('](templates.md)')
  })
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { dbtExamples } from '../src/compiler/macros/dbt-examples.fixture.ts'
import { type Example, exampleTables, modelText } from '../src/compiler/macros/example.fixture.ts'
import { absentMacros, builtinMacros, signatureOf } from '../src/compiler/macros/index.ts'
import { rowsOf, sqlOf, table, useWarehouse } from '../src/compiler/macros/testing.ts'
import { utilsExamples } from '../src/compiler/macros/utils-examples.fixture.ts'

/** The tables and examples of docs/macros.md are those of the code, run on DuckDB: the page is written from them. */

const page = resolve(import.meta.dirname, '../docs/macros.md')

useWarehouse()
beforeAll(async () => {
  for (const [name, select] of Object.entries(exampleTables)) await table(name, select)
})

type Rows = readonly Readonly<Record<string, unknown>>[]

const shown = (value: unknown) =>
  value === '' ? "`''`" : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function rowTable(rows: Rows): string {
  const names = Object.keys(rows[0] ?? {})
  if (names.length === 0) return '(no rows)'
  const lines = rows.map((row) => `| ${names.map((name) => cell(shown(row[name]))).join(' | ')} |`)
  return [`| ${names.join(' | ')} |`, `|${names.map(() => '---').join('|')}|`, ...lines].join('\n')
}

const signatures = new Map(
  Object.values(builtinMacros).flatMap((macros) =>
    [...macros.values()].map((macro): [string, string] => [`${macro.namespace}.${macro.name}`, signatureOf(macro)]),
  ),
)

async function section(example: Example): Promise<string> {
  const text = modelText(example)
  const rows = (await rowsOf(text)) as Rows
  return [
    `### ${example.macro}`,
    `\`${signatures.get(example.macro)}\`: ${example.says}.`,
    `\`\`\`sql\n${text}\n-- is\n${await sqlOf(text)}\n\`\`\``,
    example.model === undefined ? `gives ${shown(rows[0]?.value)}` : rowTable(rows),
  ].join('\n\n')
}

async function line(example: Example): Promise<string> {
  const text = modelText(example)
  const rows = (await rowsOf(text)) as Rows
  const [sql, signature] = [await sqlOf(text), signatures.get(example.macro) ?? '']
  const values = rows.map((row) => Object.values(row).map(shown).join(' ')).join(', ')
  return `| \`${cell(signature)}\` | ${cell(example.says)} | \`${cell(example.call)}\`<br>\`${cell(sql)}\` | ${cell(values)} |`
}

async function inOrder<T>(items: readonly T[], make: (item: T) => Promise<string>): Promise<string[]> {
  const made: string[] = []
  for (const item of items) made.push(await make(item))
  return made
}

function absentTable(): string {
  const lines = Object.entries(absentMacros).flatMap(([namespace, macros]) =>
    [...macros].map(([name, help]) => `| \`${namespace}.${name}\` | ${cell(help)} |`),
  )
  return ['| | instead |', '|---|---|', ...lines.sort()].join('\n')
}

async function tables(): Promise<string> {
  const shownTables = Object.keys(exampleTables).map(async (name) => {
    const rows = (await rowsOf(`select * from {{ ref('${name}') }} order by all`)) as Rows
    return `\`${name}\`\n\n${rowTable(rows)}`
  })
  return (await Promise.all(shownTables)).join('\n\n')
}

const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  tables,
  dbt_utils: async () => (await inOrder(utilsExamples, section)).join('\n\n'),
  dbt: async () => {
    const head = ['| | | a call, and DuckDB’s SQL | gives |', '|---|---|---|---|']
    return [...head, ...(await inOrder(dbtExamples, line))].join('\n')
  },
  absent: absentTable,
}

const marked = /(<!-- (\w+) -->\n)[\s\S]*?(<!-- end -->)/g

/** The page with the text between each pair of comments `<!-- name -->` and `<!-- end -->` written anew. */
async function written(text: string): Promise<string> {
  const made = new Map<string, string>()
  for (const [name, part] of Object.entries(parts)) made.set(name, await part())
  return text.replace(marked, (_, open: string, name: string, close: string) => {
    const part = made.get(name)
    if (part === undefined) throw new Error(`the page has no part ${name}`)
    return `${open}\n${part}\n\n${close}`
  })
}

describe('docs/macros.md', () => {
  it('has every built-in macro, with an example as DuckDB runs it (write it anew with `vitest -u`)', async () => {
    await expect(await written(readFileSync(page, 'utf8'))).toMatchFileSnapshot(page)
  })

  it('has every part', () => {
    const found = [...readFileSync(page, 'utf8').matchAll(marked)].map(([, , name]) => name)
    expect(found.sort()).toEqual(Object.keys(parts).sort())
  })

  it('is linked from the reference and from the page of templates', () => {
    for (const name of ['reference', 'templates']) {
      expect(readFileSync(resolve(page, `../${name}.md`), 'utf8')).toContain('](macros.md)')
    }
  })
})

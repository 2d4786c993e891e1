import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { dbtExamples } from './dbt-examples.fixture.ts'
import { exampleTables, modelText } from './example.fixture.ts'
import { rowsOf, sqlOf, table, useWarehouse } from './testing.ts'
import { utilsExamples } from './utils-examples.fixture.ts'

const examples = [...dbtExamples, ...utilsExamples]

useWarehouse()
beforeAll(async () => {
  for (const [name, select] of Object.entries(exampleTables)) await table(name, select)
})

const nameOf = ({ namespace, name }: (typeof catalogue)[number]) => `${namespace}.${name}`

describe('examples of built-in macros', () => {
  it('are there for every macro', () => {
    expect(examples.map(({ macro }) => macro).sort()).toEqual(catalogue.map(nameOf).sort())
  })

  it.each(examples.map((example) => [example.macro, example] as const))(
    '%s gives the rows it says',
    async (_, example) => {
      const rows = await rowsOf(modelText(example))
      expect(example.model === undefined ? rows[0]?.value : rows).toEqual(example.gives)
    },
  )

  // A changed line here is a changed macro: raise its version, so that models which call it are built again.
  it('print the SQL of DuckDB as agreed', async () => {
    const versions = new Map(catalogue.map((one) => [nameOf(one), one.version]))
    const texts: string[] = []
    for (const example of examples) {
      texts.push(`-- ${example.macro}, version ${versions.get(example.macro)}\n${await sqlOf(modelText(example))}\n`)
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('golden/duckdb.sql')
  })
})

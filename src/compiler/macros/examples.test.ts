import { beforeAll, describe, expect, it } from 'vitest'
import { describePostgres, freshDatabase } from '../../../tests/engines/index.ts'
import { catalogue } from './catalogue.ts'
import { dbtExamples } from './dbt-examples.fixture.ts'
import { type Example, exampleTables, modelText } from './example.fixture.ts'
import { rowsOf, sqlOf, table, useWarehouse } from './testing.ts'
import { utilsExamples } from './utils-examples.fixture.ts'

const examples = [...dbtExamples, ...utilsExamples]

const makeTables = async (): Promise<void> => {
  for (const [name, select] of Object.entries(exampleTables)) await table(name, select)
}

const nameOf = ({ namespace, name }: (typeof catalogue)[number]) => `${namespace}.${name}`

describe('examples of built-in macros', () => {
  useWarehouse()
  beforeAll(makeTables)

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

/** Examples whose text around the macro, or whose values, are in the words of one engine: how they read on Postgres. */
const onPostgres: Readonly<Record<string, Partial<Pick<Example, 'call' | 'model' | 'gives'>>>> = {
  ...Object.fromEntries(
    Object.entries({
      string: 'text',
      int: 'integer',
      bigint: 'bigint',
      float: 'double precision',
      numeric: 'numeric',
      boolean: 'boolean',
      timestamp: 'timestamp without time zone',
    }).map(([name, type]) => [
      `dbt.type_${name}`,
      { model: 'select cast(pg_typeof(cast(null as @)) as text) as type', gives: [{ type }] },
    ]),
  ),
  'dbt.array_append': { call: "{{ dbt.array_append('array[1, 2]', 3) }}" },
  'dbt.array_concat': { call: "{{ dbt.array_concat('array[1]', 'array[2]') }}" },
  'dbt_utils.safe_add': { gives: [{ value: '1' }] },
  'dbt_utils.safe_subtract': { gives: [{ value: '-1' }] },
  'dbt_utils.haversine_distance': { model: 'select cast(round(cast(@ as numeric), 2) as double precision) as km' },
  'dbt_utils.degrees_to_radians': { model: 'select cast(round(cast(@ as numeric), 4) as double precision) as radians' },
  'dbt_utils.pivot': {
    gives: [
      { rider: '', cancelled: '0', done: '20.0' },
      { rider: 'ada', cancelled: '0', done: '12.5' },
      { rider: 'bo', cancelled: '0', done: '8.0' },
    ],
  },
}

describePostgres('examples of built-in macros', (server) => {
  useWarehouse(async () => {
    const { url, drop } = await freshDatabase(server)
    return { type: 'postgres', options: { url }, drop }
  })
  beforeAll(makeTables)

  it.each(examples.map((example) => [example.macro, example] as const))(
    '%s gives the same rows',
    async (_, example) => {
      const own = { ...example, ...onPostgres[example.macro] }
      const rows = await rowsOf(modelText(own))
      expect(own.model === undefined ? rows[0]?.value : rows).toEqual(own.gives)
    },
  )
})

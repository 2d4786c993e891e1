import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type TestWarehouse, type Workbench, workbench } from './testing.ts'

// What a model promises, and what is done when it does not keep it: the same project on every engine.

interface Place {
  readonly warehouse: TestWarehouse
  readonly drop: () => Promise<void>
}

/** Types as each engine has them. */
interface Words {
  readonly integer: string
  readonly text: string
  readonly list: string
}

/** The properties of `orders`, with these columns below `columns:`. */
const orders = (columns: string, more = '', config = 'enforced: true') =>
  `models:\n  - name: orders\n    config: { contract: { ${config} } }\n${more}    columns:\n${columns}`

const two = '      - { name: id, data_type: integer }\n      - { name: note, data_type: text }\n'

function cases(open: (bench: Workbench) => Promise<Place>, words: Words): void {
  let bench: Workbench
  let place: Place
  const elt = (line: string) => bench.elt(line.split(' '))
  const model = (sql: string, kind = 'table') =>
    bench.write('models/analytics/orders.sql', `{{ config(materialized='${kind}') }}\n${sql}`)
  const properties = (text: string) => bench.write('models/analytics/orders.yml', text)
  const told = async (line: string) => {
    const { code, stderr } = await elt(line)
    return { code, codes: [...stderr.matchAll(/(?:error|warning|note)\[([\w-]+)\]/g)].map((found) => found[1]), stderr }
  }
  const stored = async () =>
    (await place.warehouse.query('select id from analytics.orders')).map(({ id }) => Number(id))

  beforeEach(async () => {
    bench = workbench()
    place = await open(bench)
    bench.write('project.yml', `name: shop\ntargets: { local: ${place.warehouse.target} }\n`)
    model("select cast(1 as integer) as id, cast('a' as text) as note")
    properties(orders(two))
  }, 60_000)

  afterEach(async () => {
    bench.remove()
    await place.drop()
  })

  it('that is kept lets the rows in, whatever the order of columns and the case of names', async () => {
    model("select cast('a' as text) as note, cast(1 as integer) as ID")
    expect(await told('run')).toMatchObject({ code: 0, codes: [] })
  })

  it('that is broken publishes nothing, and is told as a table', async () => {
    await elt('run')
    model("select cast(2 as bigint) as id, cast('a' as text) as remark")
    const { code, codes, stderr } = await told('run --no-bind')
    expect({ code, codes }).toEqual({ code: 1, codes: ['contract-broken'] })
    expect(stderr).toContain(
      'analytics.orders breaks its contract: 1 column is missing, 1 is additional, 1 is of another type',
    )
    const table = stderr.slice(stderr.indexOf('note: column'), stderr.indexOf('note: nothing'))
    expect(table.replace(/ +/g, ' ').trim().split('\n')).toEqual([
      'note: column contract query',
      ` id ${words.integer} ${words.integer === 'integer' ? 'bigint' : 'BIGINT'}`,
      ` note ${words.text} (missing)`,
      ` remark (not in it) ${words.text}`,
    ])
    expect(stderr).toContain('note: nothing was changed: analytics.orders keeps the rows it had')
    expect(await stored()).toEqual([1])
  })

  it('holds a view, too, which stays as it was', async () => {
    model("select cast(1 as integer) as id, cast('a' as text) as note", 'view')
    expect(await told('run')).toMatchObject({ code: 0, codes: [] })
    model("select cast(2 as integer) as id, cast('a' as text) as note, 1 as more", 'view')
    expect(await told('run --no-bind')).toMatchObject({ code: 1, codes: ['contract-broken'] })
    expect(await stored()).toEqual([1])
  })

  it('holds every partition of an incremental', async () => {
    properties(orders(`${two}      - { name: day, data_type: date }\n`))
    const days = "select cast(1 as integer) as id, cast('a' as text) as note, cast('2024-01-01' as date) as day"
    const config = "{{ config(materialized='incremental', partition_by='day', begin='2024-01-01', end='2024-01-02') }}"
    bench.write('models/analytics/orders.sql', `${config}\n${days}`)
    expect(await told('run')).toMatchObject({ code: 0, codes: [] })
    bench.write('models/analytics/orders.sql', `${config}\nselect *, 1 as more from (${days}) as d`)
    expect(await told('run --no-bind --force')).toMatchObject({ code: 1, codes: ['contract-broken'] })
    expect(await stored()).toEqual([1])
  })

  it('takes the words of the engine for types, at any depth, and lengths where they are written', async () => {
    model(`select cast(1.5 as decimal(10,2)) as id, cast('a' as varchar) as note, ${words.list} as list`)
    const typed = (id: string, list: string) =>
      orders(
        `      - { name: id, data_type: "${id}" }\n      - { name: note, data_type: varchar }\n      - { name: list, data_type: "${list}" }\n`,
      )
    properties(typed('numeric(10,2)', 'int[]'))
    expect(await told('run')).toMatchObject({ code: 0, codes: [] })
    properties(typed('numeric', 'int[]'))
    expect(await told('run --force')).toMatchObject({ code: 0, codes: [] })
    properties(typed('numeric(11,2)', 'bigint[]'))
    const { code, stderr } = await told('run --force --no-bind')
    expect(code).toBe(1)
    expect(stderr).toMatch(/note: .*\n +id +\S+\(11, ?2\) +\S+\(10, ?2\)\n +list/i)
  })

  it('of an unknown type is refused with the words of the engine, and a type never leaves its place', async () => {
    for (const type of ['intt', 'integer) as c0, (select 1', '']) {
      properties(orders(`      - { name: id, data_type: "${type}" }\n      - { name: note, data_type: text }\n`))
      const { code, codes } = await told('run --no-bind')
      expect({ type, code, codes }).toEqual({ type, code: 1, codes: ['contract-type-unknown'] })
    }
  })

  it('asserts its constraints before the rows are published, at their places', async () => {
    const keyed = `      - name: id
        data_type: integer
        constraints: [{ type: primary_key }]
      - name: note
        data_type: text
        constraints:
          - type: not_null
`
    const checked = "    constraints:\n      - { type: check, name: positive, expression: 'id > 0' }\n"
    properties(orders(keyed, checked))
    expect(await told('build')).toMatchObject({ code: 0, codes: [] })
    model(
      "select cast(2 as integer) as id, cast(null as text) as note union all select 2, 'b' union all select -1, 'c'",
    )
    const { code, stderr } = await told('build')
    expect(code).toBe(1)
    for (const name of ['contract: primary_key(id)', 'contract: not_null(note)', 'contract positive: check(id > 0)']) {
      expect(stderr).toContain(name)
    }
    expect(stderr).not.toContain('id is not null')
    expect(stderr).toContain('models/analytics/orders.yml:13:19')
    expect(await stored()).toEqual([1])
  })

  it('asserts a foreign key where both tables are built, in both of its forms', async () => {
    bench.write('models/analytics/customers.sql', "{{ config(materialized='table') }}select 1 as id")
    const pointing = (key: string) =>
      orders(
        `      - name: id\n        data_type: integer\n        constraints: [${key}]\n      - { name: note, data_type: text }\n`,
      )
    for (const key of [
      "{ type: foreign_key, to: ref('customers'), to_columns: [id] }",
      "{ type: foreign_key, expression: 'analytics.customers (id)' }",
    ]) {
      properties(pointing(key))
      model("select cast(1 as integer) as id, cast('a' as text) as note")
      expect(await told('build')).toMatchObject({ code: 0, codes: [] })
      model("select cast(7 as integer) as id, cast('a' as text) as note")
      const { code, stderr } = await told('build')
      expect({ key, code }).toEqual({ key, code: 1 })
      expect(stderr).toContain("contract: foreign_key(id) to ref('customers').id")
    }
  })

  it('compares no rows of a key with a null in it, as UNIQUE does', async () => {
    const unique = '    constraints:\n      - { type: unique, columns: [id, note] }\n'
    properties(orders(two, unique))
    const twice = (note: string) =>
      model(`select cast(1 as integer) as id, ${note} as note union all select 1, ${note}`)
    twice('cast(null as text)')
    expect(await told('build')).toMatchObject({ code: 0, codes: [] })
    twice("cast('a' as text)")
    expect((await told('build')).stderr).toContain('contract: unique(id, note)')
  })

  it('says once what a data test of the model says already', async () => {
    const tested =
      '      - { name: id, data_type: integer, data_tests: [not_null], constraints: [{ type: not_null }] }\n      - { name: note, data_type: text }\n'
    properties(orders(tested))
    model("select cast(null as integer) as id, cast('a' as text) as note")
    const { stderr } = await told('build')
    expect(stderr).toContain('not_null(id)')
    expect(stderr).not.toContain('contract: not_null(id)')
  })
}

describe('a contract on duckdb', () => {
  cases(async (bench) => ({ warehouse: duckdbFile(bench.folder), drop: async () => {} }), {
    integer: 'INTEGER',
    text: 'VARCHAR',
    list: 'cast([1] as integer[])',
  })
})

describePostgres('a contract on postgres', (server) => {
  cases(
    async () => {
      const database: Database = await freshDatabase(server)
      return { warehouse: postgresDatabase(database.url), drop: database.drop }
    },
    { integer: 'integer', text: 'text', list: 'cast(array[1] as integer[])' },
  )
})

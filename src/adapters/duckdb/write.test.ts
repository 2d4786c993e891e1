import { beforeEach, describe, expect, test } from 'vitest'
import { dialect } from './dialect.ts'
import { connection, useDatabase, value } from './testing.ts'

useDatabase()

describe('writing', () => {
  beforeEach(async () => {
    await connection.run(`create or replace table main.target (day date, "n ""x""" integer);
      insert into main.target select date '2013-01-01' + i::integer, i from range(10) r(i);
      create or replace temporary table "temp"."staged" as select 100 + i as "n ""x""", date '2013-01-01' + i::integer as day from range(2, 6) r(i)`)
  })
  const request = {
    target: { schema: 'main', name: 'target' },
    staging: { schema: 'temp', name: 'staged' },
    columns: ['day', 'n "x"'],
  }
  const numbers = () => value('select list("n ""x""" order by day) from main.target')

  test('replace_partition replaces the rows of its ranges with the staged rows of the same ranges', async () => {
    const ranges = [
      { start: "date '2013-01-02'", end: "date '2013-01-04'" },
      { start: "date '2013-01-06'", end: "date '2013-01-08'" },
    ]
    const statements = dialect.write.replace_partition?.({ ...request, window: { column: 'day', ranges } })
    await connection.transaction(async () => connection.run((statements ?? []).join(';\n')))
    expect(await numbers()).toEqual([0, 102, 3, 4, 105, 7, 8, 9].map((n) => n).toSorted((a, b) => dayOf(a) - dayOf(b)))
  })

  test('a window without ranges writes nothing', async () => {
    expect(dialect.write.replace_partition?.({ ...request, window: { column: 'day', ranges: [] } })).toEqual([])
  })

  test('table replaces all rows', async () => {
    await connection.run((dialect.write.table?.(request) ?? []).join(';\n'))
    expect(await numbers()).toEqual([102, 103, 104, 105])
  })

  test('tables and views are made and dropped', async () => {
    const { ddl } = dialect
    const [made, view] = [
      { schema: 'made', name: 't' },
      { schema: 'made', name: 'v' },
    ]
    await connection.run(`${ddl.createSchema('made')};${ddl.createTable(made, [{ name: 'a b', type: 'INTEGER' }])}`)
    await connection.run(ddl.createView(view, 'with x as (select 1 as a) select a from x -- end'))
    expect(await connection.query('select * from made.v')).toEqual([{ a: 1 }])
    await connection.run(
      `${ddl.drop(made, 'table')};${ddl.drop(view, 'view')};${ddl.drop(view, 'view')};drop schema made`,
    )
  })

  test('the statements, as text', () => {
    const window = { column: 'day', ranges: [{ start: "date '2013-01-02'", end: "date '2013-01-04'" }] }
    expect(dialect.write.replace_partition?.({ ...request, window })).toMatchInlineSnapshot(`
      [
        "delete from "main"."target" where "day" >= date '2013-01-02' and "day" < date '2013-01-04'",
        "insert into "main"."target" ("day", "n ""x""") select "day", "n ""x""" from "temp"."staged" where "day" >= date '2013-01-02' and "day" < date '2013-01-04'",
      ]
    `)
    expect(dialect.write.table?.(request)).toMatchInlineSnapshot(`
      [
        "delete from "main"."target"",
        "insert into "main"."target" ("day", "n ""x""") select "day", "n ""x""" from "temp"."staged"",
      ]
    `)
  })
})

/** The day of a row of the test above: staged numbers are 100 greater. */
function dayOf(n: number): number {
  return n % 100
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Column, Dialect, Evolution, EvolveRequest } from '../../src/adapters/contract.ts'
import { adapterNames, adapterOf } from '../../src/adapters/index.ts'
import { conforms, describeEngines, type Fixture, useBench } from './fixtures.ts'

/** Tables whose columns differ from those of new rows: the SQL of every engine side by side, and what it does with rows. */

type Columns = Readonly<Record<string, string>>

const target = { schema: 'analytics', name: 'orders' }

/** Columns with logical types in the engine's words. */
function columnsOf(dialect: Dialect, columns: Columns): Column[] {
  return Object.entries(columns).map(([name, type]) => ({ name, type: dialect.type(type) ?? type }))
}

function evolve(dialect: Dialect, before: Columns, after: Columns, mode: EvolveRequest['mode']): Evolution | undefined {
  return dialect.evolve?.({
    target,
    before: columnsOf(dialect, before),
    after: columnsOf(dialect, after),
    mode,
  })
}

const changes: readonly { readonly says: string; readonly before: Columns; readonly after: Columns }[] = [
  { says: 'a new column', before: { day: 'date' }, after: { day: 'date', 'more "of" it': 'text' } },
  { says: 'a column less', before: { day: 'date', more: 'text' }, after: { day: 'date' } },
  {
    says: 'wider types',
    before: { day: 'date', id: 'integer', price: 'decimal(8,2)' },
    after: { day: 'date', id: 'bigint', price: 'decimal(12,4)' },
  },
  { says: 'a narrower type, which the table holds', before: { id: 'bigint' }, after: { id: 'integer' } },
  { says: 'another type', before: { id: 'text', other: 'integer' }, after: { id: 'integer', other: 'text' } },
]

describe('the SQL of every engine', () => {
  it('alters tables, side by side', async () => {
    const modes = ['append', 'sync', 'ignore', 'rebuild'] as const
    const sections = changes.flatMap(({ says, before, after }) =>
      adapterNames.map((name) => {
        const dialect = adapterOf(name)?.dialect
        const lines = modes.map((mode) => {
          const evolution = dialect && evolve(dialect, before, after, mode)
          if (!evolution) return `-- ${mode}: made anew`
          const { statements, refused } = evolution
          const told =
            refused.length > 0 ? ` refused: ${refused.join(', ')}` : statements.length === 0 ? ' nothing' : ''
          return [`-- ${mode}:${told}`, ...(refused.length > 0 ? [] : statements.map((sql) => `${sql};`))].join('\n')
        })
        return `-- ${says} (${name})\n${lines.join('\n')}\n`
      }),
    )
    await expect(sections.join('\n')).toMatchFileSnapshot('golden/schema-change.sql')
  })
})

/** Values of each type, as text that every engine casts and prints alike. */
const values: Readonly<Record<string, readonly string[]>> = {
  integer: ['-3', '2147483647'],
  bigint: ['7', '9223372036854775807'],
  'decimal(8,2)': ['1.50', '999999.99'],
  'decimal(12,4)': ['0.0001', '12345678.5000'],
  text: ['x', "it's"],
}
const wider: Readonly<Record<string, readonly string[]>> = {
  integer: ['bigint'],
  'decimal(8,2)': ['decimal(12,4)'],
}
const holds = (outer: string, inner: string) => outer === inner || (wider[inner] ?? []).includes(outer)

interface Step {
  readonly columns: Columns
  readonly mode: 'append' | 'sync' | 'ignore'
  readonly row: Readonly<Record<string, string>>
}

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom(...Object.keys(values))), {
      minLength: 1,
      maxLength: 4,
      selector: ([name]) => name,
    }),
    fc.constantFrom('append' as const, 'sync' as const, 'ignore' as const),
    fc.nat({ max: 1 }),
  )
  .map(([pairs, mode, which]) => {
    const columns = Object.fromEntries(pairs)
    const row = Object.fromEntries(pairs.map(([name, type]) => [name, values[type]?.[which] ?? '']))
    return { columns, mode, row }
  })

/** A table of a few lines: which columns it has, of which types, and its rows as text. */
interface Model {
  readonly columns: Columns
  readonly rows: readonly Readonly<Record<string, string | undefined>>[]
}

/** What DESIGN §5 says of `on_schema_change`; undefined: refused. */
function next({ columns, rows }: Model, { columns: after, mode, row }: Step): Model | undefined {
  const merged: Record<string, string> = {}
  for (const [name, type] of Object.entries(columns)) {
    const given = after[name]
    if (given === undefined) {
      if (mode !== 'sync') merged[name] = type
    } else if (holds(type, given)) merged[name] = type
    else if (holds(given, type) && mode !== 'ignore') merged[name] = given
    else return undefined
  }
  for (const [name, type] of Object.entries(after)) if (!(name in columns) && mode !== 'ignore') merged[name] = type
  const stored = (one: Model['rows'][number]) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => name in merged))
  return { columns: merged, rows: [...rows, row].map(stored) }
}

const shown = (model: Model) =>
  model.rows
    .map((row) => Object.fromEntries(Object.keys(model.columns).map((name) => [name, number(row[name])])))
    .map((row) => JSON.stringify(row, Object.keys(row).sort()))
    .sort()

/** Decimals are compared without the zeros behind that a wider type prints. */
const number = (text: string | undefined): string | null =>
  text === undefined ? null : text.includes('.') ? text.replace(/0+$/, '') : text

describeEngines('a table whose rows come with other columns', (fixture: Fixture) => {
  const bench = useBench(fixture)
  const { dialect } = fixture.adapter
  const name = `${dialect.quote(target.schema)}.${dialect.quote(target.name)}`

  conforms(fixture, 'holds every row, with nulls where it had no column', async () => {
    await bench.run(dialect.ddl.createSchema(target.schema))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
        await bench.run(dialect.ddl.drop(target, 'table'))
        const [first] = steps
        if (!first) return
        await bench.run(dialect.ddl.createTable(target, columnsOf(dialect, first.columns)))
        let model: Model = { columns: first.columns, rows: [] }
        for (const one of steps) {
          const { relations } = await bench.session.catalog([target.schema])
          const before = relations.find(({ name: table }) => table === target.name)?.columns ?? []
          const after = columnsOf(dialect, one.columns)
          const evolution = dialect.evolve?.({ target, before, after, mode: one.mode })
          const expected = next(model, one)
          // A table that would lose its last column has nothing in common with the rows.
          if (expected && Object.keys(expected.rows.at(-1) ?? {}).length === 0) return
          expect((evolution?.refused.length ?? 0) > 0).toBe(expected === undefined)
          if (!evolution || !expected) continue
          const written = evolution.written.map((column) => dialect.quote(column.name)).join(', ')
          const cells = evolution.written.map(
            (column) =>
              `cast(${dialect.literal({ type: 'text', value: one.row[column.name] ?? '' })} as ${column.type})`,
          )
          await bench.connection.transaction(async () => {
            await bench.run(...evolution.statements, `insert into ${name} (${written}) select ${cells.join(', ')}`)
          })
          model = expected
          const selected = Object.keys(model.columns).map(
            (column) => `cast(${dialect.quote(column)} as text) as ${dialect.quote(column)}`,
          )
          const rows = await bench.query(`select ${selected.join(', ')} from ${name}`)
          const found = rows.map((row) =>
            Object.fromEntries(
              Object.entries(row).map(([key, value]) => [key, value === null ? undefined : String(value)]),
            ),
          )
          expect(shown({ columns: model.columns, rows: found })).toEqual(shown(model))
          const now = (await bench.session.catalog([target.schema])).relations.find(
            ({ name: table }) => table === target.name,
          )
          expect(new Map(now?.columns.map((c) => [c.name, c.type]))).toEqual(
            new Map(evolution.columns.map((c) => [c.name, c.type])),
          )
        }
      }),
      { numRuns: 25 },
    )
  })
})

import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Strategy, WriteRequest } from '../../src/adapters/contract.ts'
import { adapterNames, adapterOf } from '../../src/adapters/index.ts'
import { conforms, describeEngines, type Fixture, useBench } from './fixtures.ts'
import { requests, type Shipment, shipmentColumns, target, windowOf } from './requests.fixture.ts'

/** Strategies: the SQL of every engine side by side, and what it does with rows against a model of a few lines. */

const strategies: readonly Strategy[] = ['replace_partition', 'table', 'append', 'merge', 'history']

describe('the SQL of every engine', () => {
  for (const strategy of strategies.filter((one) => requests.some((request) => request.strategy === one))) {
    it(`${strategy}, side by side`, async () => {
      const sections = requests
        .filter((one) => one.strategy === strategy)
        .map(({ says, request }) => {
          const engines = adapterNames.map((name) => {
            const adapter = adapterOf(name)
            const staging = { schema: adapter?.features.temporarySchema ?? 'elt_staging', name: 'staged' }
            const statements = adapter?.dialect.write[strategy]?.(request(adapter.dialect, staging))
            return `-- ${name}\n${statements?.map((sql) => `${sql};`).join('\n') ?? '-- not supported'}`
          })
          return `-- ${strategy}: ${says}\n\n${engines.join('\n\n')}\n`
        })
      await expect(sections.join('\n\n')).toMatchFileSnapshot(`golden/${strategy}.sql`)
    })
  }
})

const inside = (ranges: readonly (readonly [string, string])[] | undefined, [day]: Shipment) =>
  ranges === undefined || ranges.some(([start, end]) => day >= start && day < end)
const keyOf = ([, order, line]: Shipment) => `${order}/${line}`

/** What DESIGN §8 says that a table holds after its rows were written. */
interface Write {
  readonly before: readonly Shipment[]
  readonly staged: readonly Shipment[]
  readonly ranges?: readonly (readonly [string, string])[]
  readonly deleteMissing?: boolean
  readonly moves?: boolean
}

const contract: { readonly [S in Exclude<Strategy, 'history'>]: (write: Write) => readonly Shipment[] } = {
  replace_partition: ({ before, staged, ranges }) => [
    ...before.filter((row) => !inside(ranges, row)),
    ...staged.filter((row) => inside(ranges, row)),
  ],
  table: ({ staged }) => staged,
  append: ({ before, staged, ranges }) => [...before, ...staged.filter((row) => inside(ranges, row))],
  merge: ({ before, staged, ranges, deleteMissing, moves }) => {
    const keys = new Set(staged.map(keyOf))
    const stays = (row: Shipment) => {
      if (keys.has(keyOf(row))) return !(moves || inside(ranges, row))
      return !(deleteMissing && inside(ranges, row))
    }
    return [...before.filter(stays), ...staged]
  },
}

const days = Array.from({ length: 6 }, (_, i) => `2024-01-0${i + 1}`)
const dayAfter = (day: string) => `2024-01-0${Number(day.slice(-1)) + 1}`
const shipment = fc.tuple(
  fc.constantFrom(...days),
  fc.integer({ min: 1, max: 4 }),
  fc.constantFrom('a', "b'", 'ü'),
  fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
)
const manyShipments = fc.array(shipment, { maxLength: 8 })
const keyedShipments = fc.uniqueArray(shipment, { maxLength: 8, selector: keyOf })
const someRanges = fc
  .subarray(days, { minLength: 1, maxLength: 4 })
  .map((starts) => starts.map((day): readonly [string, string] => [day, dayAfter(day)]))

/** Rows before and staged rows, as a runner hands them on: staged ones inside of the ranges, keys as the strategy needs them. */
function writes(strategy: keyof typeof contract): fc.Arbitrary<Write> {
  if (strategy === 'table') return fc.record({ before: manyShipments, staged: manyShipments })
  const isKeyed = strategy === 'merge'
  const rows = isKeyed ? keyedShipments : manyShipments
  const flags = isKeyed ? fc.tuple(fc.boolean(), fc.boolean()) : fc.constant([false, false] as const)
  return fc
    .tuple(rows, rows, fc.option(someRanges, { nil: undefined }), flags)
    .map(([all, staged, ranges, [deleteMissing, moves]]) => {
      const arrived = staged.filter((row) => inside(ranges, row))
      const keys = new Set(arrived.map(keyOf))
      // A key in another partition has failed the batch before, unless the model lets keys move.
      const before = isKeyed && !moves ? all.filter((row) => inside(ranges, row) || !keys.has(keyOf(row))) : all
      return {
        before,
        staged: arrived,
        ...(ranges ? { ranges } : {}),
        deleteMissing,
        moves: moves && ranges !== undefined,
      }
    })
}

const sorted = (rows: readonly Shipment[]) => rows.map((row) => JSON.stringify(row)).sort()

describeEngines('strategies', (fixture) => {
  const { dialect, features } = fixture.adapter
  const bench = useBench(fixture)
  const staging = { schema: features.temporarySchema ?? 'shop', name: 'staged' }
  const relation = (name: WriteRequest['target']) => `${dialect.quote(name.schema)}.${dialect.quote(name.name)}`
  const types = ['date', 'integer', 'text', 'integer'].map((type) => dialect.type(type) ?? type)
  const names = shipmentColumns.map(dialect.quote)

  beforeAll(async () => {
    const columns = shipmentColumns.map((name, i) => ({ name, type: types[i] ?? '' }))
    const none = columns.map(({ type }, i) => `cast(null as ${type}) as ${names[i]}`).join(', ')
    await bench.run(dialect.ddl.createSchema('shop'), dialect.ddl.createTable(target, columns))
    await bench.run(dialect.ddl.stage(staging, `select ${none} where 1 = 0`))
  })

  function tuple([day, order, line, weight]: Shipment): string {
    const values = [
      dialect.literal({ type: 'date', value: day }),
      String(order),
      dialect.literal({ type: 'text', value: line }),
      weight === null ? 'null' : String(weight),
    ]
    return `(${values.join(', ')})`
  }

  async function fill(name: WriteRequest['target'], rows: readonly Shipment[]): Promise<void> {
    await bench.run(`delete from ${relation(name)}`)
    // Another order of the columns: they are matched by name, not by place.
    if (rows.length > 0)
      await bench.run(`insert into ${relation(name)} (${names.join(', ')}) values ${rows.map(tuple).join(', ')}`)
  }

  const held = async () =>
    (await bench.query(`select ${names.join(', ')} from ${relation(target)}`)).map(
      (row) => shipmentColumns.map((column) => row[column]) as unknown as Shipment,
    )

  async function write(strategy: Strategy, request: WriteRequest): Promise<void> {
    const statements = dialect.write[strategy]?.(request) ?? []
    await bench.connection.transaction(() => bench.run(...statements))
  }

  for (const strategy of ['replace_partition', 'table', 'append', 'merge'] as const) {
    if (!dialect.write[strategy]) continue
    conforms(fixture, `${strategy} leaves exactly the rows that its contract says`, async () => {
      await fc.assert(
        fc.asyncProperty(writes(strategy), async (given) => {
          await fill(target, given.before)
          await fill(staging, given.staged)
          const { deleteMissing = false, moves = false, ranges } = given
          const expected = sorted(contract[strategy](given))
          const request: WriteRequest = {
            target,
            staging,
            columns: shipmentColumns.toReversed(),
            ...(ranges ? { window: windowOf(dialect, ranges) } : {}),
            ...(strategy === 'merge' ? { uniqueKey: ['order', 'line'], deleteMissing, moves } : {}),
          }
          await write(strategy, request)
          expect(sorted(await held())).toEqual(expected)
          if (strategy === 'append') return
          await write(strategy, request)
          expect(sorted(await held())).toEqual(expected)
        }),
        { numRuns: 60 },
      )
    })

    conforms(fixture, `${strategy} into a target without rows of the window need not look for them`, async () => {
      await fc.assert(
        fc.asyncProperty(keyedShipments, someRanges, async (rows, ranges) => {
          const isWhole = strategy === 'table'
          const [staged, before] = [
            rows.filter((row) => isWhole || inside(ranges, row)),
            rows.filter((row) => !isWhole && !inside(ranges, row)),
          ]
          await fill(target, before)
          await fill(staging, staged)
          const uniqueKey = strategy === 'merge' ? { uniqueKey: ['order', 'line'] } : {}
          const window = isWhole ? {} : { window: windowOf(dialect, ranges) }
          await write(strategy, { target, staging, columns: shipmentColumns, empty: true, ...window, ...uniqueKey })
          expect(sorted(await held())).toEqual(sorted([...before, ...staged]))
        }),
        { numRuns: 15 },
      )
    })
  }

  conforms(fixture, 'a window without ranges writes nothing', async () => {
    await fill(target, [['2024-01-01', 1, 'a', 1]])
    await fill(staging, [['2024-01-02', 2, 'a', 1]])
    for (const strategy of ['replace_partition', 'append', 'merge'] as const) {
      await write(strategy, {
        target,
        staging,
        columns: shipmentColumns,
        window: { column: 'day', ranges: [] },
        uniqueKey: ['order', 'line'],
      })
    }
    expect(await held()).toEqual([['2024-01-01', 1, 'a', 1]])
  })

  conforms(fixture, 'the statements that the files show run', () => runAll(fixture))

  async function runAll({ adapter }: Fixture): Promise<void> {
    for (const { strategy, request } of requests) {
      // Versions need other columns: they are run by cases of their own.
      if (!adapter.dialect.write[strategy] || strategy === 'history') continue
      await fill(target, [])
      await fill(staging, [
        ['2024-01-03', 1, 'a', 1],
        ['2024-01-04', 2, 'a', null],
      ])
      await write(strategy, request(dialect, staging))
      expect((await held()).map(keyOf).sort()).toEqual(['1/a', '2/a'])
    }
  }
})

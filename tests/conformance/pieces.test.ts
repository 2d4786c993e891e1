import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { adapterNames, adapterOf } from '../../src/adapters/index.ts'
import { conforms, describeEngines, useBench } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** Tables that an engine keeps in pieces: nothing but their storage differs from tables that are kept whole. */

const settings = `name: shop
time_zone: Asia/Seoul
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`

type Visit = readonly [day: string, id: number, what: string]

const hostile = { schema: 'shop', name: `orders'of "many"$$ ${'ü'.repeat(21)}` }
const columns = [
  { name: 'd"ay', type: 'date' },
  { name: 'n', type: 'integer' },
]

/** Models over these visits, which differ in nothing but whether their table is kept in pieces. */
function models(visits: readonly Visit[], cut: string, config: string, more = ''): Readonly<Record<string, string>> {
  const rows = visits.map(([day, id, what]) => `select cast('${day}' as date) as day, ${id} as id, '${what}' as what`)
  const none = "select cast('2024-01-01' as date) as day, 0 as id, '' as what where 1 = 0"
  const sql = (pieces: string) =>
    `{{ config(materialized='incremental', partition_by='day', begin='2023-12-30', end='2024-03-02'${config}${pieces}) }}
select day, id, what${more} from (${[none, ...rows].join(' union all ')}) as visits where {{ in_window('day') }}`
  return { 'models/analytics/whole.sql': sql(''), 'models/analytics/cut.sql': sql(cut) }
}

describe('the SQL of every engine', () => {
  it('keeps tables in pieces, side by side', async () => {
    const target = { schema: 'analytics', name: 'orders' }
    const sections = adapterNames.map((name) => {
      const pieces = adapterOf(name)?.dialect.ddl.pieces
      if (!pieces) return `-- ${name}: tables are kept whole\n`
      const day = { key: '2024-01-05', start: "date '2024-01-05'", end: "date '2024-01-06'" }
      const month = { key: '2024-01', start: "date '2024-01-01'", end: "date '2024-02-01'", parts: [day] }
      const statements = [pieces.createTable(target, columns, 'd"ay'), ...pieces.make(target, [month])]
      return `-- ${name}\n${statements.map((sql) => `${sql};`).join('\n')}\n`
    })
    await expect(sections.join('\n')).toMatchFileSnapshot('golden/pieces.sql')
  })
})

describeEngines('tables in pieces', (fixture) => {
  const { dialect } = fixture.adapter
  const bench = useBench(fixture)
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove()
  })

  async function open(files: Readonly<Record<string, string>>): Promise<Project> {
    const project = await newProject(fixture, settings, files)
    projects.push(project)
    return project
  }

  async function run(project: Project, files: Readonly<Record<string, string>>, code = 0, ...words: readonly string[]) {
    for (const [path, text] of Object.entries(files)) project.write(path, text)
    const ran = await project.elt('run', ...words, '--now', '2024-03-10', '--yes')
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(code)
    return `${ran.stdout}${ran.stderr}`
  }

  /** The rows, which are those of the table that is kept whole; nothing else is to be seen. */
  async function same(project: Project): Promise<readonly string[] | undefined> {
    const found = await project.contents('analytics')
    expect(Object.keys(found)).toEqual(['analytics.cut', 'analytics.whole'])
    expect(found['analytics.cut']).toEqual(found['analytics.whole'])
    return found['analytics.cut']
  }

  const partitions = async (project: Project) =>
    dialect.ddl.pieces
      ? (
          await project.query(
            "select cast(cast(inhrelid as regclass) as text) as name from pg_catalog.pg_inherits where inhparent = cast('analytics.cut' as regclass) order by 1",
          )
        ).map(({ name }) => name)
      : []

  const visit = fc.tuple(
    fc.constantFrom('2023-12-30', '2023-12-31', '2024-01-01', '2024-01-31', '2024-02-29', '2024-03-01'),
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom('a', 'b'),
  )
  const visits = fc.uniqueArray(visit, { maxLength: 5, selector: ([, id]) => id })
  const configs = {
    replace_partition: '',
    merge: ", strategy='merge', unique_key='id', moves=true, delete_missing=true",
  }

  for (const [strategy, config] of Object.entries(configs)) {
    conforms(fixture, `${strategy} leaves the rows of a table that is kept whole`, async () => {
      const project = await open({})
      const step = fc.record({
        rows: visits,
        unit: fc.constantFrom('day', 'month', 'year'),
        line: fc.constantFrom(['--force'], ['--force', '--partition', '2024-01-31'], ['--full-refresh'], []),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 3 }), async (steps) => {
          for (const { rows, unit, line } of steps) {
            await run(project, models(rows, `, table_partitions='${unit}'`, config), 0, ...line)
            await same(project)
          }
        }),
        { numRuns: 2 },
      )
    })
  }

  conforms(
    fixture,
    'pieces are made for the partitions that are written, and columns change in all of them',
    async () => {
      const rows: readonly Visit[] = [
        ['2024-01-01', 1, 'a'],
        ['2024-01-31', 2, 'a'],
        ['2024-03-01', 3, 'a'],
      ]
      const project = await open(models(rows, ", table_partitions='month'", ", strategy='append'"))
      await run(project, {})
      expect(await same(project)).toHaveLength(3)
      const made = await partitions(project)
      if (dialect.ddl.pieces) expect(made).toContain('analytics.cut__2024_01')
      const changed = models(rows, ", table_partitions='month'", '', ', id + 0.5 as half')
      await run(project, changed, 0, '--force', '--partition', '2024-01-31')
      expect((await same(project))?.filter((row) => row.includes('["half","2.5"]'))).toHaveLength(1)
    },
  )

  conforms(fixture, 'pieces of other lengths that are there take the rows, or leave room for them', async () => {
    if (!dialect.ddl.pieces) return
    const rows: readonly Visit[] = [
      ['2024-01-01', 1, 'a'],
      ['2024-01-31', 2, 'a'],
      ['2024-02-29', 3, 'a'],
    ]
    const project = await open(models([], ", table_partitions='month'", ''))
    await run(project, {}, 0, '--partition', '2023-12-31')
    await project.query(
      "create table analytics.by_hand partition of analytics.cut for values from ('2024-01-10') to ('2024-02-10')",
    )
    await run(project, models(rows, ", table_partitions='year'", ''), 0, '--force')
    expect((await project.query('select id from analytics.by_hand')).map(({ id }) => id)).toEqual([2])
    expect((await project.query('select id from analytics.cut order by id')).map(({ id }) => id)).toEqual([1, 2, 3])
  })

  conforms(
    fixture,
    'a table that is kept otherwise than the model says is told, and made anew by a full refresh',
    async () => {
      const rows: readonly Visit[] = [['2024-01-01', 1, 'a']]
      const project = await open(models(rows, '', ''))
      await run(project, {})
      const cut = models(rows, ", table_partitions='year'", ', batch=100')
      if (!dialect.ddl.pieces) {
        await run(project, cut)
        expect((await project.elt('compile')).stderr).toContain('keeps every table whole')
        return
      }
      expect(await run(project, cut, 1, '--force', '--select', 'cut')).toContain(
        'error[table-partitions-changed]: the table of analytics.cut is not kept in pieces',
      )
      expect(await partitions(project)).toEqual([])
      await run(project, {}, 0, '--full-refresh')
      expect(await partitions(project)).toEqual(['analytics.cut__2023', 'analytics.cut__2024'])
      expect(await same(project)).toHaveLength(1)
      expect(await run(project, models(rows, '', ''), 1, '--force', '--select', 'cut')).toContain(
        'which the model does not say',
      )
      await run(project, {}, 0, '--full-refresh')
      expect(await partitions(project)).toEqual([])
      expect(await same(project)).toHaveLength(1)
    },
  )

  conforms(fixture, 'names of any length and any letters, again and again', async () => {
    const { pieces } = dialect.ddl
    if (!pieces) return
    const name = `${dialect.quote(hostile.schema)}.${dialect.quote(hostile.name)}`
    await bench.run(dialect.ddl.createSchema('shop'), pieces.createTable(hostile, columns, 'd"ay'))
    const piece = (month: number) => ({
      key: `2024-0${month}`,
      start: `date '2024-0${month}-01'`,
      end: `date '2024-0${month + 1}-01'`,
      parts: [],
    })
    for (const months of [[1], [1, 2], [2]]) await bench.run(...pieces.make(hostile, months.map(piece)))
    await bench.run(`insert into ${name} values (date '2024-01-31', 1), (date '2024-02-01', 2)`)
    const { relations } = await bench.session.catalog(['shop'])
    expect(relations).toMatchObject([{ name: hostile.name, kind: 'table', cutBy: 'd"ay' }])
    expect(await bench.value(`select count(distinct tableoid) from ${name}`)).toBe(2)
  })
})

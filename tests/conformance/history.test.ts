import fc from 'fast-check'
import { beforeAll, expect } from 'vitest'
import type { HistoryWrite, WriteRequest } from '../../src/adapters/contract.ts'
import { conforms, describeEngines, useBench } from './fixtures.ts'
import { type Look, lookedAt, type Rule, type Version } from './history.fixture.ts'
import { newProject, type Project } from './project.fixture.ts'

/** Histories: what the statements leave, against a model that keeps versions one by one, and a project that lives some days. */

const afterLooks = (looks: readonly Look[], rule: Rule): Version[] =>
  looks.reduce<Version[]>((versions, look) => lookedAt(versions, look, rule), [])

const days = Array.from({ length: 9 }, (_, i) => `2024-01-0${i + 1}`)
const row = fc.record({
  id: fc.integer({ min: 1, max: 3 }),
  value: fc.constantFrom('a', "b'", null),
  since: fc.constantFrom(...days),
})
const looks = fc
  .array(fc.tuple(fc.constantFrom(...days), fc.uniqueArray(row, { maxLength: 3, selector: ({ id }) => id })), {
    maxLength: 7,
  })
  // Days do not run backwards, but there may be two looks on one.
  .map((list) => list.sort(([one], [other]) => one.localeCompare(other)).map(([day, rows]): Look => ({ day, rows })))
const rules = fc.record<Rule>({
  isCompared: fc.boolean(),
  hardDeletes: fc.constantFrom('ignore', 'invalidate', 'new_record'),
})

const columns = ['id', 'value', 'since', 'until', 'gone']
const sorted = (versions: readonly object[]) => versions.map((version) => JSON.stringify(version)).sort()

describeEngines('histories', (fixture) => {
  const { dialect, features } = fixture.adapter
  const bench = useBench(fixture)
  const target = { schema: 'kept', name: 'people' }
  const staging = { schema: features.temporarySchema ?? 'kept', name: 'staged' }
  const relation = ({ schema, name }: WriteRequest['target']) => `${dialect.quote(schema)}.${dialect.quote(name)}`
  const names = columns.map(dialect.quote).join(', ')
  const day = (value: string) => dialect.literal({ type: 'date', value })

  beforeAll(async () => {
    const types = ['integer', 'text', 'date', 'date', 'boolean'].map((type) => dialect.type(type) ?? type)
    await bench.run(dialect.ddl.createSchema('kept'))
    await bench.run(
      dialect.ddl.createTable(
        target,
        columns.map((name, i) => ({ name, type: types[i] ?? '' })),
      ),
    )
    const none = columns.map((name, i) => `cast(null as ${types[i]}) as ${dialect.quote(name)}`).join(', ')
    await bench.run(dialect.ddl.stage(staging, `select ${none} where 1 = 0`))
  })

  async function write(look: Look, { isCompared, hardDeletes }: Rule): Promise<void> {
    await bench.run(`delete from ${relation(staging)}`)
    for (const { id, value, since } of look.rows) {
      const text = value === null ? 'null' : dialect.literal({ type: 'text', value })
      // Rows that are compared begin when they are looked at.
      const begin = day(isCompared ? look.day : since)
      await bench.run(`insert into ${relation(staging)} (${names}) values (${id}, ${text}, ${begin}, null, false)`)
    }
    const isMarked = hardDeletes === 'new_record'
    const history: HistoryWrite = {
      ...(isCompared ? { compared: ['value'] } : {}),
      now: day(look.day),
      hardDeletes,
      validFrom: 'since',
      validTo: 'until',
      ...(isMarked ? { isDeleted: 'gone' } : {}),
    }
    const statements = dialect.write.history?.({ target, staging, columns, uniqueKey: ['id'], history }) ?? []
    await bench.connection.transaction(() => bench.run(...statements))
  }

  const held = async (): Promise<Version[]> =>
    (await bench.query(`select ${names} from ${relation(target)}`)) as unknown as Version[]

  conforms(fixture, 'a history holds each version of each row, once', async () => {
    await fc.assert(
      fc.asyncProperty(looks, rules, async (given, rule) => {
        const seen = given.map((look) => ({
          ...look,
          rows: look.rows.map((one) => (rule.isCompared ? { ...one, since: look.day } : one)),
        }))
        await bench.run(`delete from ${relation(target)}`)
        for (const look of seen) await write(look, rule)
        const found = await held()
        expect(sorted(found)).toEqual(sorted(afterLooks(seen, rule)))
        for (const one of found) {
          expect(one.until === null || one.since < one.until, JSON.stringify(one)).toBe(true)
          const others = found.filter((other) => other !== one && other.id === one.id && other.since >= one.since)
          for (const other of others) expect(one.until !== null && one.until <= other.since).toBe(true)
        }
        const last = seen.at(-1)
        if (!last) return
        await write(last, rule)
        expect(sorted(await held())).toEqual(sorted(found))
      }),
      { numRuns: 60 },
    )
  })

  conforms(fixture, 'what reads files can be shown without building it', async () => {
    const project = await newProject(fixture, settings, files)
    try {
      project.write('data/people.csv', 'id,name,changed_on\n1,Ada,2024-01-01\n')
      await succeed(project, 'build')
      const before = await project.contents('raw_data', 'analytics')
      project.write('data/people.csv', 'id,name,changed_on\n1,Beda,2024-01-01\n')
      expect((await succeed(project, 'show', '--select', 'people')).stdout).toContain('Beda')
      const inline = "select name from {{ source('office', 'people') }}"
      expect((await succeed(project, 'show', '--inline', inline)).stdout).toContain('Beda')
      expect(await project.contents('raw_data', 'analytics')).toEqual(before)
    } finally {
      await project.remove()
    }
  })

  conforms(fixture, 'a project keeps the versions of what a source held', () => liveSomeDays())

  async function liveSomeDays(): Promise<void> {
    const project = await newProject(fixture, settings, files)
    const people = (rows: string): void => project.write('data/people.csv', `id,name,changed_on\n${rows}`)
    try {
      people('1,Ada,2024-01-01\n2,Bob,2024-01-01\n')
      await succeed(project, 'run')
      people('1,Ada,2024-01-01\n2,Robert,2024-01-05\n')
      await succeed(project, 'run')
      people('2,Robert,2024-01-05\n3,Cleo,2024-01-06\n')
      await succeed(project, 'run')
      const dated = await project.query(
        'select id, name, cast(valid_from as varchar(10)) as since, case when valid_to is null then 1 else 0 end as is_current from analytics.dated order by id, valid_from',
      )
      expect(dated).toEqual([
        { id: 1, name: 'Ada', since: '2024-01-01', is_current: 0 },
        { id: 2, name: 'Bob', since: '2024-01-01', is_current: 0 },
        { id: 2, name: 'Robert', since: '2024-01-05', is_current: 1 },
        { id: 3, name: 'Cleo', since: '2024-01-06', is_current: 1 },
      ])
      const compared = await project.query(
        'select id, name, is_deleted, case when valid_to is null then 1 else 0 end as is_current from analytics.compared order by id, valid_from',
      )
      expect(compared).toEqual([
        { id: 1, name: 'Ada', is_deleted: false, is_current: 0 },
        { id: 1, name: 'Ada', is_deleted: true, is_current: 1 },
        { id: 2, name: 'Bob', is_deleted: false, is_current: 0 },
        { id: 2, name: 'Robert', is_deleted: false, is_current: 1 },
        { id: 3, name: 'Cleo', is_deleted: false, is_current: 1 },
      ])
      expect(await project.query('select current_names from analytics.reader')).toEqual([{ current_names: 2 }])
      expect((await succeed(project, 'run')).stdout).toMatch(/nothing to do|up to date/)
      const before = await project.contents('analytics')
      await succeed(project, 'run', '--select', 'dated compared', '--force')
      expect(await project.contents('analytics')).toEqual(before)
      people('2,Robert,2024-01-05\n2,Rob,2024-01-07\n')
      const refused = await project.elt('run')
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('duplicate-keys')])
      people('2,Robert,\n')
      expect((await project.elt('run')).stderr).toContain('null-updated-at')
      expect((await project.contents('analytics'))['analytics.dated']).toEqual(before['analytics.dated'])
    } finally {
      await project.remove()
    }
  }
})

const settings = `name: people
time_zone: Europe/Berlin
default_target: test
targets:
  test:
<target>
`

const files = {
  'models/raw_data/sources.yml': `sources:
  - name: office
    tables:
      - name: people
        files: data/people.csv
        columns:
          - { name: id, data_type: integer }
          - { name: name, data_type: text }
          - { name: changed_on, data_type: date }
`,
  'models/raw_data/people.sql': `{{ config(materialized='table') }}
select id, name, changed_on from {{ source('office', 'people') }}
`,
  'models/analytics/dated.sql': `{{ config(materialized='history', unique_key='id', updated_at='changed_on', hard_deletes='invalidate') }}
select id, name, changed_on from {{ ref('people') }}
`,
  'models/analytics/compared.sql': `{{ config(materialized='history', unique_key='id', check_cols=['name'], hard_deletes='new_record') }}
select id, name, changed_on from {{ ref('people') }}
`,
  'models/analytics/reader.sql': `{{ config(materialized='view') }}
select count(*) as current_names from {{ ref('dated') }} where valid_to is null
`,
}

async function succeed(project: Project, ...words: readonly string[]) {
  const ran = await project.elt(...words)
  expect(ran.code, `${ran.stdout}\n${ran.stderr}`).toBe(0)
  return ran
}

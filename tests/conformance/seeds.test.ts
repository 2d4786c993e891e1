import { createHash } from 'node:crypto'
import { afterEach, expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** CSV files of a project as tables: the same rows and values on every engine. */

const settings = `name: shop
default_target: test
targets:
  test:
<target>
`

const every = `id,big,share,price,name,born,at,local,opens,kept,more,empty
1,9223372036854775807,0.1,1234567890.1234,"Süd, ""Korea""
second line	tab \\ \\N",1948-08-15,2013-12-30T10:00:00.123456+09:00,0001-01-01 00:00:00,23:59:59.5,true,"{""a"": [1, ""\\\\""]}",
-7,-9223372036854775808,1e-300,-0.5,🦆,9999-12-31,2013-03-10T01:59:59-05:00,2013-03-10T02:30:00,00:00,FALSE,[],
-9,,,,,,,,,,,
`
const properties = `seeds:
  - name: every
    config: { column_types: { id: integer, price: "decimal(20,4)", more: json } }
`
const nothing = { big: null, share: null, price: null, name: null, born: null, at: null, local: null, opens: null }
const everyRow = [
  {
    id: 1,
    big: '9223372036854775807',
    share: 0.1,
    price: '1234567890.1234',
    name: 'Süd, "Korea"\nsecond line\ttab \\ \\N',
    born: '1948-08-15',
    at: '2013-12-30T01:00:00.123456Z',
    local: '0001-01-01T00:00:00',
    opens: '23:59:59.5',
    kept: true,
    more: '{"a": [1, "\\\\"]}',
    empty: null,
  },
  {
    id: -7,
    big: '-9223372036854775808',
    share: 1e-300,
    price: '-0.5000',
    name: '🦆',
    born: '9999-12-31',
    at: '2013-03-10T06:59:59Z',
    local: '2013-03-10T02:30:00',
    opens: '00:00:00',
    kept: false,
    more: '[]',
    empty: null,
  },
  { id: -9, ...nothing, kept: null, more: null, empty: null },
]

/** What engines write each in their way: zeros behind a time's point, spaces in JSON. */
function comparable(row: Record<string, unknown>): Record<string, unknown> {
  const { opens, more } = row
  return {
    ...row,
    opens: typeof opens === 'string' ? opens.replace(/(\.\d*?)0+$/, '$1') : opens,
    more: typeof more === 'string' ? JSON.parse(more) : more,
  }
}

const large = 60_000

/** A line of a large file: with quotes, several lines, and nothing at all. */
function line(i: number): string {
  const word = createHash('md5').update(`${i}`).digest('hex')
  const note = i % 3 === 0 ? '' : i % 3 === 1 ? `"${word}, ""${i}""\nmore"` : word
  return `${i},${word},${i / 8},${note}\n`
}

describeEngines('seeds', (fixture) => {
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.remove()
  })

  async function shop(files: Readonly<Record<string, string>>): Promise<Project> {
    const project = await newProject(fixture, settings, files)
    projects.push(project)
    return project
  }

  async function elt(project: Project, code: number, ...words: readonly string[]): Promise<string> {
    const ran = await project.elt(...words)
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(code)
    return `${ran.stdout}${ran.stderr}`
  }

  conforms(fixture, 'have the types and the values of their file', async () => {
    const project = await shop({ 'data/seeds/every.csv': every, 'models/seeds.yml': properties })
    await elt(project, 0, 'seed')
    const rows = await project.query('select * from raw_data.every order by id desc')
    expect(rows.map(comparable)).toEqual(everyRow.map(comparable))
  })

  conforms(fixture, 'of many rows are loaded whole', async () => {
    const text = Array.from({ length: large }, (_, i) => line(i)).join('')
    const project = await shop({ 'data/seeds/large.csv': `id,word,eighths,note\n${text}` })
    expect(await elt(project, 0, 'seed')).toContain('60,000 rows')
    const counts =
      'count(*) as n, count(distinct word) as words, sum(eighths) as eighths, count(note) as notes, sum(length(note)) as letters'
    const [row] = await project.query(`select ${counts} from raw_data.large`)
    const notes = Array.from({ length: large }, (_, i) => i).filter((i) => i % 3 > 0)
    const letters = notes.reduce((sum, i) => sum + (i % 3 === 1 ? 32 + 9 + `${i}`.length : 32), 0)
    expect(Object.values(row ?? {}).map(Number)).toEqual([
      large,
      large,
      (large * (large - 1)) / 16,
      notes.length,
      letters,
    ])
    expect(await project.query('select note from raw_data.large where id = 4')).toEqual([
      { note: `${createHash('md5').update('4').digest('hex')}, "4"\nmore` },
    ])
  })

  conforms(
    fixture,
    'are built anew when their rows, columns or types change, and what reads them follows',
    async () => {
      const project = await shop({
        'data/seeds/countries.csv': 'code,name\nKR,Korea\nFR,France\n',
        'models/analytics/names.sql':
          "{{ config(materialized='table') }}\nselect code, name from {{ ref('countries') }}\n",
      })
      const contents = async (): Promise<unknown> => {
        const tables = await project.contents('raw_data', 'analytics')
        return Object.fromEntries(
          Object.entries(tables).map(([name, rows]) => [name, rows.map((row) => JSON.parse(row))]),
        )
      }
      await elt(project, 0, 'build')
      expect(await elt(project, 0, 'build')).toContain('nothing to do')
      project.write('data/seeds/countries.csv', 'code,name\nKR,Korea\nJP,Japan\n')
      expect(await elt(project, 0, 'plan')).toMatch(
        /raw_data.countries +table +source-changed data\/seeds\/countries.csv/,
      )
      await elt(project, 0, 'build')
      const japan = [
        ['code', 'JP'],
        ['name', 'Japan'],
      ]
      const korea = [
        ['code', 'KR'],
        ['name', 'Korea'],
      ]
      expect(await contents()).toEqual({ 'analytics.names': [japan, korea], 'raw_data.countries': [japan, korea] })
      project.write('data/seeds/countries.csv', 'name,code,people\nKorea,KR,51780579\n')
      await elt(project, 0, 'build')
      expect(await contents()).toEqual({
        'analytics.names': [korea],
        'raw_data.countries': [[...korea, ['people', 51780579]]],
      })
      project.write('models/seeds.yml', 'seeds: [{ name: countries, config: { column_types: { people: text } } }]\n')
      await elt(project, 0, 'build')
      expect(await contents()).toMatchObject({ 'raw_data.countries': [[...korea, ['people', '51780579']]] })
      expect(await elt(project, 0, 'build')).toContain('nothing to do')
    },
  )

  conforms(fixture, 'with a bad row are refused with its place, and keep their table', async () => {
    const project = await shop({
      'data/seeds/countries.csv': 'code,people\nKR,5\n',
      'models/seeds.yml': 'seeds: [{ name: countries, config: { column_types: { people: integer } } }]\n',
    })
    await elt(project, 0, 'build')
    const before = await project.contents('raw_data')
    for (const [text, place, words] of [
      ['code,people\nKR,5\nFR,x\n', '3:4', '`x` is no integer'],
      ['code,people\nKR,5\nFR\n', '3:3', 'a row has 1 field, and the header 2'],
      ['code,people\nKR,"5\nFR,6\n', '2:4', 'a quote is opened here and never closed'],
      ['code,people\nK\0R,5\n', '2:2', 'a NUL character'],
    ] as const) {
      project.write('data/seeds/countries.csv', text)
      const told = await elt(project, 2, 'build')
      expect(told).toContain(words)
      expect(told).toContain(`data/seeds/countries.csv:${place}`)
      expect(await project.contents('raw_data')).toEqual(before)
    }
  })
})

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { type Workbench, workbench } from './testing.ts'

const benches: Workbench[] = []
afterEach(() => {
  for (const bench of benches.splice(0)) bench.remove()
})

function folder() {
  const bench = workbench()
  benches.push(bench)
  const path = (name: string) => join(bench.folder, name)
  const read = (name: string) => readFileSync(path(name), 'utf8')
  return { bench, path, read }
}

/** Someone at the terminal with these answers, and what was asked. */
function person(...answers: readonly (string | undefined)[]) {
  const questions: string[] = []
  const ask = async (question: string) => answers[questions.push(question) - 1]
  return { ask, questions }
}

describe('the questions of elt init', () => {
  it('asks what no option answers, with the defaults in brackets, until the answer will do', async () => {
    const { bench, read } = folder()
    const { ask, questions } = person('My Shop', '', 'Seoul', 'Asia/Seoul', 'postgre', '', '')
    const { code, stderr } = await bench.elt(['init', 'shop'], { ask })
    expect(code).toBe(0)
    expect(questions.map((question) => question.replace(/\[.*/, '[…]'))).toEqual([
      'name of the project […]',
      'name of the project […]',
      'time zone whose days the partitions are […]',
      'time zone whose days the partitions are […]',
      'engine: duckdb or postgres […]',
      'engine: duckdb or postgres […]',
      'folder with data files in it (CSV, NDJSON, Parquet); none for a sample: ',
    ])
    expect(stderr).toContain('My Shop will not do: it must be lower case letters')
    expect(stderr).toContain('such as Asia/Seoul')
    expect(read('shop/project.yml')).toMatch(/^name: shop\ntime_zone: Asia\/Seoul /)
  })

  it('does not ask what options say, nor with --yes, nor where CI is set, nor without a terminal', async () => {
    const { bench } = folder()
    const { ask, questions } = person('')
    await bench.elt(['init', 'a', '--name', 'a', '--time-zone', 'UTC', '--adapter', 'duckdb'], { ask })
    expect(questions).toHaveLength(1)
    await bench.elt(['init', 'b', '--yes'], { ask })
    await bench.elt(['init', 'c'], { ask, env: { CI: 'true' } })
    expect(await bench.elt(['init', 'd'])).toMatchObject({ code: 0 })
    expect(questions).toHaveLength(1)
  })

  it('leaves nothing where a question was not answered, or the folder was wrong from the start', async () => {
    const { bench, path } = folder()
    const { ask, questions } = person('shop', undefined)
    expect(await bench.elt(['init', 'shop'], { ask })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error\[init-unanswered\]/m),
    })
    expect(existsSync(path('shop'))).toBe(false)
    bench.write('old/dbt_project.yml', 'name: old\n')
    const before = questions.length
    expect((await bench.elt(['init', 'old', '--data', 'old/data'], { ask })).stderr).toContain(
      'cp dbt_project.yml project.yml',
    )
    expect(questions).toHaveLength(before)
    expect(readdirSync(path('old'))).toEqual(['dbt_project.yml'])
  })
})

describePostgres('elt init --adapter postgres', (server) => {
  it('writes a target that takes its address from the environment, and builds', async () => {
    const { bench } = folder()
    const { stdout, code } = await bench.elt(['init', 'shop', '--adapter', 'postgres', '--yes'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/export ELT_PG_URL=… +like postgres:\/\/user@localhost:5432\/database/)
    const database = await freshDatabase(server)
    const elt = (env: Record<string, string>) => bench.elt(['build'], { cwd: 'shop', env })
    try {
      expect((await elt({})).stderr).toContain('error[undefined-env-var]')
      expect(await elt({ ELT_PG_URL: database.url })).toMatchObject({ code: 0 })
      const wrong = await elt({ ELT_PG_URL: database.url.replace(/:\d+\//, ':9/') })
      expect(wrong).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/warehouse-unreachable(?:.|\n)*project\.yml:9:3/),
      })
    } finally {
      await database.drop()
    }
  })
})

describe('elt init around data files', () => {
  it('writes sources with the types that it finds, models by the day, and they build at once', async () => {
    const { bench, path, read } = folder()
    for (const day of ['01', '02', '03']) {
      bench.write(
        `data/clicks/2024-01-${day}.ndjson`,
        `{"ID":${day[1]},"clicked_at":"2024-01-${day}T08:00:00Z","order":"007","Paid Amount":1.5}\n`,
      )
    }
    bench.write('data/shops.csv', 'id,code,opened,size\n1,007,2020-01-01,1.5\n2,010,2021-05-31,\n')
    bench.write('data/notes.txt', 'no data')
    const made = await bench.elt(['init', '.', '--data', 'data', '--time-zone', 'Asia/Seoul', '--name', 'web'])
    expect(made.stderr).toBe('')
    expect(made.stdout).toContain(
      'clicks  3 files, 4 columns, loaded by day, on clicked_at   data/clicks/{yyyy}-{MM}-{dd}.ndjson',
    )
    const sources = read('models/raw_data/sources.yml')
    for (const line of [
      'time_zone: UTC',
      'event_time: clicked_at',
      '{ name: ID, data_type: bigint }',
      '{ name: "Paid Amount", data_type: double }',
      '{ name: code, data_type: text }',
      '{ name: opened, data_type: date }',
    ])
      expect(sources).toContain(line)
    const built = await bench.elt(['build'])
    expect(built).toMatchObject({ code: 0 })
    const shown = await bench.elt(['show', '--inline', "select * from {{ ref('clicks') }}", '--output', 'json'])
    expect(JSON.parse(shown.stdout).rows[0]).toMatchObject({
      clicked_date: '2024-01-02',
      id: 2,
      order_value: '007',
      paid_amount: 1.5,
    })
    expect(existsSync(path('target/manifest.json'))).toBe(true)
  })

  it('takes the zone in which rows lie in the files of their dates, and counts how late they come', async () => {
    const { bench, read } = folder()
    // 20:00 UTC is the next day in Seoul: the dates of these paths are Seoul's, and a row came a day late.
    bench.write('data/a/2024-01-02.csv', 'at\n2024-01-01T20:00:00Z\n2024-01-02T10:00:00Z\n')
    bench.write('data/a/2024-01-03.csv', 'at\n2024-01-01T20:00:00Z\n2024-01-03T14:59:00Z\n')
    await bench.elt(['init', '.', '--data', 'data', '--time-zone', 'Asia/Seoul'])
    expect(read('models/raw_data/sources.yml')).toMatch(
      /time_zone: Asia\/Seoul.*\n.*event_time: at .*\n.*late_by: 1 day /,
    )
  })

  it('reads as a whole what has dates in its paths that no column agrees with', async () => {
    const { bench, read } = folder()
    bench.write('data/b/2024-01-02.csv', 'born\n1980-05-05\n')
    const { stdout } = await bench.elt(['init', '.', '--data', 'data'])
    expect(stdout).toContain('no time column agrees')
    expect(read('models/raw_data/b.sql')).toContain("materialized='table'")
    expect((await bench.elt(['build'])).code).toBe(0)
  })

  it('refuses a folder with anything else in it, and data that lies elsewhere, and writes nothing', async () => {
    const { bench, path } = folder()
    bench.write('data/a.csv', 'id\n1\n')
    bench.write('notes.md', 'mine')
    expect((await bench.elt(['init', '.', '--data', 'data'])).stderr).toContain('it holds notes.md')
    expect((await bench.elt(['init', 'new', '--data', 'data'])).stderr).toContain('elt init . --data data')
    expect((await bench.elt(['init', 'new', '--data', 'new/none'])).stderr).toContain('there is no such folder')
    expect(readdirSync(path('.')).sort()).toEqual(['data', 'notes.md'])
  })

  it('goes into a fresh repository', async () => {
    const { bench, path } = folder()
    mkdirSync(path('.git'))
    writeFileSync(path('LICENSE'), 'x')
    expect((await bench.elt(['init', '.'])).code).toBe(0)
  })
})

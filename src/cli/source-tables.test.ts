import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import { duckdbFile, postgresDatabase, type Ran, type TestWarehouse, type Workbench, workbench } from './testing.ts'

let bench: Workbench
let warehouse: TestWarehouse

const rides = `{{ config(materialized='incremental', partition_by='day', begin='2024-01-01') }}
select day, id, fare from {{ source('app', 'ride') }} where {{ partition_filter('app.ride') }}`

function project(table: string, models: Readonly<Record<string, string>>): void {
  bench.write('project.yml', `name: till\ntargets: { local: ${warehouse.target} }\n`)
  bench.write(
    'models/raw_data/app.yml',
    `sources:\n  - name: app\n    tables:\n      - name: ride\n${table.replace(/^/gm, '        ')}\n`,
  )
  for (const [path, text] of Object.entries(models)) bench.write(`models/raw_data/${path}.sql`, text)
}

const elt = (command: string): Promise<Ran> => bench.elt(command.split(' '))

async function build(now: string): Promise<Ran> {
  const ran = await elt(`build --now ${now} --output json`)
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  return ran
}

async function plan(now: string): Promise<string> {
  const { stdout, stderr } = await elt(`plan --now ${now}`)
  return stdout + stderr
}

const ids = async (relation: string, day: string): Promise<number[]> => {
  const rows = await warehouse.query(`select id from ${relation} where day = date '${day}' order by id`)
  return rows.map(({ id }) => Number(id))
}

function aWarehouse(open: () => Promise<TestWarehouse>): void {
  beforeEach(async () => {
    bench = workbench()
    warehouse = await open()
    await warehouse.run(
      `create schema app;
create table app.ride (day date, id integer, fare integer, loaded timestamptz);
insert into app.ride values (date '2024-01-01', 1, 10, timestamptz '2024-01-02 00:00:00+00'),
  (date '2024-01-02', 2, 20, timestamptz '2024-01-03 00:00:00+00'), (date '2024-01-03', 3, 30, timestamptz '2024-01-04 00:00:00+00')`,
    )
  })

  afterEach(() => bench.remove())

  describe('a table of the warehouse whose rows are counted', () => {
    it('rebuilds the partitions whose number of rows differs, and no other', async () => {
      project('partition_by: day\nchange_signal: count', { rides })
      await build('2024-01-04')
      expect(await plan('2024-01-04')).toContain('nothing to build')
      await warehouse.run("insert into app.ride values (date '2024-01-02', 4, 40, null)")
      expect(await plan('2024-01-04')).toMatch(/raw_data.rides +1 partition +2024-01-02 +source-changed app.ride\n/)
      await build('2024-01-04')
      expect(await ids('raw_data.rides', '2024-01-02')).toEqual([2, 4])
      expect(await plan('2024-01-04')).toContain('nothing to build')
    })

    it('keeps what was built from a partition that was purged', async () => {
      project('partition_by: day\nchange_signal: count', { rides })
      await build('2024-01-04')
      await warehouse.run("delete from app.ride where day = date '2024-01-01'")
      expect(await plan('2024-01-04')).toMatch(/input-gone|no longer there/)
      await build('2024-01-04')
      expect(await ids('raw_data.rides', '2024-01-01')).toEqual([1])
      const { code, stderr } = await elt('run --force --now 2024-01-04')
      expect(code).toBe(2)
      expect(stderr).toContain('rows-would-be-lost')
    })

    it('sees changes of the watched partitions only, and the plan says so', async () => {
      project('partition_by: day\nchange_signal: count\nwatch: 2', { rides })
      await build('2024-01-04')
      await warehouse.run(
        "insert into app.ride values (date '2024-01-01', 5, 50, null); insert into app.ride values (date '2024-01-03', 6, 60, null)",
      )
      const text = await plan('2024-01-04')
      expect(text).toMatch(/1 partition +2024-01-03 +source-changed app.ride/)
      expect(text).toContain('changes not seen: app.ride before 2024-01-03')
    })

    it('is one whole where nothing cuts it into partitions', async () => {
      project('change_signal: count', {
        total: "{{ config(materialized='table') }}select count(*) as n from {{ source('app', 'ride') }}",
      })
      await build('2024-01-04')
      expect(await plan('2024-01-04')).toContain('nothing to build')
      await warehouse.run('update app.ride set fare = 0')
      expect(await plan('2024-01-04')).toContain('nothing to build')
      await warehouse.run("insert into app.ride values (date '2024-01-02', 4, 40, null)")
      expect(await plan('2024-01-04')).toMatch(/raw_data.total +table +source-changed app.ride/)
      await build('2024-01-04')
      expect(await warehouse.query('select n from raw_data.total')).toMatchObject([{ n: expect.anything() }])
      await warehouse.run('delete from app.ride')
      expect(await plan('2024-01-04'), 'absence is never a change').toContain('nothing to build')
    })

    it('rebuilds what it was polled for before, once, and nothing beyond what is watched', async () => {
      project('partition_by: day', { rides })
      await build('2024-01-04')
      project('partition_by: day\nchange_signal: count\nwatch: 2', { rides })
      expect(await plan('2024-01-04')).toMatch(/1 partition +2024-01-03 +source-changed app.ride/)
      await build('2024-01-04')
      expect(await plan('2024-01-04')).toContain('nothing to build')
      project('partition_by: day', { rides })
      expect(await plan('2024-01-04'), 'what can no longer be seen has not changed').toContain('nothing to build')
    })
  })

  describe('a table of the warehouse whose newest load is watched', () => {
    const signal = 'partition_by: day\nchange_signal: loaded_at\nloaded_at_field: loaded'

    it('rebuilds partitions that were loaded again, or lost rows', async () => {
      project(signal, { rides })
      await build('2024-01-04')
      expect(await plan('2024-01-04')).toContain('nothing to build')
      await warehouse.run("update app.ride set fare = 11, loaded = timestamptz '2024-01-04 00:00:00+00' where id = 1")
      expect(await plan('2024-01-04')).toMatch(/1 partition +2024-01-01 +source-changed app.ride/)
      await build('2024-01-04')
      await warehouse.run(
        "insert into app.ride values (date '2024-01-03', 7, 70, timestamptz '2024-01-03 00:00:00+00')",
      )
      expect(await plan('2024-01-04')).toMatch(/1 partition +2024-01-03 +source-changed app.ride/)
    })

    it('does not depend on the time zone of the session', async () => {
      project(signal, { rides })
      await build('2024-01-04')
      const before = process.env.TZ
      process.env.TZ = 'Asia/Tokyo'
      try {
        expect(await plan('2024-01-04')).toContain('nothing to build')
      } finally {
        if (before === undefined) delete process.env.TZ
        else process.env.TZ = before
      }
    })

    it('names the column that the table has not', async () => {
      project('partition_by: day\nchange_signal: loaded_at\nloaded_at_field: loadedd', { rides })
      const { code, stderr } = await elt('plan')
      expect(code).toBe(2)
      expect(stderr).toContain(
        'error[source-column-missing]: the table of the source `app.ride` has no column `loadedd`',
      )
      expect(stderr).toContain('a similar column exists: loaded')
    })

    it('counts as fresher for source_status', async () => {
      project(`${signal}\nwatch: 10000 days`, { rides })
      await build('2024-01-04')
      const chosen = () => elt('ls --select source_status:fresher+ --resource-type all')
      expect((await chosen()).stdout).not.toContain('rides')
      await warehouse.run("update app.ride set loaded = timestamptz '2024-01-05 00:00:00+00' where id = 3")
      expect((await chosen()).stdout).toContain('rides')
    })
  })

  describe('a model of a table of the warehouse', () => {
    it('says itself with which partition it begins', async () => {
      project('partition_by: day\nchange_signal: count', { rides: rides.replace(", begin='2024-01-01'", '') })
      const { code, stderr } = await elt('plan')
      expect(code).toBe(2)
      expect(stderr).toContain('begin-required')
    })
  })
}

describe('duckdb', () => aWarehouse(async () => duckdbFile(bench.folder)))

describePostgres('postgres', (server) => {
  let database: Database
  aWarehouse(async () => {
    database = await freshDatabase(server)
    return postgresDatabase(database.url)
  })
  afterEach(() => database.drop())
})

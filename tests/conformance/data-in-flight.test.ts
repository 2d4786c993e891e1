import { expect } from 'vitest'
import { events, fourDays, head, now, span, useProjects } from './data-faults.fixture.ts'
import { conforms, describeEngines } from './fixtures.ts'

/** Data and tables that change while a run is at work. */

describeEngines('data that is', (fixture) => {
  const { projectOf, build } = useProjects(fixture)
  const typed = (type: string) => fixture.adapter.dialect.type(type) ?? type

  conforms(fixture, 'new between two batches of a run is there after the next', async () => {
    const batched = events['models/raw_data/events.sql'].replace("by='day'", "by='day', batch=1")
    const readers = {
      'models/analytics/daily.sql': `{{ config(materialized='incremental', partition_by='day', batch=1) }}
select e.day, sum(e.id) as total from {{ ref('events') }} as e where {{ partition_filter('events', alias='e') }} group by e.day`,
      'models/analytics/total.sql': "select sum(total) as total from {{ ref('daily') }}",
    }
    const days = [1, 2, 3, 4]
    const pathOf = (day: number) => `data/events/2024-01-0${day}.csv`
    const rowsOf = (day: number, id: number) => `${head}2024-01-0${day},${id},1,1,a,\n`
    const deliveries = Object.fromEntries(days.map((day) => [pathOf(day), rowsOf(day, day)]))
    const project = await projectOf({ ...events, 'models/raw_data/events.sql': batched, ...readers, ...deliveries })
    const ids = [...days]
    let number = 0
    for (const round of [1, 2]) {
      // Every batch is built anew, and all the while another id is delivered for one of the days.
      project.write('models/raw_data/events.sql', `${batched}\n and ${round} > 0`)
      const { code, stdout, stderr, times } = await project.meanwhile(
        async () => {
          number = (number + 7) % 90
          const day = 1 + (number % 4)
          ids[day - 1] = 10 + number
          project.write(pathOf(day), rowsOf(day, 10 + number))
        },
        ...['build', '--threads', '1', ...now],
      )
      expect([0, 1], `${stdout}${stderr}`).toContain(code)
      expect(times).toBeGreaterThan(3)
      await build(project, 0)
      const found = await project.query('select id from raw_data.events order by day')
      expect(found.map(({ id }) => id)).toEqual(ids)
      const [total] = await project.query('select total from analytics.total')
      expect(Number(total?.total)).toBe(ids.reduce((sum, id) => sum + id, 0))
      expect(await build(project, 0)).toMatch(/nothing to do|up to date/)
    }
  })

  conforms(fixture, 'not all there while it is read, and then as it was planned, is read again', async () => {
    const path = 'data/events/2024-01-01.csv'
    const rows = [1, 2, 3].map((id) => `2024-01-01,${id},1,1,a,\n`)
    const whole = `${head}${rows.join('')}`
    // The files are planned when the first model is built, and read after it.
    const models = (n: number) => ({
      'models/raw_data/first.sql': `select ${n} as least`,
      'models/raw_data/events.sql': `${events['models/raw_data/events.sql']}
  and e.id > (select least from {{ ref('first') }})`,
    })
    const project = await projectOf({ ...events, ...models(-1), [path]: whole })
    await build(project, 0)
    for (const [name, text] of Object.entries(models(0))) project.write(name, text)
    project.write('models/raw_data/events.sql', `${models(0)['models/raw_data/events.sql']}\n and id > 0`)
    const halfway = () => project.write(path, `${head}${rows[0]}`)
    const { code, stdout, stderr } = await project.asItSays(/✓/, halfway, 'build', '--threads', '1', ...now)
    expect(code, `${stdout}${stderr}`).toBe(0)
    expect(await project.query('select id from raw_data.events')).toEqual([{ id: 1 }])
    project.write(path, whole)
    await build(project, 0)
    const found = await project.query('select id from raw_data.events order by id')
    expect(found).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    expect(await build(project, 0)).toMatch(/nothing to do|up to date/)
  })

  conforms(fixture, 'written into a table that somebody changes meanwhile is right after the next run', async () => {
    const model = (v: number) =>
      `{{ config(${span}, batch=1) }}\nselect day, n, n * ${v} as v from (${fourDays}) as days where {{ in_window('day') }}`
    const project = await projectOf({ 'models/analytics/daily.sql': model(1) })
    await build(project, 0)
    const changes = [
      'alter table analytics.daily add column more integer',
      `alter table analytics.daily alter column v type ${typed('bigint')}`,
      'alter table analytics.daily rename to elsewhere',
      'drop table analytics.daily',
    ]
    for (const [index, change] of changes.entries()) {
      project.write('models/analytics/daily.sql', model(index + 2))
      let done = 0
      const { code, stdout, stderr } = await project.meanwhile(
        // Until it has worked once, from the moment at which the first rows are new.
        async () => {
          if (done > 0) return
          const [row] = await project.query('select max(v) as v from analytics.daily')
          if (Number(row?.v) > 4 * (index + 1))
            await project.execute(change).then(
              () => {
                done += 1
              },
              () => {},
            )
        },
        ...['build', '--threads', '1', ...now],
      )
      expect([0, 1, 3], `${change}: ${stdout}${stderr}`).toContain(code)
      expect(stderr).not.toMatch(/error\[internal|\n {4}at /)
      await build(project, 0)
      const rows = await project.query('select n, v from analytics.daily order by n')
      expect(
        rows.map(({ n, v }) => [n, Number(v)]),
        `${change}: ${stdout}${stderr}`,
      ).toEqual([1, 2, 3, 4].map((n) => [n, n * (index + 2)]))
      expect(await build(project, 0)).toMatch(/nothing to do|up to date/)
    }
  })
})

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
    for (const after of [1, 4]) {
      // Every batch is built anew, and another id is delivered for the first day and the last.
      project.write('models/raw_data/events.sql', `${batched}\n and ${after} > 0`)
      const { code, stdout, stderr } = await project.meanwhile(
        after,
        async () => {
          for (const day of [1, 4]) {
            ids[day - 1] = after * 10 + day
            project.write(pathOf(day), rowsOf(day, ids[day - 1] ?? 0))
          }
        },
        'build',
        '--threads',
        '1',
        ...now,
      )
      expect([0, 1], `${stdout}${stderr}`).toContain(code)
      await build(project, 0)
      const found = await project.query('select id from raw_data.events order by day')
      expect(found.map(({ id }) => id)).toEqual(ids)
      const [total] = await project.query('select total from analytics.total')
      expect(Number(total?.total)).toBe(ids.reduce((sum, id) => sum + id, 0))
      expect(await build(project, 0)).toMatch(/nothing to do|up to date/)
    }
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
      const changed: { error?: unknown } = {}
      const { code, stdout, stderr } = await project.meanwhile(
        2,
        () =>
          project.execute(change).catch((error: unknown) => {
            changed.error = error
          }),
        'build',
        '--threads',
        '1',
        ...now,
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

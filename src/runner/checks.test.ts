import { beforeEach, describe, expect, it } from 'vitest'
import { assertion, graphOf, model, openWorld, type World } from './testing.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.events as
    select date '2024-01-01' + cast(i % 8 as integer) as d, i as id, cast(i as varchar) as text from range(80) as t(i)`)
})

const span = { day: 'd', begin: '2024-01-01', end: '2024-01-09' }
const daily = model('raw_data.daily', {
  sql: 'select d, id, text from fixture.events where d >= [start] and d < [end]',
  ...span,
})

const rowsByDay = (): Promise<unknown> =>
  world
    .query('select d, count(*) as n from raw_data.daily group by d order by d')
    .then((rows) => rows.map(({ n }) => n))

async function refusal(sql: string, config = {}) {
  const results = await world.run(graphOf([model('raw_data.daily', { sql, ...span, ...config })]))
  expect(results.status).toBe('failed')
  const [batch] = results.batches
  return { codes: batch?.diagnostics.map(({ code }) => code), first: batch?.diagnostics[0], batch }
}

describe('staged rows', () => {
  it('outside the window fail the batch, with count and place', async () => {
    const { codes, first } = await refusal(
      'select d, id from fixture.events where d >= [start] or id = 0 or [end] is null',
      {
        begin: '2024-01-03',
      },
    )
    expect(codes).toEqual(['stray-rows'])
    expect(first?.message).toBe(
      'raw_data.daily returned 1 of 61 rows whose d lies outside the partitions being built (2024-01-03 … 2024-01-08)',
    )
    expect(first?.notes.slice(0, 2)).toEqual(['they lie in 2024-01-01 (1)', 'row: d=2024-01-01, id=0'])
    expect((await world.session.catalog(['raw_data'])).relations).toEqual([])
  })

  it('outside the window of a model that reads neighbours are told about in_window', async () => {
    await world.run(graphOf([daily]))
    const rolling = model('analytics.rolling', {
      sql: 'select d, id from [raw_data.daily] where d >= [before 1] and d < [end]',
      reads: { 'raw_data.daily': 1 },
      ...span,
      begin: '2024-01-02',
    })
    const results = await world.run(graphOf([daily, rolling]))
    expect(results.batches.flatMap((batch) => batch.diagnostics.flatMap(({ help }) => help))).toEqual([
      "the model reads more than it returns: add `where {{ in_window('d') }}` to the outer query",
    ])
  })

  it('without a partition value fail the batch', async () => {
    const { codes, first } = await refusal(
      'select case when id > 1 then d end as d, id from fixture.events where d >= [start] and d < [end]',
    )
    expect(codes).toEqual(['null-partition-values'])
    expect(first?.message).toBe('raw_data.daily returned 2 of 80 rows without d, its partition column')
  })

  it('must have the partition column, with its type, and no name twice', async () => {
    expect((await refusal('select id from fixture.events')).codes).toEqual(['partition-column-missing'])
    expect((await refusal('select d::timestamp as d from fixture.events')).codes).toEqual(['partition-column-type'])
    expect((await refusal('select d, id, text as ID from fixture.events')).codes).toEqual(['duplicate-columns'])
  })

  it('must have types that the partitioned table can take without losing a value', async () => {
    await world.run(graphOf([daily]))
    const { first } = await refusal(
      'select d, id::varchar as id, 1 as more from fixture.events where d >= [start] and d < [end]',
    )
    expect(first?.code).toBe('schema-changed')
    expect(first?.message).toBe(
      'the columns of raw_data.daily differ from those of its table (of another type: id (BIGINT to VARCHAR))',
    )
    expect(await rowsByDay()).toEqual([10, 10, 10, 10, 10, 10, 10, 10])
  })

  it('that fail a check are not tried again until something changes', async () => {
    await refusal('select null::date as d from fixture.events where [start] < [end]')
    const graph = graphOf([
      model('raw_data.daily', { sql: 'select null::date as d from fixture.events where [start] < [end]', ...span }),
    ])
    const again = await world.run(graph)
    expect(again.batches).toEqual([])
    expect(again.status).toBe('failed')
    expect(again.diagnostics.map(({ code }) => code)).toEqual(['still-failing'])
  })

  it('that fail a check are not tried again by an upstream that is rebuilt with equal rows, and still fail the run', async () => {
    const picky = model('analytics.picky', {
      sql: 'select d, id from [raw_data.daily] where d >= [start] and d < [end]',
      reads: { 'raw_data.daily': 0 },
      ...span,
    })
    const check = assertion('analytics.picky', 'expression_is_true', { arguments: { expression: 'id <> 3' } })
    expect((await world.run(graphOf([daily, picky], [], [check]))).status).toBe('failed')
    const recoded = graphOf([{ ...daily, fingerprint: 'recoded' }, picky], [], [check])
    const again = await world.run(recoded)
    expect(
      again.batches.map(({ model: id, status, partitions: { equal, failed, skipped } }) => [
        id,
        status,
        equal,
        failed,
        skipped,
      ]),
    ).toEqual([
      ['raw_data.daily', 'unchanged', 8, 0, 0],
      ['analytics.picky', 'failed', 0, 1, 7],
    ])
    expect(again.batches[1]?.diagnostics.map(({ code }) => code)).toEqual(['still-failing'])
    expect(again.status).toBe('failed')
    const published = await world.query("select count(*) as n from elt.attempts where node = 'analytics.picky'")
    expect(published).toEqual([{ n: 1 }])
  })
})

describe('errors of the engine', () => {
  it('are told at the place in the template, with similar names', async () => {
    const { first } = await refusal('select d,\n  idd\nfrom fixture.events where d >= [start] and d < [end]')
    expect(first?.code).toBe('engine-error')
    expect(first?.location).toMatchObject({ path: 'models/raw_data/daily.sql', line: 2, column: 3, endColumn: 6 })
    expect(first?.help.join()).toContain('id')
    expect(first?.notes).toEqual([
      'nothing was changed: raw_data.daily keeps the rows it had for 2024-01-01 … 2024-01-08',
    ])
  })

  it('of the data halve the batch until the partition at fault stands alone', async () => {
    await world.sql(`update fixture.events set text = 'x' where id = 12`)
    const results = await world.run(
      graphOf([
        model('raw_data.daily', {
          sql: 'select d, id, text::integer as n from fixture.events where d >= [start] and d < [end]',
          ...span,
        }),
      ]),
    )
    const [batch] = results.batches
    expect(batch?.status).toBe('partial')
    expect(batch?.partitions).toEqual({ changed: 7, equal: 0, failed: 1, blocked: 0, skipped: 0 })
    expect(batch?.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('the engine refused raw_data.daily (2024-01-05): Could not convert string'),
    ])
    expect(await rowsByDay()).toEqual([10, 10, 10, 10, 10, 10, 10])
  })

  it('in a view are told, and the old view stays', async () => {
    await world.run(graphOf([model('analytics.v', { sql: 'select 1 as x', materialized: 'view' })]))
    const results = await world.run(graphOf([model('analytics.v', { sql: 'select missing', materialized: 'view' })]))
    expect(results.batches[0]?.diagnostics[0]?.location).toMatchObject({ line: 1, column: 8 })
    expect(await world.query('select * from analytics.v')).toEqual([{ x: 1 }])
  })
})

describe('blocking assertions', () => {
  const noSeven = (when: string) =>
    assertion('raw_data.daily', 'expression_is_true', { arguments: { expression: when }, hash: when, id: when })

  it('keep the failing partitions as they were and publish the others', async () => {
    await world.run(graphOf([daily]))
    await world.sql(`update fixture.events set id = id + 1000`)
    const results = await world.run(graphOf([{ ...daily, fingerprint: 'two' }], [], [noSeven('id <> 1003')]))
    expect(results.status).toBe('failed')
    expect(results.batches[0]).toMatchObject({ status: 'partial', partitions: { changed: 7, failed: 1 } })
    expect(results.batches[0]?.diagnostics.map(({ code }) => code)).toEqual(['assertion-failed'])
    expect(results.batches[0]?.diagnostics[0]?.message).toContain('in 2024-01-04')
    expect(await world.query('select count(*) as n from raw_data.daily where id < 1000')).toEqual([{ n: 10 }])
    expect(results.assertions).toMatchObject([{ status: 'fail', failures: 1, rows: 80 }])
  })

  it('that pass are counted in the same scan and told at the end', async () => {
    const results = await world.run(
      graphOf([daily], [], [noSeven('id >= 0'), assertion('raw_data.daily', 'not_null', { column: 'id' })]),
    )
    expect(results.status).toBe('success')
    expect(results.assertions.map(({ status, rows }) => [status, rows])).toEqual([
      ['pass', 80],
      ['pass', 80],
    ])
    expect(results.events.filter(({ type }) => type === 'assertion-finished')).toHaveLength(2)
  })

  it('that the engine cannot run are named, and nothing is published', async () => {
    const results = await world.run(graphOf([daily], [], [noSeven('id >= 0'), noSeven('nonsense > 1')]))
    expect(results.assertions.map(({ status }) => status)).toEqual(['pass', 'error'])
    expect(results.batches[0]).toMatchObject({ status: 'failed', partitions: { failed: 8 } })
    expect((await world.session.catalog(['raw_data'])).relations).toEqual([])
  })
})

describe('assertions after the run', () => {
  const warning = assertion('raw_data.daily', 'expression_is_true', {
    arguments: { expression: 'id < 79' },
    severity: 'warn',
  })

  it('judge what is published and do not block', async () => {
    const singular = assertion('test.none', 'sql', {
      reads: ['raw_data.daily'],
      sql: {
        pieces: [
          { text: 'select * from ' },
          { hole: { kind: 'relation', node: 'raw_data.daily' } },
          { text: ' where id = 5' },
        ],
      },
      blocking: false,
    })
    const { node: _, ...withoutNode } = singular
    const graph = graphOf([daily], [], [warning, withoutNode])
    const results = await world.run(graph, { assertions: 'all' })
    expect(results.assertions.map(({ status, failures }) => [status, failures])).toEqual([
      ['warn', 1],
      ['fail', 1],
    ])
    expect(results.assertions[1]?.sample).toMatchObject([{ id: 5 }])
    expect(results.status).toBe('failed')
    expect(await rowsByDay()).toEqual([10, 10, 10, 10, 10, 10, 10, 10])
  })

  it('judge a new blocking assertion on rows that were published before it', async () => {
    await world.run(graphOf([daily]), { assertions: 'all' })
    const graph = graphOf(
      [daily],
      [],
      [assertion('raw_data.daily', 'expression_is_true', { arguments: { expression: 'id <> 5' } })],
    )
    expect((await world.run(graph, { assertions: 'blocking' })).status).toBe('success')
    const results = await world.run(graph, { assertions: 'all' })
    expect(results.batches).toEqual([])
    expect(results.status).toBe('failed')
  })

  it('that failed on rows published before it fails every build until it is mended', async () => {
    await world.run(graphOf([daily]), { assertions: 'all' })
    const check = assertion('raw_data.daily', 'expression_is_true', { arguments: { expression: 'id <> 5' } })
    const graph = graphOf([daily], [], [check])
    expect((await world.run(graph, { assertions: 'all' })).status).toBe('failed')
    expect((await world.run(graph, { assertions: 'all' })).status).toBe('failed')
    await world.sql('delete from raw_data.daily where id = 5')
    expect((await world.run(graph, { assertions: 'all' })).status).toBe('success')
  })

  it('are not judged again while the rows and they themselves are the same, but told', async () => {
    const judged = () => world.query('select count(*) as n from elt.assertion_results').then((rows) => rows[0]?.n)
    const graph = graphOf([daily], [], [warning])
    await world.run(graph, { assertions: 'all' })
    const before = await judged()
    const again = await world.run(graph, { assertions: 'all' })
    expect(again.assertions.map(({ status, failures, rows }) => [status, failures, rows])).toEqual([['warn', 1, 80]])
    expect(await judged()).toBe(before)
    await world.sql('update fixture.events set id = id + 200')
    await world.run(graphOf([{ ...daily, fingerprint: 'recoded' }], [], [warning]), { assertions: 'all' })
    expect(await judged()).not.toBe(before)
    const other = { ...warning, hash: 'other', arguments: { expression: 'id < 10000' } }
    const changed = await world.run(graphOf([daily], [], [other]), { assertions: 'all' })
    expect(changed.assertions.map(({ status }) => status)).toEqual(['pass'])
  })

  it('are judged again when a view above changed rows is judged, or the clock is read', async () => {
    const view = model('analytics.v', {
      sql: 'select * from [raw_data.daily]',
      materialized: 'view',
      whole: ['raw_data.daily'],
    })
    const low = assertion('analytics.v', 'expression_is_true', {
      arguments: { expression: 'id < 100' },
      severity: 'warn',
    })
    const clock = assertion('analytics.v', 'expression_is_true', {
      ...{ arguments: { expression: 'd < current_date' }, severity: 'warn', id: 'clock', hash: 'clock' },
    })
    const results = () =>
      world.query('select assertion, status from elt.assertion_results order by judged_at, assertion')
    await world.run(graphOf([daily, view], [], [low, clock]), { assertions: 'all' })
    await world.run(graphOf([daily, view], [], [low, clock]), { assertions: 'all' })
    expect((await results()).map((row) => row.assertion)).toEqual([low.id, 'clock', 'clock'])
    await world.sql('update fixture.events set id = id + 100')
    await world.run(graphOf([{ ...daily, fingerprint: 'recoded' }, view], [], [low]), { assertions: 'all' })
    expect((await results()).at(-1)).toEqual({ assertion: low.id, status: 'warn' })
  })
})

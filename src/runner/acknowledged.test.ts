import { beforeEach, describe, expect, it } from 'vitest'
import type { Acknowledgement } from '../ledger/index.ts'
import { openLedger } from '../ledger/index.ts'
import { duckdb } from '../ledger/testing.ts'
import { assertion, graphOf, model, openWorld, type World } from './testing.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
  await world.sql(`create schema fixture; create table fixture.events as
    select date '2024-01-01' + cast(i % 4 as integer) as d, i as id from range(12) as t(i)`)
})

const span = { day: 'd', begin: '2024-01-01', end: '2024-01-05' }
const events = model('raw_data.events', {
  sql: 'select d, id from fixture.events where d >= [start] and d < [end]',
  ...span,
})
const reader = model('analytics.reader', {
  sql: 'select d, id from [raw_data.events] where d >= [start] and d < [end]',
  reads: { 'raw_data.events': 0 },
  ...span,
})
/** Two partitions hold one bad row each. */
const few = assertion('raw_data.events', 'expression_is_true', { arguments: { expression: 'id <> 6 and id <> 7' } })
const graph = graphOf([events, reader], [], [few])

async function acknowledge(given: Partial<Acknowledgement> = {}): Promise<void> {
  const ledger = await openLedger(world.session, { ...duckdb, project: graph.project })
  const known = { assertion: few.id, reason: 'late files', author: 'ann', endsAt: Date.now() + 86_400_000 }
  await ledger.quality.acknowledge({ ...known, ...given })
}

describe('a failure that is acknowledged', () => {
  it('is told and makes no run fail, and its rows are still not published', async () => {
    expect((await world.run(graph)).status).toBe('failed')
    await acknowledge()
    const again = await world.run(graphOf([{ ...events, fingerprint: 'b' }, reader], [], [few]))
    expect(again.assertions[0]).toMatchObject({ status: 'acknowledged', failures: 2 })
    expect(again.assertions[0]?.diagnostics[0]?.notes[0]).toMatch(
      /^acknowledged by ann until \d{4}-\d\d-\d\d: late files$/,
    )
    expect(again.batches.map(({ status, acknowledged }) => [status, acknowledged])).toEqual([
      ['partial', true],
      ['skipped', undefined],
      ['blocked', true],
    ])
    expect(again.status).toBe('success')
    expect(await world.query('select distinct d from raw_data.events order by d')).toEqual([
      { d: '2024-01-01' },
      { d: '2024-01-02' },
    ])
  })

  it('holds back what reads it, also in runs that try neither again', async () => {
    await world.run(graph)
    await acknowledge()
    const again = await world.run(graph)
    expect(again.batches).toEqual([])
    expect(again.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning still-acknowledged',
      'warning still-acknowledged',
    ])
    expect(again.status).toBe('success')
  })

  it('fails the run again when the acknowledgement has ended, or is withdrawn', async () => {
    await acknowledge({ endsAt: Date.now() - 1 })
    expect((await world.run(graph)).status).toBe('failed')
    await acknowledge()
    expect((await world.run(graph)).status).toBe('success')
    const ledger = await openLedger(world.session, { ...duckdb, project: graph.project })
    expect(await ledger.quality.withdraw(few.id, undefined)).toBe(1)
    expect((await world.run(graph)).status).toBe('failed')
  })

  it('of some partitions says nothing of the others', async () => {
    await acknowledge({ partitions: { first: '2024-01-01', last: '2024-01-03' } })
    const results = await world.run(graph)
    expect(results.status).toBe('failed')
    expect(results.assertions[0]?.status).toBe('fail')
    expect(results.assertions[0]?.diagnostics.map(({ code, message }) => [code, message.split(': ')[1]])).toEqual([
      ['assertion-failed', '1 of 3 rows in 2024-01-04'],
      ['assertion-acknowledged', '1 of 3 rows in 2024-01-03, which is acknowledged'],
    ])
    await acknowledge({ partitions: { first: '2024-01-04', last: '2024-01-04' } })
    expect((await world.run(graph)).status).toBe('success')
  })

  it('of published rows is told by elt test, and is a failure in the record', async () => {
    const soft = { ...few, blocking: false }
    await world.run(graphOf([events]))
    await acknowledge()
    const results = await world.test(graphOf([events], [], [soft]))
    expect([results.status, results.assertions[0]?.status]).toEqual(['success', 'acknowledged'])
    const recorded = await world.query('select distinct status from elt.assertion_results where failures > 0')
    expect(recorded).toEqual([{ status: 'fail' }])
    expect(
      await world.query('select status, failing_assertions as f, acknowledged_assertions as a from elt.model_status'),
    ).toEqual([{ status: 'acknowledged', f: 0, a: 1 }])
  })

  it('beside an unknown one is still a failure', async () => {
    const other = assertion('raw_data.events', 'row_count', { arguments: { max: 2 } })
    await acknowledge()
    const results = await world.run(graphOf([events], [], [few, other]))
    expect([results.status, results.batches[0]?.status, results.batches[0]?.acknowledged]).toEqual([
      'failed',
      'failed',
      undefined,
    ])
  })
})

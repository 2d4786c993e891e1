import { describe, expect, it } from 'vitest'
import type { KeptRange } from '../planner/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { runResultsV6, uuidOf } from './run-results-v6.ts'
import { assertionOf, graphOf, modelOf } from './testing.ts'

const graph = {
  ...graphOf([
    modelOf('raw_data.flights'),
    modelOf('analytics.delays'),
    modelOf('analytics.routes', { kind: 'table' }),
  ]),
  assertions: [assertionOf('raw_data.flights.many')],
}
const none = { changed: 0, equal: 0, failed: 0, blocked: 0, skipped: 0 }

const batch = (id: string, model: string, status: BatchResult['status'], start = 15_706): BatchResult => ({
  batch: id,
  model,
  ...(model === 'analytics.routes' ? {} : { window: { start, end: start + 2 } }),
  status,
  partitions: none,
  rows: 5,
  milliseconds: 100,
  diagnostics: [],
})

function made(
  batches: readonly BatchResult[],
  kept: readonly KeptRange[] = [],
  assertions: readonly AssertionOutcome[] = [],
) {
  const results: RunResults = {
    run: '20131231T050000Z-4f3a9c',
    status: 'success',
    batches,
    assertions,
    diagnostics: [],
    startedAt: 0,
    milliseconds: 2000,
  }
  return runResultsV6(results, graph, {
    version: '1.0.0',
    command: 'build',
    target: 'local',
    quote: (name) => `"${name}"`,
    ended: new Map([['one', 1500]]),
    kept,
  })
}

const statuses = (...batches: readonly BatchResult[]) => made(batches).results.map(({ status }) => status)

describe('run_results.json', () => {
  it("says success, partial success, error and skipped in dbt's words", () => {
    const flights = (status: BatchResult['status'], id = status) => batch(id, 'raw_data.flights', status)
    expect(statuses(flights('success'))).toEqual(['success'])
    expect(statuses(flights('unchanged'))).toEqual(['success'])
    expect(statuses(flights('success'), flights('failed'))).toEqual(['partial success'])
    expect(statuses(flights('partial'))).toEqual(['partial success'])
    expect(statuses(flights('failed'), flights('blocked'))).toEqual(['error'])
    expect(statuses(flights('blocked'))).toEqual(['skipped'])
  })

  it('names the partitions of batches, and when they were built', () => {
    const [result] = made([batch('one', 'raw_data.flights', 'success')]).results
    expect(result).toMatchObject({
      unique_id: 'model.test.flights',
      execution_time: 0.1,
      relation_name: '"raw_data"."flights"',
      batch_results: { successful: [['2013-01-01', '2013-01-03']], failed: [] },
      timing: [{ name: 'execute', started_at: '1970-01-01T00:00:01.400Z', completed_at: '1970-01-01T00:00:01.500Z' }],
      adapter_response: { rows_affected: 5, batches: [{ from: '2013-01-01', to: '2013-01-03' }] },
    })
  })

  it('has the value that a check measured beside its failing rows', () => {
    const assertion = 'raw_data.flights.many'
    const counted = { status: 'fail' as const, failures: 1, rows: 3, value: 3, sample: [], sql: '' }
    const outcome = { assertion, name: 'many', ...counted, milliseconds: 5, diagnostics: [] }
    expect(made([], [], [outcome]).results).toMatchObject([
      { failures: 1, adapter_response: { rows_judged: 3, value: 3 } },
    ])
  })

  it('tells of models that failed before and were left alone, and of those that wait for them', () => {
    const kept: KeptRange[] = [
      { model: 'raw_data.flights', why: { kind: 'still-failing', message: 'a null', status: 'assertion-failed' } },
      { model: 'analytics.delays', why: { kind: 'blocked-by', upstream: 'raw_data.flights', failed: true } },
      { model: 'analytics.routes', why: { kind: 'up-to-date' } },
    ]
    expect(made([], kept).results).toMatchObject([
      { unique_id: 'model.test.flights', status: 'error', message: 'a null', timing: [] },
      { unique_id: 'model.test.delays', status: 'skipped' },
    ])
  })

  it('gives a run a UUID of its own', () => {
    expect(uuidOf('a')).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
    expect(uuidOf('a')).not.toBe(uuidOf('b'))
  })
})

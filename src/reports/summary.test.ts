import { describe, expect, it } from 'vitest'
import { diagnose } from '../diagnostics/index.ts'
import type { Plan } from '../planner/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { findings } from './findings.ts'
import { runResultsJson } from './run-results.ts'
import { assertionSummary, summary } from './summary.ts'
import { assertionOf, graphOf, modelOf } from './testing.ts'

const none = { changed: 0, equal: 0, failed: 0, blocked: 0, skipped: 0 }
const models = [
  modelOf('raw_data.flights'),
  modelOf('analytics.delays'),
  modelOf('analytics.routes', { kind: 'table' }),
]
const graph = graphOf(models)

function planOf(
  built: readonly string[],
  reason: 'never-built' | 'partial' = 'partial',
  kept: Plan['kept'] = [],
): Plan {
  const steps = built.map((model) => ({
    model,
    kind: model === 'analytics.routes' ? ('table' as const) : ('partitions' as const),
    batches: [{ id: model, model, parts: [{ reason: { kind: reason }, certainty: 'certain' as const }], waitsFor: [] }],
  }))
  return {
    version: 1,
    project: 'on_time',
    fingerprints: {},
    versions: {},
    target: 'local',
    timeZone: 'America/New_York',
    now: 0,
    steps,
    kept,
    models: models.map(({ id }) => id),
    due: {},
    heads: {},
    sources: [],
  }
}

const batch = (model: string, more: Partial<BatchResult>): BatchResult => ({
  batch: model,
  model,
  window: { start: 15_706, end: 15_709 },
  status: 'success',
  partitions: none,
  rows: 0,
  milliseconds: 10,
  diagnostics: [],
  ...more,
})

const assertion = (name: string, more: Partial<AssertionOutcome>): AssertionOutcome => ({
  assertion: `raw_data.flights.${name}`,
  name,
  node: 'raw_data.flights',
  status: 'pass',
  failures: 0,
  rows: 1000,
  sample: [],
  sql: 'select 1',
  milliseconds: 1,
  diagnostics: [],
  ...more,
})

const results = (more: Partial<RunResults>): RunResults => ({
  run: 'r',
  status: 'success',
  batches: [],
  assertions: [],
  diagnostics: [],
  startedAt: 0,
  milliseconds: 4230,
  ...more,
})

const say = (plan: Plan, of: RunResults) => summary({ command: 'build', results: of, plan, graph, again: 'elt build' })

describe('the summary of a run', () => {
  it('tells what was built, and how to look at it the first time', () => {
    const of = results({
      batches: [
        batch('raw_data.flights', { partitions: { ...none, changed: 365 }, rows: 336_776 }),
        batch('analytics.delays', { partitions: { ...none, changed: 360, equal: 3, skipped: 2 }, rows: 5000 }),
        batch('analytics.routes', { partitions: { ...none, changed: 1 }, rows: 224 }),
      ],
      assertions: [assertion('a', {}), assertion('b', { status: 'warn', failures: 24 })],
    })
    expect(say(planOf(['raw_data.flights', 'analytics.delays', 'analytics.routes'], 'never-built'), of)).toBe(
      [
        '✓ built 3 models · 725 partitions · 3 equal · 2 unchanged · 342,000 rows · 2 assertions: 1 passed, 1 warned · 4.2 s',
        '  next: elt show --select delays',
      ].join('\n'),
    )
  })

  it('says in one line that there was nothing to do', () => {
    expect(say(planOf([]), results({ milliseconds: 212 }))).toBe('✓ nothing to do: 3 models up to date (212 ms)')
  })

  it('keeps telling what older code built, and the command for it', () => {
    const kept = [
      { model: 'analytics.delays', window: { start: 0, end: 340 }, why: { kind: 'older-code-kept' } as const },
    ]
    expect(say(planOf([], 'partial', kept), results({}))).toContain(
      'built by older code 1 (340 partitions: elt run --select delays --rebuild older-code)',
    )
  })

  it('names what failed and what waits for it, and how to go on', () => {
    const of = results({
      status: 'failed',
      batches: [
        batch('raw_data.flights', { status: 'partial', partitions: { ...none, changed: 2, failed: 1 }, rows: 10 }),
        batch('analytics.delays', { status: 'blocked', partitions: { ...none, blocked: 1 } }),
      ],
    })
    expect(say(planOf(['raw_data.flights', 'analytics.delays']), of)).toBe(
      [
        '✗ 1 model failed, 1 waiting · 2 partitions · 10 rows · 4.2 s',
        '  failed   raw_data.flights (1 partition): keeps the rows it had',
        '  waiting  analytics.delays (1 partition): reads what failed',
        '  next: mend what is shown above, then elt build (builds only what is missing)',
      ].join('\n'),
    )
  })

  it('says of an interrupted run that it can be continued', () => {
    const of = results({
      status: 'interrupted',
      batches: [batch('raw_data.flights', { partitions: { ...none, changed: 2 }, rows: 10 })],
    })
    expect(say(planOf(['raw_data.flights']), of)).toContain('next: elt build (goes on where this one stopped)')
  })

  it('sums up assertions alone', () => {
    expect(assertionSummary(results({ assertions: [assertion('a', {})], milliseconds: 20 }))).toBe(
      '✓ 1 assertion: 1 passed · 20 ms',
    )
    expect(assertionSummary(results({}))).toBe('✓ no assertion was judged · 4.2 s')
  })
})

describe('what a run found', () => {
  const parameters = { name: 'unique(id)', node: 'raw_data.flights', failures: 24, rows: 1000, partitions: undefined }
  const location = {
    path: 'm.yml',
    line: 3,
    column: 5,
    endLine: 3,
    endColumn: 9,
    firstFrameLine: 3,
    frame: ['    - unique'],
  }
  const warning = diagnose('assertion-warned', { ...parameters, sample: ['{id: 1}'] }, location)

  it('shows failing rows of an assertion as a table, once, and how to see them all', () => {
    const outcome = assertion('unique(id)', {
      status: 'warn',
      failures: 24,
      sample: [
        { id: 7, carrier: 'UA' },
        { id: 12, carrier: null },
      ],
      diagnostics: [warning],
    })
    const of = results({ assertions: [outcome], batches: [batch('raw_data.flights', { diagnostics: [warning] })] })
    expect(findings(of, graph, { moreRows: () => 'elt show …' })).toEqual([
      [
        'warning[assertion-warned]: unique(id) warns on raw_data.flights: 24 of 1000 rows',
        '  at m.yml:3',
        '      id  carrier',
        '       7  UA',
        '      12  ∅',
        '      … and 22 more',
        'help: more rows: elt show …',
      ].join('\n'),
    ])
  })

  it('shows two of many errors with one cause, and counts the others', () => {
    const error = (partitions: string) =>
      diagnose('engine-error', { subject: 'x', message: 'no', candidates: [], kind: 'data', partitions }, location)
    const batches = ['2013-01-01', '2013-01-02', '2013-01-03', '2013-01-04'].map((day) =>
      batch('raw_data.flights', { status: 'failed', diagnostics: [error(day)] }),
    )
    const blocks = findings(results({ status: 'failed', batches }), graph)
    expect(blocks).toHaveLength(3)
    expect(blocks[2]).toBe('… and 2 more like this (all of them: target/run_results.json)')
  })

  it('counts assertions that wait for one model, and leaves them out where a failure explains them', () => {
    const waiting = ['a', 'b', 'c', 'd'].map((name) => diagnose('not-judged', { name, missing: 'raw_data.flights' }))
    const blocks = findings(results({ diagnostics: waiting }), graph)
    expect(blocks[2]).toBe('… and 2 more like this (all of them: target/run_results.json)')
    expect(
      findings(results({ batches: [batch('raw_data.flights', { status: 'failed' })], diagnostics: waiting }), graph),
    ).toEqual([])
  })
})

describe('a run of nothing', () => {
  it('names models that have no partition yet, and does not call them up to date', () => {
    const plan = { ...planOf([]), due: { 'analytics.delays': { start: 0, end: 0 } } }
    const text = summary({ command: 'build', results: results({}), plan, graph, again: 'elt build' })
    expect(text).toMatch(/nothing to do: 2 models up to date .*\n {2}no partition due yet 1 \(analytics\.delays\)$/)
  })
})

describe('run_results.json', () => {
  it("has dbt's keys, and batches by the names of their partitions", () => {
    const of = results({
      batches: [batch('raw_data.flights', { partitions: { ...none, changed: 3 }, rows: 9 })],
      assertions: [assertion('a', { status: 'warn', failures: 2 })],
    })
    const judged = { ...graph, assertions: [assertionOf('raw_data.flights.a')] }
    const json = runResultsJson(of, judged, { version: '1.0.0', command: 'build', target: 'local' })
    expect(json).toMatchObject({
      metadata: { elt_version: '1.0.0', invocation_id: 'r', generated_at: '1970-01-01T00:00:04.230Z' },
      elapsed_time: 4.23,
      results: [
        {
          unique_id: 'model.test.flights',
          status: 'success',
          adapter_response: { rows_affected: 9 },
          batches: [{ from: '2013-01-01', to: '2013-01-04', status: 'success' }],
        },
        { unique_id: expect.stringMatching(/^test\.test\.a\./), status: 'warn', failures: 2 },
      ],
    })
  })
})

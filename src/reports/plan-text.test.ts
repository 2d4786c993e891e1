import { describe, expect, it } from 'vitest'
import { parsePartition, type Window } from '../calendar/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { Kept, Part, Plan, Reason, Step } from '../planner/index.ts'
import { planText } from './plan-text.ts'
import { days, graphOf, modelOf } from './testing.ts'

const ordinal = (date: string) => parsePartition(days, date) ?? bug(date)
const window = (first: string, last = first): Window => ({ start: ordinal(first), end: ordinal(last) + 1 })
const certain = (reason: Reason, w?: Window): Part => ({ reason, certainty: 'certain', ...(w ? { window: w } : {}) })

function step(model: string, parts: readonly Part[], kind: Step['kind'] = 'partitions'): Step {
  const batches = parts.map((part, index) => ({
    id: `${model}@${index}`,
    model,
    parts: [part],
    waitsFor: [],
    ...(part.window ? { window: part.window } : {}),
  }))
  return { model, kind, batches }
}

const now = Date.UTC(2013, 11, 31, 12)

function text(steps: readonly Step[], kept: Plan['kept'], models: ReturnType<typeof modelOf>[]): string {
  const plan: Plan = {
    version: 1,
    project: 'on_time',
    fingerprints: {},
    versions: {},
    target: 'local',
    timeZone: days.timeZone,
    now,
    steps,
    kept,
    models: models.map((model) => model.id),
    due: {},
    heads: {},
    sources: [],
  }
  return planText({ plan, graph: graphOf(models), target: { name: 'local', type: 'duckdb' } })
}

describe('the text of a plan', () => {
  it('reads as in DESIGN: ranges, counts, reasons, what waits, and what older code built', () => {
    const neverBuilt = certain({ kind: 'never-built' }, window('2013-12-30'))
    const late = certain({ kind: 'upstream-changed', upstream: 'raw_data.flights' }, window('2013-12-02'))
    const waiting: Kept = { kind: 'waiting' }
    const reach = { before: 27, after: 0 }
    const upstream = 'analytics.daily_carrier_delays'
    const models = [
      modelOf(upstream),
      modelOf('analytics.carrier_delay_28d', {
        inputs: [{ kind: 'window', key: upstream, upstream, grid: days, reach }],
      }),
      modelOf('analytics.flight_status'),
      modelOf('analytics.routes', { kind: 'table' }),
      modelOf('analytics.airport_weather'),
      modelOf('analytics.quiet'),
    ]
    const ifChanged: Part = {
      window: window('2013-12-02', '2013-12-29'),
      reason: { kind: 'upstream-changed', upstream },
      certainty: 'if-changed',
    }
    const steps = [
      step(upstream, [late, neverBuilt]),
      step('analytics.carrier_delay_28d', [ifChanged, neverBuilt]),
      step('analytics.flight_status', [late, neverBuilt]),
      step('analytics.routes', [certain({ kind: 'code-changed', builtTo: Date.UTC(2013, 11, 29, 23, 2) })], 'table'),
    ]
    const kept = [
      { model: 'analytics.flight_status', window: window('2013-12-28'), why: waiting },
      { model: 'analytics.flight_status', window: window('2013-12-20'), why: waiting },
      {
        model: 'analytics.airport_weather',
        window: window('2013-01-01', '2013-12-06'),
        why: { kind: 'older-code-kept' } as const,
      },
    ]
    expect(text(steps, kept, models)).toBe(
      `target local (duckdb) · zone America/New_York · last complete day 2013-12-30

  analytics.daily_carrier_delays    1 partition    2013-12-02                upstream-changed raw_data.flights
                                    1 partition    2013-12-30                never-built
  analytics.carrier_delay_28d      28 partitions   2013-12-02 … 2013-12-29   if-changed: reads daily_carrier_delays, before=27
                                    1 partition    2013-12-30                never-built
  analytics.flight_status           1 partition    2013-12-02                upstream-changed raw_data.flights
                                    1 partition    2013-12-30                never-built
                                    2 waiting      2013-12-20, 2013-12-28    not settled, inputs unchanged
  analytics.routes                    table                                  code-changed since 2013-12-29 18:02

  builds 4 models, 33 partitions in 7 statements
  up to date 1 · built by older code 1 (340 partitions: elt run --select airport_weather --rebuild older-code)`,
    )
  })

  it('says in one line that there is nothing to build', () => {
    expect(text([], [], [modelOf('analytics.a'), modelOf('analytics.b')])).toBe(
      `target local (duckdb) · zone America/New_York · last complete day 2013-12-30

  nothing to build
  up to date 2`,
    )
  })

  it('joins windows that touch, and counts the ranges of a long list', () => {
    const parts = ['01', '02', '04', '06', '08', '10'].map((day) =>
      certain({ kind: 'never-built' }, window(`2013-12-${day}`)),
    )
    expect(text([step('analytics.a', parts)], [], [modelOf('analytics.a')])).toContain(
      '  analytics.a   6 partitions   2013-12-01 … 2013-12-02, 2013-12-04, 3 more ranges   never-built',
    )
  })

  it('shortens a plan of very many models, and says where all of them are', () => {
    const models = Array.from({ length: 70 }, (_, n) => modelOf(`analytics.m${n}`))
    const steps = models.map(({ id }) => step(id, [certain({ kind: 'never-built' }, window('2013-12-30'))]))
    expect(text(steps, [], models)).toContain('… and 10 more models (all of them: --output json)')
  })

  it('shows what keeps partitions from being built', () => {
    const a = modelOf('analytics.a')
    const kept = [
      { model: a.id, window: window('2013-12-01'), why: { kind: 'blocked-by', upstream: 'raw_data.x', failed: true } },
      { model: a.id, window: window('2013-12-02'), why: { kind: 'input-gone', source: 'source.s.x', missing: 1 } },
      { model: a.id, window: window('2013-12-03'), why: { kind: 'stuck', days: 30 } },
      {
        model: a.id,
        window: window('2013-12-04'),
        why: { kind: 'still-failing', message: 'not_null failed', status: '' },
      },
    ] as const
    const shown = text([], kept, [a])
    expect(shown).toContain('1 blocked   2013-12-01   blocked-by raw_data.x, which failed')
    expect(shown).toContain('1 kept      2013-12-02   input-gone: 1 file of s.x no longer there')
    expect(shown).toContain('1 stuck     2013-12-03   not settled for 30 days, no longer polled')
    expect(shown).toContain('1 failing   2013-12-04   still-failing: not_null failed')
  })

  it('never sends control characters of names to the terminal', () => {
    const shown = text(
      [step('analytics.\u001b[31mx', [certain({ kind: 'never-built' }, window('2013-12-30'))])],
      [],
      [modelOf('analytics.\u001b[31mx')],
    )
    expect(shown).not.toContain('\u001b')
    expect(shown).toContain('analytics.\\x1b[31mx')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeUsual, type Point, type UsualRule } from './usual.ts'

type Anomaly = Extract<UsualRule, { kind: 'anomaly' }>

const rule: Anomaly = {
  kind: 'anomaly',
  sensitivity: 3,
  direction: 'both',
  minChange: 10,
  minDifference: 0,
  training: 56,
  minHistory: 3,
  season: 7,
}
/** Values of days 0, 1, 2 … */
const days = (...values: readonly number[]): Point[] => values.map((value, ordinal) => ({ ordinal, value }))

/** The same by the book: every step written out, slowly. */
function naive(of: Anomaly, point: Point, measured: readonly Point[], incidents: ReadonlySet<number>): string {
  const history: number[] = []
  for (let ordinal = point.ordinal - 1; ordinal >= point.ordinal - of.training; ordinal--) {
    if ((point.ordinal - ordinal) % of.season !== 0 || incidents.has(ordinal)) continue
    const found = measured.find((one) => one.ordinal === ordinal)
    if (found) history.push(found.value)
  }
  if (history.length < of.minHistory) return 'learning'
  const middle = (numbers: readonly number[]): number => {
    const sorted = numbers.slice().sort((a, b) => a - b)
    const half = Math.floor(sorted.length / 2)
    return sorted.length % 2 ? Number(sorted[half]) : (Number(sorted[half - 1]) + Number(sorted[half])) / 2
  }
  const usual = middle(history)
  let wide = 1.4826 * middle(history.map((value) => Math.abs(value - usual)))
  if (wide === 0) {
    let sum = 0
    for (const value of history) sum += Math.abs(value - usual)
    wide = (1.2533 * sum) / history.length
  }
  const change = point.value - usual
  const least = [of.sensitivity * wide, (of.minChange / 100) * Math.abs(usual), of.minDifference]
  const isFar = least.every((bound) => Math.abs(change) > bound)
  const isAsked = of.direction === 'both' || (of.direction === 'rise' ? change > 0 : change < 0)
  return isFar && isAsked ? 'unusual' : 'usual'
}

const values = fc.integer({ min: -50, max: 50 })

describe('what is usual', () => {
  it('is what a naive model says', () => {
    const rules = fc.record({
      sensitivity: fc.constantFrom(1, 2, 3, 5),
      direction: fc.constantFrom('both' as const, 'drop' as const, 'rise' as const),
      minChange: fc.constantFrom(0, 10, 50),
      minDifference: fc.constantFrom(0, 12.5),
      training: fc.integer({ min: 1, max: 60 }),
      minHistory: fc.integer({ min: 1, max: 6 }),
      season: fc.constantFrom(1, 7),
    })
    fc.assert(
      fc.property(
        rules,
        fc.uniqueArray(fc.record({ ordinal: fc.integer({ min: 0, max: 80 }), value: values }), {
          selector: ({ ordinal }) => ordinal,
          maxLength: 70,
        }),
        fc.record({ ordinal: fc.integer({ min: 0, max: 80 }), value: values }),
        fc.uniqueArray(fc.integer({ min: 0, max: 80 }), { maxLength: 8 }),
        (some, measured, point, incidents) => {
          const given: Anomaly = { kind: 'anomaly', ...some }
          const known = new Set(incidents)
          const verdict = judgeUsual(given, point, measured, (ordinal) => known.has(ordinal))
          // The last digits of sums may differ where a value lies on the bound itself.
          const margin = [verdict.low ?? 0, verdict.high ?? 0].map((bound) => Math.abs(bound - point.value))
          fc.pre(margin.every((distance) => distance > 1e-9))
          expect(verdict.state).toBe(naive(given, point, measured, known))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('never depends on what comes later, nor on the judged value itself', () => {
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 30, maxLength: 60 }),
        fc.array(values, { maxLength: 30 }),
        (past, future) => {
          const point = { ordinal: past.length, value: 1000 }
          const alone = judgeUsual(rule, point, days(...past))
          expect(judgeUsual(rule, point, days(...past, point.value, ...future))).toEqual(alone)
        },
      ),
    )
  })

  it('is learnt before anything fails', () => {
    const steady = Array.from({ length: 21 }, () => 100)
    expect(judgeUsual(rule, { ordinal: 20, value: 0 }, days(...steady)).state).toBe('learning')
    expect(judgeUsual(rule, { ordinal: 21, value: 0 }, days(...steady)).state).toBe('unusual')
  })

  it('is another on another weekday', () => {
    const weeks = Array.from({ length: 42 }, (_, day) => (day % 7 === 6 ? 20 : 100))
    expect(judgeUsual(rule, { ordinal: 48, value: 20 }, days(...weeks)).state).toBe('usual')
    expect(judgeUsual(rule, { ordinal: 47, value: 20 }, days(...weeks)).state).toBe('unusual')
    expect(judgeUsual({ ...rule, season: 1 }, { ordinal: 48, value: 20 }, days(...weeks)).state).toBe('unusual')
  })

  it('does not move with incidents that are known, and little with one that is not', () => {
    const weeks = Array.from({ length: 28 }, (_, day) => (day === 14 || day === 21 ? 1000 : 100 + (day % 3)))
    const point = { ordinal: 28, value: 1000 }
    expect(judgeUsual(rule, point, days(...weeks)).state).toBe('usual')
    const known = judgeUsual({ ...rule, minHistory: 2 }, point, days(...weeks), (day) => day === 14 || day === 21)
    expect(known.state).toBe('unusual')
  })

  it('in percent of the partition before asks for no history but that', () => {
    const drop: UsualRule = { kind: 'change', maxDrop: 20, before: 1 }
    expect(judgeUsual(drop, { ordinal: 3, value: 79 }, days(1, 1, 100)).state).toBe('unusual')
    expect(judgeUsual(drop, { ordinal: 3, value: 80 }, days(1, 1, 100)).state).toBe('usual')
    expect(judgeUsual(drop, { ordinal: 3, value: 900 }, days(1, 1, 100)).state).toBe('usual')
    expect(judgeUsual(drop, { ordinal: 5, value: 0 }, days(1, 1, 100)).state).toBe('learning')
    expect(judgeUsual({ ...drop, before: 2 }, { ordinal: 3, value: 0 }, days(1, 1, 100)).state).toBe('unusual')
  })
})

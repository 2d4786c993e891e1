import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  check,
  messages,
  onEveryEngine,
  parsed,
  parsing,
  partitioned,
  partitionedTarget,
  type Tables,
} from './testing.ts'

/* What checks measure that compare partitions with those before them. What they make of it: usual.test.ts. */

onEveryEngine((tables) => {
  let made: Tables
  beforeAll(async () => {
    made = await tables(
      `create table staged (day date, word varchar, delay integer, late boolean, seen timestamp)`,
      `insert into staged values
        (date '2024-01-03', 'a', 0, true, timestamp '2024-01-03 06:00:00'), (date '2024-01-03', null, 4, false, timestamp '2024-01-03 18:30:00'),
        (date '2024-01-03', '서울', null, null, null), (date '2024-01-03', 'a', 8, true, timestamp '2024-01-03 09:00:00')`,
      'create table rest as select * from staged where false',
    )
  })
  afterAll(() => made.close())

  const value = async (written: string, given: Parameters<typeof parsed>[1] = {}) => {
    const { failures, values, sample } = await check(made, parsed(written, given, partitioned), partitionedTarget)
    expect(Object.values(failures)).toEqual([0])
    expect(sample).toHaveLength(1)
    return Number(Object.values(values)[0])
  }

  describe.each([
    ['null_share', 'delay', 0.25],
    ['zero_share', 'delay', 0.25],
    ['true_share', 'late', 0.5],
    ['min', 'delay', 0],
    ['max', 'delay', 8],
    ['mean', 'delay', 4],
    ['length', 'word', 4 / 3],
    ['distinct', 'word', 2],
  ])('%s', (metric, column, expected) => {
    it(`of ${column}`, async () => {
      expect(await value(`column_anomaly(${column})`, { metric })).toBeCloseTo(expected, 5)
    })
  })

  it('counts rows', async () => {
    expect(await value('volume_anomaly')).toBe(4)
    expect(await value('volume_anomaly', { where: "word = 'a'" })).toBe(2)
    expect(await value('volume_change', { max_drop_pct: 50 })).toBe(4)
  })

  it('measures what people write', async () => {
    expect(await value('anomaly', { value: 'sum(delay) -- minutes' })).toBe(12)
  })

  it('measures the hours to the newest row', async () => {
    expect(await value('freshness_anomaly(seen)')).toBeCloseTo(18.5, 5)
  })
})

describe('checks of what is usual', () => {
  it('warn unless they are told otherwise, and block then', () => {
    const [soft, hard] = [
      parsed('volume_anomaly', {}, partitioned),
      parsed('volume_anomaly', { severity: 'error' }, partitioned),
    ]
    expect([soft.severity, soft.blocking, hard.severity, hard.blocking]).toEqual(['warn', false, 'error', true])
  })

  it('need partitions, and no conditions of their own', () => {
    expect(messages(parsing('volume_anomaly').diagnostics)).toEqual([
      'assertion-needs-partitions: `volume_anomaly` needs partitions, and flights has none',
    ])
    expect(messages(parsing('volume_anomaly', { warn_if: '> 5' }, partitioned).diagnostics)).toEqual([
      'assertion-arguments-conflict: `volume_anomaly` has `warn_if`, and judges each partition by those before it',
    ])
    expect(messages(parsing('volume_change', {}, partitioned).diagnostics)).toEqual([
      'assertion-arguments-conflict: `volume_change` needs `max_drop_pct` or `max_rise_pct`',
    ])
  })
})

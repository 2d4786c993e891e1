import { beforeEach, describe, expect, it } from 'vitest'
import type { AssertionResult, FailedRow, Ledger } from './index.ts'
import { clock, describeLedger, ledgerOf, session, tick } from './testing.ts'

const day = 86_400_000
const result: AssertionResult = {
  run: 'r1',
  node: 'analytics.daily',
  assertion: 'analytics.daily.rows',
  hash: 'h',
  partition: '2024-01-01',
  failures: 0,
  rows: 10,
  status: 'pass',
  versions: '',
}
const failed: FailedRow = {
  ...{ run: 'r1', node: undefined, assertion: 'test.sums', hash: 's', partition: 'all', status: 'fail' },
  ...{ name: 'sums', severity: 'error', key: undefined, row: '{"text":"a\\nb\'c"}' },
}

describeLedger('what assertions found', () => {
  let ledger: Ledger
  beforeEach(async () => {
    ledger = await ledgerOf(session)
  })

  const record = (...results: readonly Partial<AssertionResult>[]) =>
    ledger.recordResults({ results: results.map((one) => ({ ...result, ...one })), failures: [] })

  describe('over time', () => {
    it('is told by run, and since when it fails', async () => {
      const at: number[] = []
      for (const [run, failures] of [0, 3, 2, 0, 1, 4].entries()) {
        at.push(clock)
        const status = failures > 0 ? 'fail' : 'pass'
        await record({ run: `r${run}`, failures, status }, { run: `r${run}`, partition: '2024-01-02', value: run / 3 })
        tick(day)
      }
      const [state, ...others] = await ledger.quality.states(3)
      expect(others).toEqual([])
      expect(state?.runs.map(({ run, status, failures, rows }) => [run, status, failures, rows])).toEqual([
        ['r3', 'pass', 0, 20],
        ['r4', 'fail', 1, 20],
        ['r5', 'fail', 4, 20],
      ])
      expect(state?.runs.at(-1)?.value).toBeCloseTo(5 / 3, 12)
      expect(state?.failingSince).toBe(at[4])
    })

    it('is told by partition, as it was last', async () => {
      await record({ failures: 1, status: 'fail' }, { partition: '2024-01-02', value: 2.5, threshold: '> 5 %' })
      tick(day)
      await record({ run: 'r2', partition: '2024-01-01', rows: 11 })
      const found = await ledger.quality.partitions(result.assertion, 10)
      expect(
        found.map(({ partition, status, rows, value, threshold }) => [partition, status, rows, value, threshold]),
      ).toEqual([
        ['2024-01-01', 'pass', 11, undefined, undefined],
        ['2024-01-02', 'pass', 10, 2.5, '> 5 %'],
      ])
      expect(await ledger.quality.partitions(result.assertion, 1)).toEqual(found.slice(1))
    })
  })

  it('is forgotten by its age, but for what each assertion found last', async () => {
    await ledger.recordResults({ results: [result], failures: [failed] })
    tick(10 * day)
    await ledger.recordResults({ results: [{ ...result, run: 'r2' }], failures: [{ ...failed, run: 'r2' }] })
    tick(10 * day)
    const since = { failures: clock - 15 * day, results: clock - 5 * day }
    expect(await ledger.agedFound(since)).toEqual({ failures: 1, results: 1 })
    expect(await ledger.forgetFound(since)).toEqual({ failures: 1, results: 1 })
    expect(await ledger.agedFound(since)).toEqual({ failures: 0, results: 0 })
    expect((await ledger.quality.states(5)).map(({ runs }) => runs.map(({ run }) => run))).toEqual([['r2']])
    expect(await ledger.quality.failedRows('test.sums', 5)).toEqual([
      { run: 'r2', partition: 'all', key: undefined, row: failed.row, at: clock - 10 * day },
    ])
  })

  it('many at once is written whole', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({ partition: `p${i}`, rows: i, value: i / 7, column: 'c' }))
    await record(...many)
    expect((await ledger.quality.partitions(result.assertion, 3000)).length).toBe(2500)
    expect((await ledger.lastResults()).get('h')).toMatchObject({ rows: (2499 * 2500) / 2 })
  })

  describe('that is acknowledged', () => {
    const known = { assertion: 'a', reason: "it's late", author: 'ann', endsAt: undefined }

    it('is known until it is withdrawn, the newest for the same partitions', async () => {
      const some = { first: '2024-01-01', last: '2024-01-03' }
      await ledger.quality.acknowledge(known)
      tick(1000)
      await ledger.quality.acknowledge({ ...known, author: 'bob', endsAt: clock + day })
      tick(1000)
      await ledger.quality.acknowledge({ ...known, partitions: some })
      expect(await ledger.quality.acknowledgements()).toEqual([
        { ...known, partitions: some, acknowledgedAt: clock },
        { ...known, author: 'bob', endsAt: clock - 1000 + day, acknowledgedAt: clock - 1000 },
      ])
      expect(await ledger.quality.withdraw('a', { ...some, last: '2024-01-04' })).toBe(0)
      expect(await ledger.quality.withdraw('a', some)).toBe(1)
      expect(await ledger.quality.withdraw('a', undefined)).toBe(1)
      expect(await ledger.quality.acknowledgements()).toEqual([])
    })

    it('is known in its own target only', async () => {
      await ledger.quality.acknowledge(known)
      const other = await ledgerOf(session, { place: '{layer}_ann' })
      expect(await other.quality.acknowledgements()).toEqual([])
    })
  })
})

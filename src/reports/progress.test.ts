import { describe, expect, it } from 'vitest'
import type { Step } from '../planner/index.ts'
import type { BatchResult, RunEvent } from '../runner/index.ts'
import { reportProgress } from './progress.ts'
import { graphOf, modelOf } from './testing.ts'

const none = { changed: 0, equal: 0, failed: 0, blocked: 0, skipped: 0 }
const models = [modelOf('raw_data.flights'), modelOf('analytics.delays'), modelOf('analytics.view', { kind: 'view' })]

function stepOf(model: string, count: number): Step {
  const batches = Array.from({ length: count }, (_, n) => ({
    id: `${model}@${n}`,
    model,
    window: { start: 15_706 + n, end: 15_707 + n },
    parts: [],
    waitsFor: [],
  }))
  return { model, kind: 'partitions', batches }
}

function finished(batch: string, more: Partial<BatchResult>): BatchResult {
  const [model = '', index = '0'] = batch.split('@')
  const start = 15_706 + Number(index)
  return {
    batch,
    model,
    window: { start, end: start + 1 },
    status: 'success',
    partitions: { ...none, changed: 1 },
    rows: 900,
    milliseconds: 5,
    diagnostics: [],
    ...more,
  }
}

/** Runs a report by hand: what it wrote, a clock that is moved, and its timer. */
function stage(steps: readonly Step[], live: boolean) {
  const written: string[] = []
  let now = 1000
  let tick = () => {}
  let stopped = false
  const report = reportProgress({ steps }, graphOf(models), {
    write: (text) => written.push(text),
    live,
    columns: 80,
    now: () => now,
    every: (_, action) => {
      tick = action
      return () => {
        stopped = true
      }
    },
  })
  const start = (batch: string): RunEvent => {
    const [model = '', index = '0'] = batch.split('@')
    const ordinal = 15_706 + Number(index)
    return { type: 'batch-started', batch, model, window: { start: ordinal, end: ordinal + 1 }, at: now }
  }
  return {
    written,
    report,
    start,
    end: (batch: string, more: Partial<BatchResult> = {}): RunEvent => ({
      type: 'batch-finished',
      result: finished(batch, more),
      at: now,
    }),
    begin: (): RunEvent => ({ type: 'run-started', run: 'r', batches: 1, models: 1, partitions: 1, at: now }),
    wait: (milliseconds: number) => {
      now += milliseconds
      tick()
    },
    isStopped: () => stopped,
  }
}

describe('progress where lines cannot be rewritten', () => {
  it('is one line a finished model, however many batches it has', () => {
    const { report, written, start, end, begin, wait } = stage([stepOf('raw_data.flights', 365)], false)
    report.onEvent(begin())
    for (let n = 0; n < 365; n++) {
      report.onEvent(start(`raw_data.flights@${n}`))
      wait(20)
      report.onEvent(end(`raw_data.flights@${n}`))
    }
    expect(written).toEqual(['  ✓ raw_data.flights  365 partitions                    328,500 rows      7.3 s\n'])
  })

  it('says what failed, waits or came out equal', () => {
    const steps = [stepOf('raw_data.flights', 2), stepOf('analytics.delays', 1)]
    const { report, written, end, begin } = stage(steps, false)
    report.onEvent(begin())
    report.onEvent(end('raw_data.flights@0', { partitions: { ...none, equal: 1 } }))
    report.onEvent(end('raw_data.flights@1', { status: 'failed', partitions: { ...none, failed: 1 }, rows: 0 }))
    report.onEvent(end('analytics.delays@0', { status: 'blocked', partitions: { ...none, blocked: 1 }, rows: 0 }))
    expect(written.map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      '✗ raw_data.flights 1 failed, 1 partition, all equal 900 rows',
      '– analytics.delays 1 blocked',
    ])
  })

  it('keeps its columns where the outcome takes many words', () => {
    const { report, written, end } = stage([stepOf('analytics.delays', 3), stepOf('raw_data.flights', 1)], false)
    report.onEvent(end('analytics.delays@0', { partitions: { ...none, equal: 1 }, rows: 0 }))
    report.onEvent(end('analytics.delays@1', { partitions: { ...none, equal: 1 }, rows: 0 }))
    report.onEvent(end('analytics.delays@2', { status: 'skipped', partitions: { ...none, skipped: 12 }, rows: 0 }))
    report.onEvent(end('raw_data.flights@0'))
    expect(written[0]).toMatch(/2 partitions, all equal, 12 unchanged {3,}0 rows/)
    expect(written[0]?.indexOf('0 rows')).toBe((written[1]?.indexOf('900 rows') ?? 0) + 2)
  })

  it('leaves out a model whose batches all fell away', () => {
    const { report, written, end } = stage([stepOf('analytics.delays', 1)], false)
    report.onEvent(end('analytics.delays@0', { status: 'skipped', partitions: { ...none, skipped: 1 }, rows: 0 }))
    expect(written).toEqual([])
  })

  it('gives a sign of life of a long model', () => {
    const { report, written, start, end, begin, wait } = stage([stepOf('raw_data.flights', 365)], false)
    report.onEvent(begin())
    report.onEvent(start('raw_data.flights@0'))
    report.onEvent(end('raw_data.flights@0'))
    wait(16_000)
    expect(written).toEqual(['  … raw_data.flights 1/365 (16.0 s)\n'])
  })
})

describe('progress on a terminal', () => {
  it('rewrites a block of what runs now and how far everything is', () => {
    const { report, written, start, begin, wait } = stage([stepOf('raw_data.flights', 4)], true)
    report.onEvent(begin())
    report.onEvent(start('raw_data.flights@0'))
    wait(200)
    wait(100)
    expect(written).toEqual([
      '  ▸ raw_data.flights  2013-01-01  200 ms\n  ░░░░░░░░░░░░░░░░ 0/1 model · 0/4 batches · 0 rows · 200 ms\n',
      '\u001b[2A\u001b[0J  ▸ raw_data.flights  2013-01-01  300 ms\n  ░░░░░░░░░░░░░░░░ 0/1 model · 0/4 batches · 0 rows · 300 ms\n',
    ])
  })

  it('erases the block and its timer at the end', () => {
    const { report, written, begin, wait, isStopped } = stage([stepOf('raw_data.flights', 4)], true)
    report.onEvent(begin())
    wait(100)
    report.stop()
    expect(written.at(-1)).toBe('\u001b[1A\u001b[0J')
    expect(isStopped()).toBe(true)
  })

  it('never writes a line wider than the terminal', () => {
    const { report, written, start, begin, wait } = stage([stepOf('raw_data.flights', 4)], true)
    report.onEvent(begin())
    report.onEvent({ type: 'interrupting', signal: 'SIGINT', at: 1 })
    for (let n = 0; n < 4; n++) report.onEvent(start(`raw_data.flights@${n}`))
    wait(100)
    const lines = written.join('').split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80)
  })
})

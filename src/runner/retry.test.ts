import { describe, expect, it } from 'vitest'
import type { ExplainedError } from '../adapters/contract.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { type Clock, retryTransient } from './site/index.ts'

/** A clock whose pauses end at once, and that remembers them. */
function instantClock(): { clock: Clock; pauses: number[] } {
  const pauses: number[] = []
  const every: Clock['every'] = (milliseconds, action) => {
    pauses.push(milliseconds)
    const timer = setImmediate(action)
    return () => clearImmediate(timer)
  }
  return { clock: { now: () => 0, every, random: Math.random }, pauses }
}

const explainError = (error: unknown): ExplainedError =>
  error === 'lost'
    ? { message: '', kind: 'connection', isLost: true }
    : { message: '', kind: String(error) as ExplainedError['kind'] }

function failing(times: number, error: unknown) {
  let tries = 0
  const work = async (): Promise<number> => {
    tries += 1
    if (tries <= times) throw error
    return tries
  }
  return work
}

describe('retrying', () => {
  it('repeats what may pass, with growing pauses', async () => {
    const { clock, pauses } = instantClock()
    const within = { clock, signal: new AbortController().signal, explainError }
    expect(await retryTransient(failing(2, 'transient'), within)).toBe(3)
    expect(pauses).toHaveLength(2)
    for (const [index, most] of [100, 500].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(most * 0.5)
      expect(pauses[index]).toBeLessThanOrEqual(most * 1.5)
    }
  })

  it('gives up after the fourth try', async () => {
    const { clock, pauses } = instantClock()
    const within = { clock, signal: new AbortController().signal, explainError }
    await expect(retryTransient(failing(9, 'transient'), within)).rejects.toBe('transient')
    expect(pauses).toHaveLength(3)
  })

  it('repeats what failed because the connection was lost, but not because the disk is full', async () => {
    const { clock } = instantClock()
    const within = { clock, signal: new AbortController().signal, explainError }
    expect(await retryTransient(failing(1, 'lost'), within)).toBe(2)
    await expect(retryTransient(failing(1, 'connection'), within)).rejects.toBe('connection')
  })

  it('repeats as often as it is told to', async () => {
    const { clock, pauses } = instantClock()
    const within = { clock, signal: new AbortController().signal, explainError }
    await expect(retryTransient(failing(9, 'transient'), { ...within, retries: 0 })).rejects.toBe('transient')
    expect(pauses).toEqual([])
    expect(await retryTransient(failing(6, 'transient'), { ...within, retries: 6 })).toBe(7)
  })

  it('does not repeat errors of the SQL, nor refusals', async () => {
    const { clock, pauses } = instantClock()
    const within = { clock, signal: new AbortController().signal, explainError }
    await expect(retryTransient(failing(1, 'sql'), within)).rejects.toBe('sql')
    const refusal = new Failure(diagnose('lease-lost', { run: 'r' }))
    await expect(retryTransient(failing(1, refusal), within)).rejects.toBe(refusal)
    expect(pauses).toEqual([])
  })

  it('ends at once when the run is stopped during a pause', async () => {
    const controller = new AbortController()
    const clock: Clock = { now: () => 0, every: () => () => undefined }
    const within = { clock, signal: controller.signal, explainError }
    const result = retryTransient(failing(1, 'transient'), within)
    setImmediate(() => controller.abort('SIGINT'))
    await expect(result).rejects.toBe('transient')
  })
})

import { expect, vi } from 'vitest'
import { conforms, describeEngines } from '../conformance/fixtures.ts'
import { killMany, tallyLine } from '../faults/kills.fixture.ts'

/** Real processes are killed at random moments; `FAULT_KILLS` says how many on each engine, `FAULT_SEED` which moments. */

const kills = Number(process.env.FAULT_KILLS ?? 20)
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)

vi.setConfig({ testTimeout: 600_000 + kills * 10_000 })

describeEngines('commands that are killed', (fixture) => {
  conforms(fixture, 'are ended by the next one: nothing is lost, doubled or left over', async () => {
    const tally = await killMany(fixture, kills, seed)
    console.log(tallyLine(tally, fixture.label, seed))
    expect(tally.wrong).toEqual([])
  })
})

import { vi } from 'vitest'
import { conforms, describeEngines } from '../conformance/fixtures.ts'
import { figuresLine, runAtOnce } from '../faults/runners.fixture.ts'

/** Pairs and sixteens of real processes; `FAULT_ROUNDS` says in how many warehouses, each with four rounds. */

const warehouses = Number(process.env.FAULT_WAREHOUSES ?? 1)
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)
vi.setConfig({ testTimeout: 600_000 + warehouses * 60_000 })

describeEngines('runners at once', (fixture) => {
  for (const [runners, rounds] of [
    [2, warehouses],
    [16, warehouses],
  ] as const) {
    conforms(
      fixture,
      `${runners} of them leave what one after the other does; who loses waits or says so`,
      async () => {
        console.log(figuresLine(await runAtOnce(fixture, runners, rounds, seed), runners, fixture.label))
      },
    )
  }
})

import { vi } from 'vitest'
import { conforms, describeEngines } from '../conformance/fixtures.ts'
import { figuresLine, runAtOnce } from '../faults/runners.fixture.ts'

/**
 * Pairs and sixteens of real processes, four rounds in each warehouse. The usual run has one warehouse of each, and sixteens on one
 * engine only; with `FAULT_WAREHOUSES` there are as many as that says, of all.
 */

const warehouses = Number(process.env.FAULT_WAREHOUSES ?? 1)
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)
vi.setConfig({ testTimeout: 600_000 + warehouses * 60_000 })

const isUsual = process.env.FAULT_WAREHOUSES === undefined
let engines = 0

describeEngines('runners at once', (fixture) => {
  const isFirst = engines++ === 0
  for (const [runners, rounds] of [
    [2, warehouses],
    [16, warehouses],
  ] as const) {
    if (isUsual && runners > 2 && !isFirst) continue
    conforms(
      fixture,
      `${runners} of them leave what one after the other does; who loses waits or says so`,
      async () => {
        console.log(figuresLine(await runAtOnce(fixture, runners, rounds, seed), runners, fixture.label))
      },
    )
  }
})

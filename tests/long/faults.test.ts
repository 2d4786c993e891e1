import { conforms, describeServers } from '../conformance/fixtures.ts'
import { type Scene, scenes, sweep } from '../conformance/sweep.fixture.ts'
import type { Fate } from '../engines/failing-network.ts'

/** Builds that are hit at many of their messages, in every way; `SWEEP_POINTS` says at how many, each. */

const points = Number(process.env.SWEEP_POINTS ?? 3)
const fates: readonly Fate[] = ['lose', 'lose-answer', 'late', 'die', 'die-after']

describeServers('a network that fails at any message', (fixture) => {
  const all = Object.keys(scenes) as Scene[]
  for (const scene of all) {
    // Of a full refresh only deaths are swept so far.
    for (const fate of scene === 'a full refresh' ? fates.slice(-1) : fates) {
      conforms(fixture, `${scene}: ${fate}`, () => sweep(fixture, scene, { fate, points }))
      conforms(fixture, `${scene}: ${fate}, at commits`, () =>
        sweep(fixture, scene, { fate, points, only: /^commit$/i }),
      )
    }
  }
})

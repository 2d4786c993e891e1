import { vi } from 'vitest'
import { conforms, describeEngines } from '../conformance/fixtures.ts'
import { soak } from '../conformance/soak.fixture.ts'

/**
 * A year of a company's warehouse with each seed; `SOAK_SEEDS` and `SOAK_DAYS` say how many, and how long. Engines of several releases
 * share the seeds among these.
 */

// A year takes ten minutes or so, and hours on a machine that others use.
vi.setConfig({ testTimeout: 4 * 3_600_000 })

const seeds = Number(process.env.SOAK_SEEDS ?? 10)
const days = Number(process.env.SOAK_DAYS ?? 366)

describeEngines('a year', (fixture) => {
  const [release] = /\d+/.exec(fixture.label) ?? []
  for (let seed = 1; seed <= seeds; seed++) {
    if (release && seeds > 1 && seed % 2 !== Number(release) % 2) continue
    conforms(fixture, `with seed ${seed} ends as a build from scratch`, async () => {
      const counts = await soak(fixture, { seed, days })
      console.log(
        `${fixture.label}, seed ${seed}: ${Object.entries(counts)
          .map(([name, n]) => `${n} ${name}`)
          .join(', ')}`,
      )
    })
  }
})

import { vi } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { liveHistories } from './oracles.fixture.ts'

// Seconds of work, which other work may stretch.
vi.setConfig({ testTimeout: 300_000 })

/** One history in the usual run, the same each time; `tests/long` lives many, and others each time. */
describeEngines('histories', (fixture) => {
  conforms(fixture, 'after any history one run leaves what a build from scratch leaves', () =>
    liveHistories(fixture, { runs: 1, steps: 8, all: true, seed: 2024 }),
  )
})

import { expect, vi } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { soak } from './soak.fixture.ts'

// Seconds of work, which other work may stretch.
vi.setConfig({ testTimeout: 300_000 })

/** Two weeks of a small company in the usual run; `tests/long` lives whole years. */
describeEngines('two weeks', (fixture) => {
  conforms(fixture, 'of changes, edits, runs and deaths end as a build from scratch', async () => {
    const counts = await soak(fixture, { seed: 1, days: 14, isSmall: true })
    // Days on which nothing happens would show nothing.
    expect(Math.min(counts.changes, counts.edits, counts.runs, counts.deaths)).toBeGreaterThan(0)
  })
})

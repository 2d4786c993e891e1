import { expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { liveBesideReaders } from './visibility.fixture.ts'

/** Whoever reads tables while they are built sees good rows, of every partition the old ones or the new ones; `tests/long` reads longer. */
describeEngines('a reader beside runs', (fixture) => {
  conforms(fixture, 'never sees a bad row, half a partition, an empty or a missing table', async () => {
    expect(await liveBesideReaders(fixture, { readers: 1 })).toBeGreaterThan(40)
  })
})

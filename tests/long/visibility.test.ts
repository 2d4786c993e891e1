import { expect } from 'vitest'
import { conforms, describeEngines } from '../conformance/fixtures.ts'
import { liveBesideReaders } from '../conformance/visibility.fixture.ts'

/** Readers stay beside runs of every kind until they have read so often, on each engine; `VISIBILITY_POLLS` says how often. */

const polls = Number(process.env.VISIBILITY_POLLS ?? 10_000)

describeEngines('many readers beside runs', (fixture) => {
  conforms(fixture, 'never see a bad row, half a partition, an empty or a missing table', async () => {
    const seen = await liveBesideReaders(fixture, { readers: 3, polls })
    console.log(`${fixture.label}: ${seen} polls, nothing bad`)
    expect(seen).toBeGreaterThanOrEqual(polls)
  })
})

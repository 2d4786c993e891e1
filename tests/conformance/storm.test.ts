import { conforms, describeServers } from './fixtures.ts'
import { newTally, rage } from './storm.fixture.ts'

/** A few runs over a network that fails at random; `tests/long` has the storm. */
describeServers('a network that fails again and again', (fixture) => {
  conforms(fixture, 'loses and doubles nothing, and runs say what they did', () =>
    rage(fixture, { seed: 1, work: 'a build of changes', rounds: 1 }, newTally()),
  )
  conforms(fixture, 'nor where the ledger lies elsewhere', () =>
    rage(fixture, { seed: 2, work: 'a build of changes', rounds: 1, elsewhere: true }, newTally()),
  )
})

import { conforms, describeEngines } from './fixtures.ts'
import { liveHistories } from './oracles.fixture.ts'

/** A few histories in the usual run; `tests/long` lives many. */
describeEngines('histories', (fixture) => {
  conforms(fixture, 'after any history one run leaves what a build from scratch leaves', () =>
    liveHistories(fixture, { runs: 1, steps: 12, all: true }),
  )
})

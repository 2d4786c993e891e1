import { conforms, describeEngines } from '../conformance/fixtures.ts'
import { liveHistories } from '../conformance/oracles.fixture.ts'

/** Many long histories on every engine; `ORACLE_RUNS` and `ORACLE_STEPS` say how many, and how long they may be. */

const runs = Number(process.env.ORACLE_RUNS ?? 40)
const steps = Number(process.env.ORACLE_STEPS ?? 25)

describeEngines('many histories', (fixture) => {
  conforms(fixture, 'after any history one run leaves what a build from scratch leaves', () =>
    liveHistories(fixture, { runs, steps }),
  )
})

import { expect } from 'vitest'
import { conforms, describeEngines } from '../conformance/fixtures.ts'
import { type OperationName, operations } from '../conformance/operations.fixture.ts'
import { type Fault, faults } from '../conformance/seam.fixture.ts'
import { sweep } from '../conformance/sweep.fixture.ts'

/**
 * Every operation, disturbed in every way at many of its steps. `SWEEP_POINTS` says at how many with each fault (`all`: at every
 * one), `SWEEP_OFFSET` where the first lies between two (0 to 1), `SWEEP_FAULTS` which faults.
 */

const { SWEEP_POINTS: asked = '2', SWEEP_OFFSET: offset = '0.5', SWEEP_FAULTS: named } = process.env
const chosen = named ? faults.filter((fault: Fault) => named.split(' ').includes(fault)) : faults
const points = asked === 'all' ? {} : { points: Number(asked) }

describeEngines('a fault at any step', (fixture) => {
  for (const name of Object.keys(operations) as OperationName[]) {
    conforms(fixture, `of ${name} is made up for, and nothing is lost, doubled or left over`, async () => {
      const swept = await sweep(fixture, name, { faults: chosen, offset: Number(offset), ...points })
      const { steps, hits, failures } = swept
      const lasting = steps.filter(({ lasts }) => lasts).length
      // Told at once: the report comes when all is over.
      for (const failure of failures) console.error(failure)
      console.log(
        `${fixture.label}: ${name}: ${hits} hits at ${steps.length} steps, ${lasting} of which last; ${failures.length} failed`,
      )
      expect(swept.failures, swept.failures.join('\n\n')).toEqual([])
    })
  }
})

import { expect } from 'vitest'
import { conforms, describeEngines } from './fixtures.ts'
import { type OperationName, operations } from './operations.fixture.ts'
import { faults } from './seam.fixture.ts'
import { sweep } from './sweep.fixture.ts'

/** One step of each operation is hit in the usual run, of each on one engine; `tests/long` hits many of all. */

let engines = 0

describeEngines('a fault at some step', (fixture) => {
  const engine = engines++
  for (const [index, name] of (Object.keys(operations) as OperationName[]).entries()) {
    if (index % 3 !== engine % 3) continue
    conforms(fixture, `of ${name} is made up for by the next run, and nothing is lost or doubled`, async () => {
      // A death that lasts, and another fault: these take turns.
      const other = faults[index % 3] ?? 'refuse'
      const swept = await sweep(fixture, name, {
        faults: [other, 'die-after'],
        points: 1,
        offset: ((index * 5) % 8) / 8,
      })
      expect(swept.failures, swept.failures.join('\n\n')).toEqual([])
      expect(swept.hits).toBeGreaterThan(0)
    })
  }
})

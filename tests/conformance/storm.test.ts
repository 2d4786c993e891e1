import { expect } from 'vitest'
import { newFaulty, now } from './faults.fixture.ts'
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

  conforms(fixture, 'is passed over as often as --retries says', async () => {
    const faulty = await newFaulty(fixture, 1)
    let hit = 0
    const cutStagings = (most: number) => {
      hit = 0
      faulty.proxy.decide((_kind, text) => (/create temp/i.test(text) && ++hit <= most ? 'lose' : 'pass'))
    }
    try {
      cutStagings(1)
      const without = await faulty.project.elt('run', '-s', 'replaced', '--threads', '1', '--retries', '0', ...now)
      expect(without, without.stderr).toMatchObject({ code: 1 })
      expect(without.stderr).toContain('run it again')
      cutStagings(2)
      const more = await faulty.project.elt('run', '-s', 'replaced', '--threads', '1', '--retries', '2', ...now)
      expect(more, more.stderr).toMatchObject({ code: 0 })
      expect(hit).toBeGreaterThan(2)
    } finally {
      await faulty.remove()
    }
  })
})

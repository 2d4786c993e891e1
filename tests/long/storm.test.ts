import { conforms, describeServers } from '../conformance/fixtures.ts'
import { newTally, rage, type Work } from '../conformance/storm.fixture.ts'

/**
 * The storm: builds of every strategy over a network that fails at random messages. `STORM_MINUTES` says how long it rages over all,
 * `STORM_SEED` which one it is; what happened is printed.
 */

const minutes = Number(process.env.STORM_MINUTES ?? 8)
const seed = Number(process.env.STORM_SEED ?? 1)
const tally = newTally()
const works: readonly Work[] = ['a first build', 'a build of changes', 'everything once more', 'a full refresh']
const engines: string[] = []

/** What has happened so far, over all. */
function told(): string {
  const { faults, commits, runs, succeeded, unknown, slowed } = tally
  return `${faults} faults injected (${commits} at commits) in ${runs} runs, ${slowed} of them slowed; ${succeeded} runs succeeded in spite of them, ${unknown} outcomes were told as unknown`
}

describeServers('a storm', (fixture) => {
  engines.push(fixture.label)
  for (const elsewhere of [false, true]) {
    for (const [index, work] of works.entries()) {
      conforms(fixture, `over ${work}${elsewhere ? ', with a ledger elsewhere' : ''}`, async () => {
        const until = Date.now() + (minutes * 60_000) / works.length / 2 / engines.length
        const of = { seed: seed * 100 + index * 2 + Number(elsewhere), work, elsewhere, rounds: 10_000 }
        await rage(fixture, { ...of, isOver: () => Date.now() > until }, tally)
        console.log(told())
      })
    }
  }
})

import { conforms, describeServers } from './fixtures.ts'
import { type Scene, scenes, sweep } from './sweep.fixture.ts'

/** A few messages of each build are hit in the usual run; `tests/long` hits many. */
describeServers('a network that fails', (fixture) => {
  const all = Object.keys(scenes) as Scene[]
  for (const scene of all) {
    conforms(fixture, `${scene} whose process dies is ended by the next run, and nothing is lost or doubled`, () =>
      sweep(fixture, scene, { fate: 'die-after', points: 1 }),
    )
  }
  conforms(fixture, 'a commit whose answer is lost counts as what it was', async () => {
    await sweep(fixture, 'a build of changes', { fate: 'lose-answer', points: 2, only: /^commit$/i })
  })
})

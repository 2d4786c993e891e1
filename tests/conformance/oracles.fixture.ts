import fc from 'fast-check'
import type { Fixture } from './fixtures.ts'
import { beginLife, type Step } from './world/life.ts'
import { columnsPart, groupedPart, mergedPart, runningPart, unitsPart } from './world/models.ts'
import { ordersPart } from './world/orders.ts'
import { peoplePart } from './world/people.ts'
import { ridesPart } from './world/rides.ts'
import { bandsPart, deliveriesPart, returnsPart } from './world/rows.ts'
import { edits, runs } from './world/runs.ts'
import type { Part } from './world/scene.ts'
import { settle } from './world/settle.ts'

/**
 * The oracle of all building: whatever happened to the sources, to the models and to the runs, one more run leaves what a build from
 * scratch of the same sources leaves, and the run after that has nothing to do.
 */

/** So many days at first, and so many at most. */
const [days, most] = [5, 10]

const parts = {
  grouped: groupedPart,
  units: unitsPart,
  merged: mergedPart,
  running: runningPart,
  columns: columnsPart,
  deliveries: () => deliveriesPart(days, most),
  returns: () => returnsPart(days, most),
  bands: bandsPart,
  people: peoplePart,
  rides: () => ridesPart(days, most, 7),
} as const satisfies Readonly<Record<string, () => Part>>

type Name = keyof typeof parts
const names = Object.keys(parts) as Name[]

/** Happenings of the runs and edits come as often as those of all parts together. */
const often: readonly string[] = [...Object.keys(runs), ...Object.keys(edits)]
const rarely = [ordersPart(1, 1), ...names.map((name) => parts[name]())].flatMap(({ happenings = {} }) =>
  Object.keys(happenings),
)

interface History {
  readonly names: readonly Name[]
  readonly steps: readonly Step[]
  /** Whether everything was built before. */
  readonly isBuilt: boolean
}

const histories = (steps: number, all: boolean): fc.Arbitrary<History> =>
  fc.record({
    names: all ? fc.constant(names) : fc.oneof(fc.constant(names), fc.subarray(names)),
    steps: fc.array(
      fc.record({
        kind: fc.oneof(fc.constantFrom(...often), fc.constantFrom(...rarely)),
        day: fc.nat({ max: 9 }),
        number: fc.nat({ max: 60 }),
      }),
      { minLength: Math.ceil(steps / 2), maxLength: steps, size: 'max' },
    ),
    isBuilt: fc.boolean(),
  })

async function live(fixture: Fixture, { names: present, isBuilt, steps }: History): Promise<void> {
  const orders = ordersPart(days, most)
  const all: Part[] = [orders, ...present.map((name) => parts[name]())]
  const { scene, happen, telling } = await beginLife(fixture, all, { now: '2024-04-05', days })
  try {
    await telling(async () => {
      if (isBuilt)
        for (const kind of ['seeds are built', 'a run of everything']) await happen({ kind, day: 0, number: 0 })
      for (const step of steps) await happen(step)
      await settle(scene)
      await orders.expectBuilt(scene.project)
    })
  } finally {
    await scene.project.remove()
  }
}

/** Which histories are lived. */
export interface Lives {
  readonly runs: number
  readonly steps: number
  /** Fixed: the same histories each time. `ORACLE_SEED` and `ORACLE_PATH`, as a failure tells them, live one again. */
  readonly seed?: number
  /** Whether every part is there always. */
  readonly all?: boolean
}

/** Lives so many histories of at most so many steps. */
export async function liveHistories(
  fixture: Fixture,
  { runs: numRuns, steps, seed, all = false }: Lives,
): Promise<void> {
  const { ORACLE_SEED, ORACLE_PATH, ORACLE_SHRINK } = process.env
  const known = ORACLE_SEED ? Number(ORACLE_SEED) : seed
  await fc.assert(
    fc.asyncProperty(histories(steps, all), (history) => live(fixture, history)),
    {
      numRuns,
      // Shrinking lives a history many times: it is asked for.
      endOnFailure: !ORACLE_SHRINK,
      ...(known === undefined ? {} : { seed: known }),
      ...(ORACLE_PATH ? { path: ORACLE_PATH } : {}),
    },
  )
}

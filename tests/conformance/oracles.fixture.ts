import fc from 'fast-check'
import { expect } from 'vitest'
import type { Fixture } from './fixtures.ts'
import { newProject } from './project.fixture.ts'
import { columnsPart, groupedPart, mergedPart, runningPart, unitsPart } from './world/models.ts'
import { ordersPart } from './world/orders.ts'
import { peoplePart } from './world/people.ts'
import { ridesPart } from './world/rides.ts'
import { bandsPart, deliveriesPart, returnsPart } from './world/rows.ts'
import { edits, runs } from './world/runs.ts'
import { type Happening, type Part, type Scene, settings } from './world/scene.ts'
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

interface Step {
  readonly kind: string
  readonly day: number
  readonly number: number
}

interface History {
  readonly names: readonly Name[]
  readonly steps: readonly Step[]
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
      { minLength: Math.min(3, steps), maxLength: steps, size: 'max' },
    ),
  })

/** What a command printed, where a happening was one. */
function answerOf(result: unknown): string {
  if (typeof result !== 'object' || result === null || !('code' in result)) return ''
  const { code, stdout, stderr } = result as { code: number; stdout: string; stderr: string }
  // Anything but success, rows that fail, a mistake that is told and an interrupt is a bug.
  expect([0, 1, 2, 130], `${stdout}${stderr}`).toContain(code)
  return `: ${code} ${stdout}${code === 0 ? '' : stderr}`
}

async function live(fixture: Fixture, history: History): Promise<void> {
  const orders = ordersPart(days, most)
  const present: Part[] = [orders, ...history.names.map((name) => parts[name]())]
  const project = await newProject(fixture, settings, Object.assign({}, ...present.map(({ files }) => files)))
  const scene: Scene = { project, parts: present, now: '2024-04-05', code: new Map() }
  const happenings = new Map<string, Happening>(
    [...present.map((part) => part.happenings ?? {}), runs, edits].flatMap((all) => Object.entries(all)),
  )
  const told: string[] = [history.names.join(' ')]
  try {
    for (const { deliver, tables } of present) {
      deliver?.(project)
      if (tables) await project.query(tables())
    }
    for (const { kind, day, number } of history.steps) {
      const result = await happenings.get(kind)?.(scene, day, number)
      told.push(`${kind} (${day}, ${number})${answerOf(result)}`)
      if (result) for (const { check } of present) await check?.(project)
    }
    await settle(scene, told.join('\n'))
    await orders.expectBuilt(project, told.join('\n'))
  } catch (error) {
    throw new Error(`${told.join('\n')}\n${error instanceof Error ? error.message : error}`, { cause: error })
  } finally {
    await project.remove()
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

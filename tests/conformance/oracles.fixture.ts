import fc from 'fast-check'
import { expect } from 'vitest'
import type { Fixture } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'
import {
  dailyModel,
  deliver,
  deliverOnce,
  dueOrders,
  models,
  newWorld,
  orderFile,
  orderOf,
  settings,
  type World,
} from './world.fixture.ts'

/**
 * The oracle of all building: whatever happened to the source, to the models and to the runs, one more run leaves what a build from
 * scratch of the same files leaves, and the run after that has nothing to do.
 */

/** What has come to be, beside the files. */
interface Scene {
  readonly project: Project
  readonly world: World
  readonly code: { added: number; columns: string[] }
}

/** One thing that happens; its numbers are taken as far as they fit. */
interface Happening {
  readonly kind: keyof typeof happenings
  readonly day: number
  readonly number: number
}

const now = ['--now', '2024-04-05']
const names = Object.keys(models).flatMap((path) => /([a-z]+)\.sql$/.exec(path)?.[1] ?? [])
const pick = <T>(items: readonly T[], number: number): T => items[number % items.length] as T
const localDay = (day: number) => new Date(Date.UTC(2024, 2, 8 + day)).toISOString().slice(0, 10)

/** Changes a day's orders and delivers its file again. */
function change(
  { project, world }: Scene,
  day: number,
  to: (orders: readonly World['orders'][number][number][]) => World['orders'][number],
): void {
  const index = day % world.orders.length
  world.orders[index] = to(world.orders[index] ?? [])
  deliver(project, world, index)
}

const happenings = {
  'orders arrive late': (scene: Scene, day: number, number: number) =>
    change(scene, day, (orders) => [...orders, orderOf(scene.world, (number * 97) % 1440, number, number)]),
  'orders are withdrawn': (scene: Scene, day: number, number: number) =>
    change(scene, day, (orders) => orders.filter((_, i) => i % 3 !== number % 3)),
  'a day is emptied': (scene: Scene, day: number) => change(scene, day, () => []),
  'amounts are corrected': (scene: Scene, day: number, number: number) =>
    change(scene, day, (orders) => orders.map((order, i) => (i === number % 4 ? { ...order, amount: number } : order))),
  'orders move to another hour or day': (scene: Scene, day: number, number: number) =>
    change(scene, day, (orders) =>
      orders.map((order, i) => (i === 0 ? { ...order, minute: (order.minute + number * 61) % 1440 } : order)),
    ),
  'a new day is delivered': ({ project, world }: Scene, _day: number, number: number) => {
    if (world.orders.length > 9) return
    world.orders.push([
      orderOf(world, number % 1440, number, number),
      orderOf(world, (number * 7) % 1440, number + 1, 5),
    ])
    deliver(project, world, world.orders.length - 1)
  },
  'a delivery comes, which nothing changes again': ({ project, world }: Scene, _day: number, number: number) => {
    world.deliveries.push(number % 5)
    deliverOnce(project, world, world.deliveries.length - 1)
  },
  'a file comes again as it was': ({ project, world }: Scene, day: number) =>
    deliver(project, world, day % world.orders.length, true),
  'a file is touched': ({ project, world }: Scene, day: number) => project.touch(orderFile(day % world.orders.length)),
  'a run of everything': ({ project }: Scene) => project.elt('run', ...now),
  'a run of one model': ({ project }: Scene, _day: number, number: number) =>
    project.elt('run', '--select', pick(names, number), ...now),
  'a run of one day': ({ project }: Scene, day: number) =>
    project.elt('run', '--select', 'orders daily moving', '--partition', localDay(day), ...now),
  'a forced day': ({ project }: Scene, day: number) =>
    project.elt('run', '--select', 'orders daily', '--partition', localDay(day), '--force', '--yes', ...now),
  'a model is built from nothing': ({ project }: Scene, _day: number, number: number) => {
    const model = pick(['orders', 'daily', 'merged', 'hourly'], number)
    return project.elt('run', '--select', model, '--full-refresh', '--yes', ...now)
  },
  'a run is interrupted': ({ project }: Scene, _day: number, number: number) =>
    project.interrupted(1 + (number % 4), 'run', ...now),
  'a model changes': ({ project, code }: Scene, _day: number, number: number) => {
    code.added = number
    project.write('models/analytics/daily.sql', dailyModel(code.added, code.columns))
  },
  'columns come and go': ({ project, code }: Scene, _day: number, number: number) => {
    const name = `more_${number % 3}`
    code.columns = code.columns.includes(name) ? code.columns.filter((one) => one !== name) : [...code.columns, name]
    project.write('models/analytics/daily.sql', dailyModel(code.added, code.columns))
  },
} as const

const kinds = Object.keys(happenings) as (keyof typeof happenings)[]

const histories = (steps: number): fc.Arbitrary<Happening[]> =>
  fc.array(fc.record({ kind: fc.constantFrom(...kinds), day: fc.nat({ max: 9 }), number: fc.nat({ max: 30 }) }), {
    minLength: Math.min(3, steps),
    maxLength: steps,
  })

async function succeed(project: Project, told: readonly string[], ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.elt(...words)
  expect(code, `${told.join('\n')}\nelt ${words.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
  return stdout
}

async function live(fixture: Fixture, history: readonly Happening[]): Promise<void> {
  const project = await newProject(fixture, settings, models)
  try {
    const scene: Scene = { project, world: newWorld(), code: { added: 0, columns: [] } }
    for (const day of scene.world.orders.keys()) deliver(project, scene.world, day)
    for (const day of scene.world.deliveries.keys()) deliverOnce(project, scene.world, day)
    const told: string[] = []
    for (const { kind, day, number } of history) {
      const ran = await happenings[kind](scene, day, number)
      told.push(
        `${kind} (${day}, ${number})${ran ? `: ${ran.code} ${ran.stdout}${ran.code === 2 ? ran.stderr : ''}` : ''}`,
      )
    }
    await succeed(project, told, 'run', ...now)
    const found = await project.contents('raw_data', 'analytics')
    const scratch = await project.afresh()
    await succeed(scratch, told, 'run', ...now)
    expect(found, told.join('\n')).toEqual(await scratch.contents('raw_data', 'analytics'))
    const rows = await project.query('select id, cast(order_date as varchar(10)) as order_date from raw_data.orders')
    expect(rows.map((row) => `${row.id} ${row.order_date}`).sort(), told.join('\n')).toEqual(dueOrders(scene.world))
    expect(await succeed(project, told, 'run', ...now), told.join('\n')).toMatch(/nothing to do|up to date/)
  } finally {
    await project.remove()
  }
}

/** Lives so many histories of at most so many steps. */
export async function liveHistories(fixture: Fixture, runs: number, steps: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(histories(steps), (history) => live(fixture, history)),
    // Shrinking would live each history many times; what happened is told in full instead.
    { numRuns: runs, endOnFailure: true },
  )
}

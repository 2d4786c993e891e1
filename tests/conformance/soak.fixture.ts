import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Fixture } from './fixtures.ts'
import { age } from './world/deaths.ts'
import { beginLife, type Life } from './world/life.ts'
import { columnsPart, groupedPart, mergedPart, runningPart, unitsPart } from './world/models.ts'
import { ordersPart } from './world/orders.ts'
import { peoplePart } from './world/people.ts'
import { ridesPart } from './world/rides.ts'
import { bandsPart, deliveriesPart, returnsPart } from './world/rows.ts'
import { dayText, type Scene } from './world/scene.ts'
import { settle } from './world/settle.ts'

/**
 * A company's warehouse, day by day: every day brings its files and rows, sources change late, analysts edit models, runs come when they
 * come, overlap and die. In the end everything is what a build from scratch leaves.
 */

/** What the days bring; how often each is drawn. */
const changes = [
  'orders arrive late',
  'orders are withdrawn',
  'amounts are corrected',
  'orders move to another hour or day',
  'a file comes again as it was',
  'a return comes a day late',
  'rides are loaded late',
  'rides are corrected',
  'rides are deleted',
  'a seed is corrected',
  'a seed gets a row',
  'a person is renamed or hired',
  'a name is corrected in silence',
  'a person leaves',
]
const arrivals = [
  'a new day of orders',
  'a delivery comes, which nothing changes again',
  'a new day of returns',
  'a new day of rides',
]
const edits = ['a model changes', 'a model changes', 'columns come and go']
const deaths = ['a run dies', 'a run dies', 'a refresh dies', 'a run is interrupted']
const others = [
  'seeds are built',
  'a run of one model',
  'a run of one day',
  'a forced day',
  'a model is built from nothing',
  'a plan is saved',
  'a saved plan is run',
  'old partitions are dropped',
]

interface Day {
  readonly changes: readonly { readonly kind: string; readonly back: number; readonly number: number }[]
  readonly doings: readonly { readonly kind: string; readonly back: number; readonly number: number }[]
}

/** Most changes come within days; a few come late by months. */
const back = fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 6 }) }, { weight: 1, arbitrary: fc.nat({ max: 120 }) })
const number = fc.nat({ max: 60 })
const some = (kinds: readonly string[]) => fc.record({ kind: fc.constantFrom(...kinds), back, number })

const dayOf: fc.Arbitrary<Day> = fc.record({
  changes: fc.array(some(changes), { maxLength: 3, size: 'max' }),
  doings: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    { weight: 8, arbitrary: fc.tuple(some(['a run of everything'])) },
    { weight: 2, arbitrary: fc.tuple(some(others)) },
    { weight: 2, arbitrary: fc.tuple(some(edits), some(['a run of everything'])) },
    { weight: 1, arbitrary: fc.tuple(some(deaths)) },
    { weight: 1, arbitrary: fc.tuple(some(['runs overlap'])) },
  ),
})

const command = join(resolve(import.meta.dirname, '../..'), 'dist', 'elt.js')

/** Starts the built command; killed after so many milliseconds, if that is said and it still runs. */
async function process(folder: string, words: readonly string[], killAfter?: number): Promise<number | null> {
  const child = spawn('node', [command, ...words], { cwd: folder, stdio: 'ignore' })
  const ended = new Promise<number | null>((end) => child.once('exit', end))
  if (killAfter !== undefined) {
    await Promise.race([sleep(killAfter), ended])
    child.kill('SIGKILL')
  }
  return ended
}

/** Two runs at once in this process, where an engine allows it. */
async function overlapInside({ adapter, project, now }: Scene): Promise<(number | null)[]> {
  if (adapter.features.exclusiveWriter) return []
  const ran = await Promise.all([1, 2].map(() => project.elt('run', '--wait', '--now', now)))
  for (const { code, stdout, stderr } of ran) expect([0, 1], `${stdout}${stderr}`).toContain(code)
  return ran.map(({ code }) => code)
}

/** Two processes at once; with odd numbers the first is killed in the middle. */
async function overlap({ project, now }: Scene, which: number): Promise<(number | null)[]> {
  const words = ['run', '--wait', '--now', now]
  const killAfter = which % 2 === 1 ? 300 + which * 20 : undefined
  const ended = await Promise.all([
    process(project.folder, words, killAfter),
    process(project.folder, which % 3 === 0 ? [...words, '--full-refresh', '--yes', '-s', 'daily'] : words),
  ])
  if (killAfter !== undefined) await project.query(age)
  // Killed, well, or with rows that fail.
  for (const code of ended) expect([null, 0, 1]).toContain(code)
  return ended
}

/** What a soak counted. */
export interface Counts {
  days: number
  changes: number
  edits: number
  runs: number
  overlaps: number
  deaths: number
}

async function liveDay(life: Life, { changes: some, doings }: Day, counts: Counts, isSmall: boolean): Promise<void> {
  const { scene, happen } = life
  for (const kind of arrivals) await happen({ kind, day: 0, number: counts.days * 7 })
  scene.days += 1
  scene.now = dayText(scene.days)
  counts.days += 1
  const at = (late: number): number => Math.max(0, scene.days - 2 - late)
  for (const { kind, back: late, number: which } of some) {
    await happen({ kind, day: at(late), number: which })
    counts.changes += 1
  }
  for (const { kind, back: late, number: which } of doings) {
    if (edits.includes(kind)) counts.edits += 1
    else counts.runs += 1
    if (kind === 'runs overlap') {
      const codes = await (isSmall ? overlapInside(scene) : overlap(scene, which))
      counts.overlaps += Math.max(0, codes.length - 1)
      counts.runs += 1
      counts.deaths += codes.filter((code) => code === null).length
    } else {
      const code = await happen({ kind, day: at(late), number: which })
      if (deaths.includes(kind) && code !== 0) counts.deaths += 1
    }
  }
}

/** A soak, the same for the same seed. */
export interface Soak {
  readonly seed: number
  readonly days: number
  /** With few models, and no processes but this one. */
  readonly isSmall?: boolean
}

/** Lives so many days, and compares what is left with a build from scratch. */
export async function soak(fixture: Fixture, { seed, days, isSmall = false }: Soak): Promise<Counts> {
  const begun = 3
  const most = begun + days
  const orders = ordersPart(begun, most)
  const few = [orders, groupedPart(), peoplePart()]
  const rest = [unitsPart(), mergedPart(), runningPart(), columnsPart(), bandsPart()]
  const more = [...rest, deliveriesPart(begun, most), returnsPart(begun, most), ridesPart(begun, most, 7)]
  const year = fc.sample(fc.array(dayOf, { minLength: days, maxLength: days, size: 'max' }), { seed, numRuns: 1 })
  const counts: Counts = { days: 0, changes: 0, edits: 0, runs: 0, overlaps: 0, deaths: 0 }
  const life = await beginLife(fixture, isSmall ? few : [...few, ...more], { now: dayText(begun), days: begun })
  try {
    await life.telling(async () => {
      for (const day of year[0] ?? []) await liveDay(life, day, counts, isSmall)
      await settle(life.scene)
      await orders.expectBuilt(life.scene.project)
    })
  } finally {
    await life.scene.project.remove()
  }
  return counts
}

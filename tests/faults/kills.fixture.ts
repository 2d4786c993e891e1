import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Fixture } from '../conformance/fixtures.ts'
import type { Project } from '../conformance/project.fixture.ts'
import { elt, startElt } from './children.ts'
import {
  builtTwice,
  type Contents,
  enter,
  expectWhole,
  newEstate,
  now,
  restated,
  rowsLeft,
  type State,
} from './estate.fixture.ts'
import { randomNumbers } from './random.ts'

/** Commands that are killed at random moments, again and again, each going on with what the one before it has left. */

interface Scene {
  readonly name: string
  readonly state: State
  readonly words: readonly string[]
  /** What a killed command is followed by: it must end what was asked for. Default: the command itself. */
  readonly resume?: readonly string[]
}

const scenes: readonly Scene[] = [
  { name: 'a first build', state: 1, words: ['run'] },
  { name: 'a build of changes', state: 2, words: ['run'] },
  {
    name: 'a restatement',
    state: 2,
    words: ['run', '-s', 'kept', '--from', restated.from, '--to', restated.to, '--force', '--yes'],
    resume: ['run'],
  },
  {
    name: 'a full refresh',
    state: 2,
    words: ['run', '-s', 'replaced', 'merged', 'running', 'kept', '--full-refresh', '--yes'],
    resume: ['run'],
  },
]

/** What an undisturbed command leaves, and about how long it takes to begin and to build, in milliseconds. */
interface Calm {
  readonly contents: Contents
  begins: number
  builds: number
}

async function timed(project: Project, words: readonly string[]): Promise<Pick<Calm, 'begins' | 'builds'>> {
  const began = performance.now()
  const child = startElt(project.folder, [...words, '--wait', ...now])
  await Promise.race([child.begun, child.ended])
  const builds = performance.now()
  const { code, stdout, stderr } = await child.ended
  expect(code, `elt ${words.join(' ')}\n${stdout}${stderr}`).toBe(0)
  return { begins: builds - began, builds: performance.now() - builds }
}

async function calmScenes(fixture: Fixture): Promise<Calm[]> {
  const project = await newEstate(fixture, 1)
  try {
    const calm: Calm[] = []
    for (const { state, words } of scenes) {
      enter(project, state)
      const times = await timed(project, words)
      calm.push({ ...times, contents: await rowsLeft(project) })
    }
    return calm
  } finally {
    await project.remove()
  }
}

export interface Tally {
  kills: number
  /** Kills after which an attempt was found under way, of those after which somebody looked. */
  midway: number
  looked: number
  readonly wrong: string[]
}

/** Whether an attempt was under way when a command was killed. */
async function isMidway(project: Project): Promise<boolean> {
  const [there] = await project.query(
    "select count(*) as n from information_schema.tables where table_schema = 'elt' and table_name = 'runs'",
  )
  if (Number(there?.n) === 0) return false
  const [under] = await project.query("select count(*) as n from elt.attempts where status = 'running'")
  return Number(under?.n) > 0
}

interface Lane {
  readonly fixture: Fixture
  readonly calm: readonly Calm[]
  readonly random: () => number
  readonly tally: Tally
  readonly most: number
}

/** Most commands are killed while they build, some before. */
const early = 0.1

/** Kills a command at a random moment, unless it ends before; whether it was killed. */
async function killOne(lane: Lane, project: Project, words: readonly string[], calm: Calm, told: string[]) {
  const { random, tally, fixture } = lane
  // Who was killed is known to be dead at once; its session may take a moment to end.
  const child = startElt(project.folder, [...words, '--wait', ...now])
  const isOver = child.ended.then(() => true)
  const isEarly = random() < early
  const moment = random() * (isEarly ? calm.begins : calm.builds)
  if (!isEarly) await Promise.race([child.begun, isOver])
  const builds = performance.now()
  const killed = !(await Promise.race([isOver, sleep(moment).then(() => false)]))
  if (killed) child.signal('SIGKILL')
  const { code, stdout, stderr } = await child.ended
  if (code !== null) {
    told.push(`elt ${words.join(' ')}: ${code}\n${stdout}${stderr}`)
    expect(code, told.join('\n')).toBe(0)
    if (!isEarly) calm.builds = (calm.builds + performance.now() - builds) / 2
    return false
  }
  told.push(`elt ${words.join(' ')}: killed ${Math.round(moment)} ms after it began${isEarly ? '' : ' to build'}`)
  tally.kills += 1
  // Whoever opens a file takes from it what the next command would have had to do.
  if (!fixture.adapter.features.exclusiveWriter || random() < 0.3) {
    tally.looked += 1
    if (await isMidway(project)) tally.midway += 1
  }
  return true
}

/** What `kept` holds of the partitions that were to be built again: none or all of them, nothing between. */
async function isRestated(project: Project, told: readonly string[]): Promise<boolean> {
  const rows = await project.query(
    `select count(*) as n from analytics.kept where code = 2 and day >= date '${restated.from}' and day < date '${restated.to}'`,
  )
  expect([0, restated.days], told.join('\n')).toContain(Number(rows[0]?.n))
  return Number(rows[0]?.n) === restated.days
}

/** Whether every partition of `kept` is of the newer code: a refresh that was killed before its rows came leaves what was there. */
async function isRefreshed(project: Project): Promise<boolean> {
  const [older] = await project.query('select count(*) as n from analytics.kept where code <> 2')
  return Number(older?.n) === 0
}

/** Whether what a scene asked for has been done: what was killed before it was written down has to be asked for again. */
async function isAnswered(project: Project, { name }: Scene, told: readonly string[]): Promise<boolean> {
  if (name === 'a restatement') return isRestated(project, told)
  return name !== 'a full refresh' || isRefreshed(project)
}

/** Kills a scene until one of its commands comes to its end, or enough were killed. */
async function play(lane: Lane, project: Project, scene: Scene, calm: Calm, told: string[]): Promise<void> {
  told.push(scene.name)
  enter(project, scene.state)
  const { words, resume = words } = scene
  for (let tries = 1, isDone = false; !isDone; tries++) {
    // What is asked for anew each time would be killed each time.
    if (tries > 3) await timed(project, words)
    let killed = tries <= 3 && (await killOne(lane, project, words, calm, told))
    for (let again = 0; killed && again < 4 && lane.tally.kills < lane.most; again++) {
      killed = await killOne(lane, project, resume, calm, told)
    }
    if (killed) await timed(project, resume)
    isDone = await isAnswered(project, scene, told)
  }
  const all = told.join('\n')
  await expectWhole(project, calm.contents, all)
  if (scene === scenes[0]) expect(await builtTwice(project), all).toEqual([])
}

/** From an empty warehouse through all scenes. */
async function round(lane: Lane): Promise<void> {
  const told: string[] = []
  const project = await newEstate(lane.fixture, 1)
  try {
    for (const [i, scene] of scenes.entries()) {
      const calm = lane.calm[i]
      if (calm && lane.tally.kills < lane.most) await play(lane, project, scene, calm, told)
    }
    const idle = await elt(project.folder, ['run', ...now])
    expect(idle.stdout, told.join('\n')).toMatch(/nothing to do|up to date/)
  } catch (error) {
    const wrong = error instanceof Error ? `${error.message}\n${told.join('\n')}` : String(error)
    // Told at once: the report comes when all is over.
    console.error(wrong)
    lane.tally.wrong.push(wrong)
  } finally {
    await project.remove()
  }
}

/** How many are at it at once, each in a warehouse of its own. */
const lanes = Number(process.env.FAULT_LANES ?? 2)

/** Kills so many commands, and says what came of it. */
export async function killMany(fixture: Fixture, kills: number, seed: number): Promise<Tally> {
  const tally: Tally = { kills: 0, midway: 0, looked: 0, wrong: [] }
  const calm = await calmScenes(fixture)
  await Promise.all(
    Array.from({ length: lanes }, async (_, n) => {
      const lane = {
        fixture,
        calm: calm.map((one) => ({ ...one })),
        random: randomNumbers(seed + n),
        tally,
        most: kills,
      }
      while (tally.kills < kills && tally.wrong.length < 3) await round(lane)
    }),
  )
  return tally
}

/** The line that tells a suite's figures. */
export function tallyLine({ kills, midway, looked, wrong }: Tally, label: string, seed: number): string {
  const share = looked === 0 ? 0 : Math.round((100 * midway) / looked)
  return `kills: ${kills} on ${label}, ${wrong.length} wrong (${share} % of them found an attempt under way; seed ${seed})`
}

import { expect } from 'vitest'
import type { FailingNetwork, Fate } from '../engines/failing-network.ts'
import { enter, expectWhole, type Faulty, type FaultyProject, left, newFaulty, now } from './faults.fixture.ts'
import type { Fixture } from './fixtures.ts'

/** Runs over a network that fails again and again, at random messages and in every way, and what they said against what they did. */

/** A source of numbers from 0 to before 1 that gives the same ones for the same seed. */
function numbersOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const works = {
  'a first build': { before: [], words: ['run'] },
  'a build of changes': { before: [1], words: ['run'] },
  'everything once more': { before: [1, 2], words: ['run', '--force', '--yes', '--exclude', 'appended', 'logged'] },
  'a full refresh': {
    before: [1, 2],
    words: ['run', '-s', 'replaced', 'merged', 'running', '--full-refresh', '--yes'],
  },
} as const
export type Work = keyof typeof works

/** How often which fate is met, of a hundred. */
const weights: readonly (readonly [Fate, number])[] = [
  ['lose', 30],
  ['reset', 20],
  ['lose-answer', 34],
  ['late', 8],
  ['freeze', 2],
  ['die', 3],
  ['die-after', 3],
]

/** What a storm did. */
export interface Tally {
  faults: number
  /** Of these, at commits. */
  commits: number
  runs: number
  /** Runs that reported success in spite of faults. */
  succeeded: number
  /** Publications of which a run said that it does not know. */
  unknown: number
  /** Runs of which all data was slowed or cut in pieces. */
  slowed: number
}

export const newTally = (): Tally => ({ faults: 0, commits: 0, runs: 0, succeeded: 0, unknown: 0, slowed: 0 })

export interface Storm {
  readonly seed: number
  readonly work: Work
  /** Whether the ledger lies in a database of its own. */
  readonly elsewhere?: boolean
  /** Rounds, each with a copy of the project. */
  readonly rounds: number
  /** Asked before each round but the first. */
  readonly isOver?: () => boolean
}

/** Milliseconds after which a run counts as hanging. */
const patience = 120_000

function hang(told: () => string): { readonly failed: Promise<never>; readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a run hangs: ${told()}`)), patience)
  })
  return { failed, end: () => clearTimeout(timer) }
}

/** Lets faults happen on the network until it is revived; says which there were. */
function disturb(proxy: FailingNetwork, random: () => number, tally: Tally): () => string {
  const events: string[] = []
  let budget = 1 + Math.floor(random() * 10)
  const [often, rarely] = [0.05 + random() * 0.3, 0.005 + random() * 0.03]
  const pick = (): Fate => {
    const all = weights.flatMap(([fate, weight]) => Array.from({ length: weight }, () => fate))
    return all[Math.floor(random() * all.length)] ?? 'lose'
  }
  if (random() < 0.4) {
    const manner = [
      { latency: 1 + Math.floor(random() * 6) },
      { slice: 5 + Math.floor(random() * 200) },
      { bandwidth: 50_000 + Math.floor(random() * 400_000) },
    ][Math.floor(random() * 3)]
    proxy.behave(manner ?? {})
    events.push(JSON.stringify(manner))
    tally.slowed += 1
  }
  proxy.decide((_kind, text, count) => {
    const isCommit = /^commit$/i.test(text)
    if (budget === 0 || random() >= (isCommit ? often : rarely)) return 'pass'
    budget -= 1
    const fate = pick()
    tally.faults += 1
    if (isCommit) tally.commits += 1
    events.push(`${fate} at ${count} ${text.slice(0, 40).replace(/\s+/g, ' ')}`)
    // A server that was away comes back.
    if (fate.startsWith('die')) setTimeout(proxy.reopen, 200)
    return fate
  })
  return () => events.join('\n')
}

interface Told {
  readonly metadata: { readonly invocation_id: string }
  readonly results: readonly {
    readonly unique_id: string
    readonly batches?: readonly {
      readonly status: string
      readonly partitions: { readonly changed: number; readonly equal: number }
      readonly diagnostics: readonly { readonly code: string }[]
    }[]
  }[]
}

/** What a run says that it published is what the ledger has of it; nothing more, nothing less. */
async function expectHonest(project: FaultyProject, stdout: string, tally: Tally, told: string): Promise<void> {
  if (!stdout.includes('"results"')) return
  const { metadata, results } = JSON.parse(stdout) as Told
  const rows = await project.ledger(
    `select a.node, count(*) as n from elt.partitions as p join elt.attempts as a on a.id = p.attempt where a.run = '${metadata.invocation_id}' group by a.node`,
  )
  const recorded = new Map(rows.map(({ node, n }) => [String(node).split('.').at(-1), Number(n)]))
  for (const { unique_id: id, batches = [] } of results) {
    const name = id.split('.').at(-1)
    const has = (wanted: string) => batches.some(({ diagnostics }) => diagnostics.some(({ code }) => code === wanted))
    const isUnknown = has('publication-unknown')
    // Its batches tell what they filled the shadow with; the error tells that the shadow was dropped.
    const isDropped = has('refresh-dropped')
    if (isUnknown) tally.unknown += 1
    else {
      const filled = batches.reduce((sum, { partitions }) => sum + partitions.changed + partitions.equal, 0)
      const said = isDropped ? 0 : filled
      expect(recorded.get(name) ?? 0, `${name} as the run told it, and as it is recorded\n${told}\n${stdout}`).toBe(
        said,
      )
    }
  }
}

async function round(
  faulty: Faulty,
  storm: Storm,
  random: () => number,
  tally: Tally,
  expected: Awaited<ReturnType<typeof left>>,
) {
  const { proxy } = faulty
  const project = await faulty.copy()
  const words = [...works[storm.work].words, ...now, '--output', 'json']
  const told: string[] = [`seed ${storm.seed}, ${storm.work}`]
  for (let again = true; again; again = random() < 0.4) {
    const events = disturb(proxy, random, tally)
    const before = tally.faults
    const watch = hang(() => [...told, events()].join('\n'))
    const ran = await Promise.race([project.elt(...words), watch.failed]).finally(watch.end)
    proxy.revive()
    tally.runs += 1
    if (ran.code === 0 && tally.faults > before) tally.succeeded += 1
    told.push(events(), `${ran.code} ${ran.stderr}`)
    expect(ran.stderr, told.join('\n')).not.toMatch(/error\[(bug|internal)|\n {4}at /)
    expect([0, 1, 3], told.join('\n')).toContain(ran.code)
    await expectHonest(project, ran.stdout, tally, told.join('\n'))
  }
  await expectWhole(project, expected, told.join('\n'))
  await project.remove()
}

/** Rages over copies of one project, and adds what happened to the tally. */
export async function rage(fixture: Fixture, storm: Storm, tally: Tally): Promise<void> {
  const random = numbersOf(storm.seed)
  const options = { keepalive: 1, connect_timeout: 3, lock_timeout: 20 }
  const faulty = await newFaulty(fixture, 1, { elsewhere: storm.elsewhere ?? false, options })
  try {
    const { before, words } = works[storm.work]
    for (const state of before) {
      enter(faulty.project, state)
      expect(await faulty.project.elt('run', ...now)).toMatchObject({ code: 0 })
    }
    if (before.length === 1) enter(faulty.project, 2)
    const calm = await faulty.copy()
    const ran = await calm.elt(...words, ...now)
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0)
    const expected = await left(calm)
    await calm.remove()
    for (let n = 0; n < storm.rounds && (n === 0 || !storm.isOver?.()); n++)
      await round(faulty, storm, random, tally, expected)
  } finally {
    await faulty.remove()
  }
}

import { expect } from 'vitest'
import type { Fate } from '../engines/failing-network.ts'
import { enter, expectWhole, type Faulty, left, newFaulty, now } from './faults.fixture.ts'
import type { Fixture } from './fixtures.ts'

/** What is disturbed: building from nothing, building what changed (rows, code, columns), and building tables anew beside themselves. */
export const scenes = {
  'a first build': { before: [], words: ['run'] },
  'a build of changes': { before: [1], words: ['run'] },
  'a full refresh': {
    before: [1, 2],
    words: ['run', '-s', 'replaced', 'merged', 'running', '--full-refresh', '--yes'],
  },
} as const

export type Scene = keyof typeof scenes

async function prepared(fixture: Fixture, scene: Scene): Promise<Faulty> {
  const [first] = scenes[scene].before
  const faulty = await newFaulty(fixture, 1)
  for (const state of scenes[scene].before) {
    enter(faulty.project, state)
    expect(await faulty.project.elt('run', ...now)).toMatchObject({ code: 0 })
  }
  if (first === 1) enter(faulty.project, 2)
  return faulty
}

/** Where the first hit lies between two: 0.5 unless asked otherwise, so that a run can be repeated. */
const offset = Number(process.env.SWEEP_OFFSET ?? 0.5)

/** Which messages are hit: every so many-th. */
export interface Sweep {
  readonly fate: Fate
  readonly points: number
  /** Messages that count; default: all. */
  readonly only?: RegExp
}

/** Disturbs copies of one project at a message each, and compares what one more run leaves with what is left where nothing was disturbed. */
export async function sweep(fixture: Fixture, scene: Scene, { fate, points, only = /(?:)/ }: Sweep): Promise<void> {
  const faulty = await prepared(fixture, scene)
  const { proxy } = faulty
  const words = [...scenes[scene].words, ...now]
  const hit = (at: number) => {
    let seen = 0
    proxy.decide((_kind, text) => {
      if (!only.test(text)) return 'pass'
      seen += 1
      return seen === at ? fate : 'pass'
    })
    return () => seen
  }
  try {
    const calm = await faulty.copy()
    const seen = hit(0)
    const ran = await calm.elt(...words)
    expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0)
    const most = seen()
    const expected = await left(calm)
    await calm.remove()
    const step = Math.max(1, most / points)
    for (let at = 1 + Math.floor(offset * step); at <= most; at += step) {
      const project = await faulty.copy()
      hit(Math.floor(at))
      const disturbed = await project.elt(...words)
      proxy.revive()
      const told = `${scene}, ${fate} at ${Math.floor(at)} of ${most}: ${disturbed.code}\n${disturbed.stdout}${disturbed.stderr}`
      expect(disturbed.stderr, told).not.toMatch(/error\[internal|\n {4}at /)
      await expectWhole(project, expected, told)
      await project.remove()
    }
  } finally {
    await faulty.remove()
  }
}

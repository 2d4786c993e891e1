import { expect } from 'vitest'
import type { Fixture } from '../conformance/fixtures.ts'
import type { Project } from '../conformance/project.fixture.ts'
import { type Ended, elt } from './children.ts'
import { type Contents, enter, expectWhole, newEstate, now, restated, rowsLeft, type State } from './estate.fixture.ts'
import { randomNumbers } from './random.ts'

/** Commands that begin at the same moment on one project, and ask for the same. */

interface Scene {
  readonly name: string
  readonly state: State
  /** What is there before. */
  readonly before?: (project: Project) => Promise<void>
  /** What the runners are taken from, one after the other. */
  readonly commands: readonly (readonly string[])[]
}

const restate = ['run', '-s', 'kept', '--from', restated.from, '--to', restated.to, '--force', '--yes']

/** Takes a ledger back to what the first release of it was. */
async function makeLedgerOld(project: Project): Promise<void> {
  for (const statement of [
    'drop view elt.model_status',
    'drop table elt.assertion_failures',
    'drop table elt.acknowledgements',
    ...['name', 'severity', 'column_name', 'seconds', 'bytes'].map(
      (column) => `alter table elt.assertion_results drop column ${column}`,
    ),
    'alter table elt.runs drop column shows_session',
    'alter table elt.relations drop column attached',
    'drop table elt.schema_readers',
    'alter table elt.relations drop column place',
    'alter table elt.assertion_results drop column place',
    'drop table elt.publishing',
    'drop table elt.pending_hooks',
    'delete from elt.migrations where number > 1',
  ])
    await project.query(statement)
}

const scenes: readonly Scene[] = [
  {
    name: 'first builds',
    state: 1,
    commands: [['run'], ['run', '-s', 'events+'], ['run', '-s', '+seen', 'kept'], ['build', '-s', 'merged', 'events']],
  },
  {
    name: 'builds of changes, of an old ledger',
    state: 2,
    before: makeLedgerOld,
    commands: [['run'], ['run', '-s', 'replaced+'], ['run', '-s', 'appended', 'logged', 'best'], ['run']],
  },
  {
    name: 'restatements',
    state: 2,
    commands: [
      restate,
      ['run', '-s', 'kept', 'daily', '--from', restated.from, '--to', restated.to, '--force', '--yes'],
      ['run', '-s', 'appended'],
      restate,
    ],
  },
  {
    name: 'full refreshes beside builds',
    state: 2,
    commands: [
      ['run', '-s', 'replaced', 'merged', '--full-refresh', '--yes'],
      ['run', '-s', '+daily', '--partition', restated.from, '--force', '--yes'],
      ['run', '-s', 'running', 'merged', '--full-refresh', '--yes'],
    ],
  },
]

/** What one command after the other leaves, scene by scene. */
async function oneByOne(fixture: Fixture): Promise<Contents[]> {
  const project = await newEstate(fixture, 1)
  try {
    const found: Contents[] = []
    for (const { state, commands } of scenes) {
      enter(project, state)
      for (const words of commands) {
        const { code, stdout, stderr } = await elt(project.folder, [...words, ...now])
        expect(code, `elt ${words.join(' ')}\n${stdout}${stderr}`).toBe(0)
      }
      found.push(await rowsLeft(project))
    }
    return found
  } finally {
    await project.remove()
  }
}

export interface Figures {
  rounds: number
  won: number
  refused: number
  waited: number
}

const held =
  /^error\[(lease-held|warehouse-locked)]: .*(held by run .* on .* since|process \d+ .*(since|holds the warehouse))/m

/** A runner wins, or says who is in its way; one that waits wins. */
function judge({ code, stdout, stderr }: Ended, isWaiting: boolean, figures: Figures, told: string): void {
  expect(`${stdout}${stderr}`, told).not.toMatch(/error\[bug|\n {4}at /)
  if (/^waiting: /m.test(stderr)) figures.waited += 1
  if (code === 0) figures.won += 1
  else {
    expect([code, isWaiting], told).toEqual([3, false])
    expect(stderr, told).toMatch(held)
    figures.refused += 1
  }
}

/** All at once. What they told, and the commands that nobody brought to an end. */
async function race(
  project: Project,
  scene: Scene,
  runners: number,
  random: () => number,
  figures: Figures,
): Promise<{ readonly story: string; readonly left: Scene['commands'] }> {
  const { name, commands } = scene
  const started = Array.from({ length: runners }, async (_, n) => {
    const words = commands[n % commands.length] ?? []
    const isWaiting = random() < 0.5
    const ended = await elt(project.folder, [...words, ...(isWaiting ? ['--wait'] : []), ...now])
    return { words, isWaiting, ended }
  })
  const all = await Promise.all(started)
  const told = all.map(({ words, ended }) => `elt ${words.join(' ')}: ${ended.code}\n${ended.stdout}${ended.stderr}`)
  const story = `${name}\n${told.join('\n')}`
  for (const { ended, isWaiting } of all) judge(ended, isWaiting, figures, story)
  figures.rounds += 1
  const won = new Set(all.flatMap(({ words, ended }) => (ended.code === 0 ? [words] : [])))
  return { story, left: commands.filter((words) => !won.has(words)) }
}

/** Lets so many runners loose on each scene, in so many warehouses. */
export async function runAtOnce(fixture: Fixture, runners: number, warehouses: number, seed: number): Promise<Figures> {
  const figures: Figures = { rounds: 0, won: 0, refused: 0, waited: 0 }
  const random = randomNumbers(seed)
  const expected = await oneByOne(fixture)
  for (let n = 0; n < warehouses; n++) {
    const project = await newEstate(fixture, 1)
    try {
      for (const [i, scene] of scenes.entries()) {
        enter(project, scene.state)
        await scene.before?.(project)
        const { story, left } = await race(project, scene, runners, random, figures)
        for (const words of [...left, ['run']]) {
          const { code, stdout, stderr } = await elt(project.folder, [...words, ...now])
          expect(code, `${story}\nelt ${words.join(' ')}\n${stdout}${stderr}`).toBe(0)
        }
        await expectWhole(project, expected[i] ?? {}, story)
      }
    } finally {
      await project.remove()
    }
  }
  return figures
}

/** The line that tells a suite's figures. */
export function figuresLine({ rounds, won, refused, waited }: Figures, runners: number, label: string): string {
  return `runners: ${rounds} rounds of ${runners} on ${label}, 0 wrong (${won} won, ${waited} of them waited, ${refused} were refused)`
}

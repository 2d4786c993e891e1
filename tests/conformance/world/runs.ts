import { expect } from 'vitest'
import type { Ran } from '../../../src/cli/testing.ts'
import { dying, interrupted } from './deaths.ts'
import { type Code, type Contents, dayText, type Happening, pick, type Scene } from './scene.ts'

/** What people do with a project, whatever its parts are: runs of all kinds, deaths, saved plans, edits. */

const modelsOf = ({ parts }: Scene): string[] => parts.flatMap(({ models }) => models)
const elt = ({ project, now }: Scene, ...words: string[]): Promise<Ran> => project.elt(...words, '--now', now)

async function savePlan(scene: Scene): Promise<Ran> {
  const ran = await elt(scene, 'plan', '--output', 'json')
  if (ran.code !== 0) return ran
  scene.project.write('plan.json', ran.stdout)
  const { models } = JSON.parse(ran.stdout) as { models: string[] }
  scene.saved = {
    models: models.map((model) => model.split('.').at(-1) ?? ''),
    code: new Map([...scene.code].map(([name, code]) => [name, { ...code }])),
    contents: await scene.project.contents('raw_data', 'analytics'),
  }
  return { ...ran, stdout: scene.saved.models.join(' ') }
}

/** Models of a saved plan whose code or rows are no longer those that it was made of. */
function movedSince(scene: Scene, contents: Contents): string[] {
  const { saved } = scene
  if (!saved) return []
  const texts = (name: string, code: ReadonlyMap<string, Code>, rows: Contents): string =>
    JSON.stringify([code.get(name), Object.entries(rows).filter(([table]) => table.endsWith(`.${name}`))])
  return saved.models.filter((name) => texts(name, saved.code, saved.contents) !== texts(name, scene.code, contents))
}

/** A saved plan is run, or refused; refused it must be when anything that it builds has moved, and then nothing is written. */
async function runPlan(scene: Scene): Promise<Ran | undefined> {
  if (!scene.saved) return undefined
  const before = await scene.project.contents('raw_data', 'analytics')
  const moved = movedSince(scene, before)
  const ran = await scene.project.elt('run', '--plan', 'plan.json')
  delete scene.saved
  if (moved.length > 0) expect(ran.code, `${moved.join(', ')} moved\n${ran.stdout}${ran.stderr}`).toBe(2)
  if (ran.code === 2) {
    expect(ran.stderr).toContain('plan-stale')
    expect(await scene.project.contents('raw_data', 'analytics')).toEqual(before)
  }
  return ran
}

function edit(scene: Scene, which: number, change: (code: Code) => void): void {
  const edited = scene.parts.flatMap((part) => Object.entries(part.edited ?? {}))
  if (edited.length === 0) return
  const [name, text] = pick(edited, which)
  const code = scene.code.get(name) ?? { added: 0, columns: [] }
  change(code)
  scene.code.set(name, code)
  scene.project.write(`models/analytics/${name}.sql`, text(code))
}

/** A day that has partitions. */
const dayOf = ({ days }: Scene, day: number): string => dayText(day % Math.max(1, days - 1))

const models = 'orders daily moving running merged'

/** Names that the project has. */
function known(scene: Scene, names: string): string[] {
  const all = new Set(modelsOf(scene))
  return names.split(' ').filter((name) => all.has(name))
}

/** At which statement a run is disturbed: early and late ones alike. */
const point = (day: number, number: number): number => 1 + ((day * 61 + number * 7) % 160)

export const runs: Readonly<Record<string, Happening>> = {
  'a run of everything': (scene) => elt(scene, 'run'),
  'a run of one model': (scene, _day, number) => elt(scene, 'run', '--select', pick(modelsOf(scene), number)),
  'a run of a model and what it reads': (scene, _day, number) =>
    elt(scene, 'run', '--select', `+${pick(modelsOf(scene), number).replace('+', '')}`),
  'a run of one day': (scene, day) =>
    elt(scene, 'run', '--select', ...known(scene, models), '--partition', dayOf(scene, day)),
  'a forced day': (scene, day) =>
    elt(
      scene,
      'run',
      '--select',
      ...known(scene, 'orders daily merged'),
      '--partition',
      dayText(day),
      '--force',
      '--yes',
    ),
  'a forced model': (scene, _day, number) =>
    elt(scene, 'run', '--select', pick(modelsOf(scene), number), '--force', '--yes'),
  'a model is built from nothing': (scene, _day, number) =>
    elt(scene, 'run', '--select', pick(modelsOf(scene), number), '--full-refresh', '--yes'),
  'what older code built is built again': (scene) => elt(scene, 'run', '--rebuild', 'older-code'),
  'a run is interrupted': ({ adapter, project, now }, day, number) =>
    interrupted(adapter, project, point(day, number), ['run', '--now', now]),
  'a run dies': ({ adapter, project, now }, day, number) =>
    dying(adapter, project, point(day, number), ['run', '--now', now]),
  'a refresh dies': (scene, day, number) =>
    dying(scene.adapter, scene.project, point(day, number), [
      'run',
      '--select',
      pick(modelsOf(scene), number),
      '--full-refresh',
      '--yes',
      '--now',
      scene.now,
    ]),
  'a plan is saved': savePlan,
  'a saved plan is run': runPlan,
  'old partitions are dropped': (scene) => elt(scene, 'retain'),
}

export const edits: Readonly<Record<string, Happening>> = {
  'a model changes': (scene, day, number) =>
    edit(scene, day, (code) => {
      code.added = number
    }),
  'columns come and go': (scene, day, number) =>
    edit(scene, day, (code) => {
      const name = `more_${number % 3}`
      code.columns = code.columns.includes(name) ? code.columns.filter((one) => one !== name) : [...code.columns, name]
    }),
}

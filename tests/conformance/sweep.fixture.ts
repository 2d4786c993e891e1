import { expect } from 'vitest'
import type { Fixture, Warehouse } from './fixtures.ts'
import {
  commandsAfter,
  expectEachPartitionWhole,
  expectWhole,
  type Left,
  type Looked,
  left,
  look,
} from './left.fixture.ts'
import { type Operation, type OperationName, operations } from './operations.fixture.ts'
import { newProject, type Project } from './project.fixture.ts'
import { type Fault, openSeam, type Seam, type Step } from './seam.fixture.ts'

/**
 * Fails, or ends the process of, an operation at each step that it sends, one after the other, and compares what is left when it
 * was given again with what is left where nothing was disturbed.
 */

const settings = `name: faults
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`

interface Scene {
  readonly project: Project
  readonly seam: Seam
  readonly remove: () => Promise<void>
}

/** A project behind a seam, brought to where the operation begins. */
async function prepared(fixture: Fixture, operation: Operation): Promise<Scene> {
  const seams: Seam[] = []
  const newWarehouse = async (copyOf?: Warehouse): Promise<Warehouse> => {
    const warehouse = await fixture.newWarehouse(copyOf)
    const [seam = await openSeam(fixture, warehouse)] = seams
    if (seams.length === 0) seams.push(seam)
    return { ...warehouse, behind: { ...warehouse.options, ...seam.behind } as Warehouse['options'] }
  }
  const project = await newProject({ ...fixture, newWarehouse }, settings, {})
  const [seam] = seams
  if (!seam) throw new Error('no seam')
  const remove = async (): Promise<void> => {
    await seam.close()
    await project.remove()
  }
  try {
    await operation.prepare(project, fixture)
  } catch (error) {
    await remove()
    throw error
  }
  return { project, seam, remove }
}

/** Where steps are hit. */
export interface Sweep {
  readonly faults: readonly Fault[]
  /** How many steps are hit with each fault, evenly spread; absent: every one. */
  readonly points?: number
  /** Where the first hit lies between two, from 0 to 1; default 0.5. */
  readonly offset?: number
  /** Steps that count; default: all. */
  readonly only?: RegExp
}

/** Faults that leave something of their own only where a step lasts: before the next such step, all of them leave the same. */
const lasting: ReadonlySet<Fault> = new Set(['lose-answer', 'late', 'die-after'])

/** The numbers of the steps that may be hit: a death before the first of them, and then after each that lasts. */
function places(steps: readonly Step[], fault: Fault): number[] {
  if (fault === 'die') return [1]
  return steps.flatMap(({ lasts }, index) => (lasts || !lasting.has(fault) ? [index + 1] : []))
}

/** So many of them, evenly spread. */
function some(numbers: readonly number[], { points = numbers.length, offset = 0.5 }: Sweep): number[] {
  const step = Math.max(1, numbers.length / points)
  const chosen: number[] = []
  for (let at = Math.min(offset * step, numbers.length - 1); at < numbers.length; at += step) {
    chosen.push(numbers[Math.floor(at)] ?? 1)
  }
  return chosen
}

/** What an undisturbed operation sends, and what there is before and after it. */
interface Calm {
  readonly steps: readonly Step[]
  readonly states: readonly [before: Looked, after: Looked]
  readonly expected: Left
}

async function undisturbed(fixture: Fixture, { project: original, seam }: Scene, operation: Operation, only?: RegExp) {
  const before = await look(original)
  const project = await original.copy()
  seam.arm(0, 'die', only)
  const ran = await project.eltInNoTime(...operation.words).finally(seam.disarm)
  const steps = seam.sent()
  expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0)
  const after = await look(project)
  for (const words of commandsAfter(operation)) await project.elt(...words)
  const calm: Calm = { steps, states: [before, after], expected: await left(project, fixture) }
  await project.remove()
  return calm
}

/** One hit in a copy of the project; rejects where something is lost, doubled or left over. */
async function disturb(
  fixture: Fixture,
  { project: original, seam }: Scene,
  operation: Operation,
  { states, expected }: Calm,
  hit: { readonly at: number; readonly fault: Fault; readonly only: RegExp | undefined; readonly says: string },
): Promise<void> {
  const project = await original.copy()
  try {
    seam.arm(hit.at, hit.fault, hit.only)
    const { code, stdout, stderr } = await project.eltInNoTime(...operation.words).finally(seam.disarm)
    const told = `${hit.says}\n${code}\n${stdout}${stderr}`
    expect(stderr, told).not.toMatch(/error\[internal|\n {4}at /)
    await expectEachPartitionWhole(project, states, !/^die/.test(hit.fault), told)
    await expectWhole({ project, fixture, operation, expected, states, told })
  } finally {
    await project.remove()
  }
}

/** Sweeps an operation: how many steps it sends, how many hits were made, and what went wrong with each that was not made up for. */
export async function sweep(fixture: Fixture, name: OperationName, how: Sweep): Promise<Swept> {
  const operation: Operation = operations[name]
  const scene = await prepared(fixture, operation)
  try {
    const calm = await undisturbed(fixture, scene, operation, how.only)
    const { steps } = calm
    const failures: string[] = []
    let done = 0
    for (const fault of how.faults.filter((one) => scene.seam.faults.includes(one))) {
      for (const at of some(places(steps, fault), how)) {
        const says = `${fault} at ${at} of ${steps.length}: ${steps[at - 1]?.text.slice(0, 300)}`
        done += 1
        await disturb(fixture, scene, operation, calm, { at, fault, only: how.only, says }).catch((error: unknown) => {
          failures.push(
            `${says}\n${error instanceof Error ? `${error.message}\n${JSON.stringify((error as { actual?: unknown }).actual)}` : String(error)}`,
          )
        })
      }
    }
    return { steps, hits: done, failures }
  } finally {
    await scene.remove()
  }
}

export interface Swept {
  readonly steps: readonly Step[]
  readonly hits: number
  readonly failures: readonly string[]
}

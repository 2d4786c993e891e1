import { expect } from 'vitest'
import type { Fixture } from '../fixtures.ts'
import { newProject } from '../project.fixture.ts'
import { edits, runs } from './runs.ts'
import { type Happening, type Part, type Scene, settings } from './scene.ts'

/** A project that is alive: what happens to it is told, and looked at. */

/** One thing that happens. */
export interface Step {
  readonly kind: string
  readonly day: number
  readonly number: number
}

export interface Life {
  readonly scene: Scene
  /** Does something, if the world has it; how the command ended, where it was one. */
  readonly happen: (step: Step) => Promise<number | undefined>
  /** Adds what happened so far to whatever fails. */
  readonly telling: (work: () => Promise<void>) => Promise<void>
}

/** What a command printed, where a happening was one. */
function answerOf(result: unknown): { code: number; text: string } | undefined {
  if (typeof result !== 'object' || result === null || !('code' in result)) return undefined
  const { code, stdout, stderr } = result as { code: number; stdout: string; stderr: string }
  return { code, text: `${code} ${stdout}${code === 0 ? '' : stderr}` }
}

/** Makes a project of the parts as they are now, and tables for others; nothing is built. */
export async function beginLife(
  fixture: Fixture,
  parts: readonly Part[],
  { now, days }: Pick<Scene, 'now' | 'days'>,
): Promise<Life> {
  const project = await newProject(fixture, settings, Object.assign({}, ...parts.map(({ files }) => files)))
  const scene: Scene = { adapter: fixture.adapter, project, parts, now, days, code: new Map() }
  const happenings = new Map<string, Happening>(
    [...parts.map((part) => part.happenings ?? {}), runs, edits].flatMap((all) => Object.entries(all)),
  )
  const told: string[] = []
  for (const { deliver, tables } of parts) {
    deliver?.(project)
    if (tables) await project.query(tables())
  }
  return {
    scene,
    happen: async ({ kind, day, number }) => {
      const happening = happenings.get(kind)
      if (!happening) return undefined
      told.push(`${kind} (${day}, ${number})`)
      const answer = answerOf(await happening(scene, day, number))
      if (!answer) return undefined
      told.push(answer.text)
      // Nobody reads what a dead process says. Of others all but success, rows that fail, a mistake and an interrupt is a bug.
      if (!kind.endsWith(' dies')) expect([0, 1, 2, 130]).toContain(answer.code)
      for (const { check } of parts) await check?.(project, false)
      return answer.code
    },
    telling: (work) =>
      work().catch((error: unknown) => {
        throw new Error(`${told.slice(-200).join('\n')}\n${error instanceof Error ? error.message : error}`, {
          cause: error,
        })
      }),
  }
}

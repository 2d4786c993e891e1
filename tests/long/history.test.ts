import { cpSync, rmSync, utimesSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { randomNumbers } from '../faults/random.ts'
import { emptyWorkspace, sampleWorkspace, type Workspace } from '../system/workspace.ts'

/**
 * Histories: files that are delivered again in every way, runs of parts of the project, runs that are killed, models that
 * change; at random. Whatever happened, one more run must leave the tables that a build from scratch of the same files has.
 */

const seeds = Number(process.env.HISTORY_SEEDS ?? 8)
const steps = Number(process.env.HISTORY_STEPS ?? 18)
const days = Array.from({ length: 12 }, (_, i) => `2013-03-${String(i + 3).padStart(2, '0')}`)

interface World {
  readonly workspace: Workspace
  readonly random: () => number
  readonly pick: <T>(items: readonly T[]) => T
}

const fileOf = (day: string) => `data/flights/${day.replaceAll('-', '/')}.parquet`

async function rewrite({ workspace, pick }: World, select: string): Promise<string> {
  const path = fileOf(pick(days))
  await workspace.sql(
    `create table flights as from read_parquet('${path}'); copy (${select}) to '${path}' (format parquet)`,
  )
  return path
}

/** Everything that can happen; each says what it did. */
const happenings: Record<string, (world: World) => Promise<string> | string> = {
  'flights arrive late': (world) =>
    // Numbers that no flight has: the key must stay unique.
    rewrite(
      world,
      `from flights union all by name
       (select * replace ((select max(flight) from flights) + row_number() over () as flight) from flights order by all limit 2)`,
    ),
  'flights are withdrawn': (world) => rewrite(world, 'from flights order by all offset 3'),
  'delays are corrected': (world) =>
    rewrite(world, 'select * replace (arrival_delay + 1 as arrival_delay) from flights'),
  'a plane is corrected, which few models read': (world) =>
    rewrite(world, `select * replace ('N00000' as tail_number) from flights`),
  'a file comes again as it was': (world) => rewrite(world, 'from flights order by carrier, flight'),
  'a file is touched': ({ workspace, pick }) => {
    const path = fileOf(pick(days))
    utimesSync(workspace.path(path), new Date(), new Date())
    return path
  },
  'a run of everything': ({ workspace }) => String(workspace.elt('run').code),
  'a run of one model': ({ workspace, pick }) => {
    const model = pick([
      'flights',
      'daily_carrier_delays',
      'carrier_delay_28d',
      'flight_status',
      'routes',
      'airlines carrier_delay_28d',
    ])
    return `${model}: ${workspace.elt('run', '--select', model).code}`
  },
  'a run of one day': ({ workspace, pick }) => {
    const day = pick(days)
    return `${day}: ${workspace.elt('run', '--partition', day).code}`
  },
  'a forced day': ({ workspace, pick }) => {
    const day = pick(days)
    return `${day}: ${workspace.elt('run', '--partition', day, '--force', '--yes').code}`
  },
  'a run is killed': async ({ workspace, random }) => {
    const child = workspace.start('run')
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const after = 300 + random() * 1200
    await sleep(after)
    child.kill('SIGKILL')
    await ended
    return `after ${after.toFixed(0)} ms`
  },
  'a model changes': ({ workspace, random }) => {
    const path = 'models/analytics/daily_carrier_delays.sql'
    const text = workspace.read(path)
    const number = Math.floor(random() * 1000)
    workspace.write(path, text.replace(/avg\(f\.arrival_delay\)( \+ \d+)? as/, `avg(f.arrival_delay) + ${number} as`))
    return `+ ${number}`
  },
  'an airline is renamed': ({ workspace, random }) => {
    const path = 'data/dimensions/airlines.csv'
    workspace.write(path, workspace.read(path).replace(/^(AA,.*?)( \d+)?$/m, `$1 ${Math.floor(random() * 1000)}`))
    return path
  },
}

const workspaces: Workspace[] = []
afterEach(() => {
  for (const workspace of workspaces.splice(0)) workspace.dispose()
})

async function scratchOf(workspace: Workspace): Promise<Record<string, string>> {
  const scratch = emptyWorkspace()
  workspaces.push(scratch)
  cpSync(workspace.folder, scratch.folder, { recursive: true, preserveTimestamps: true })
  rmSync(scratch.path('.elt'), { recursive: true, force: true })
  expect(scratch.elt('run').code).toBe(0)
  return scratch.contents()
}

describe('after any history, one run leaves what a build from scratch has', () => {
  for (let seed = 1; seed <= seeds; seed++) {
    it(`seed ${seed}`, async () => {
      const workspace = sampleWorkspace((date) => date >= '2013-03-02' && date <= '2013-03-15')
      workspaces.push(workspace)
      // A renamed airline must reach the window model, or a reference edge makes the two differ by design.
      const model = 'models/analytics/carrier_delay_28d.sql'
      workspace.write(model, workspace.read(model).replace("ref('airlines')", "ref('airlines', on_change='rebuild')"))
      const random = randomNumbers(seed)
      const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
      const history: string[] = []
      for (let step = 0; step < steps; step++) {
        const name = pick(Object.keys(happenings))
        history.push(`${name}: ${await happenings[name]?.({ workspace, random, pick })}`)
      }
      const last = workspace.elt('run')
      expect(last.code, `${history.join('\n')}\n${last.stdout}${last.stderr}`).toBe(0)
      expect(await workspace.contents(), history.join('\n')).toEqual(await scratchOf(workspace))
    })
  }
})

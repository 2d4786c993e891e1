import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Fixture } from '../conformance/fixtures.ts'
import type { Project } from '../conformance/project.fixture.ts'
import { type Child, elt, startElt } from './children.ts'
import { type Contents, expectWhole, newEstate, now, rowsLeft } from './estate.fixture.ts'
import { randomNumbers } from './random.ts'

/** Commands that are stopped (SIGSTOP) for longer than their leases last, and go on when another one has taken over. */

/** On a server that ends transactions which do nothing sooner than by default, so that nobody waits long for one. */
function impatient(fixture: Fixture): Fixture {
  const newWarehouse = async () => {
    const warehouse = await fixture.newWarehouse()
    return { ...warehouse, behind: { ...warehouse.options, idle_timeout: 3 } }
  }
  return { ...fixture, newWarehouse }
}

/** The leases of the runs under way end now. */
const endLeases = `update elt.runs set started_at = started_at - interval '10 minutes', heartbeat_at = heartbeat_at - interval '10 minutes' where status = 'running'`

async function holdsLeases(project: Project): Promise<boolean> {
  const tables = await project.query(
    "select 1 from information_schema.tables where table_schema = 'elt' and table_name = 'pending_hooks'",
  )
  if (tables.length === 0) return false
  return (await project.query('select 1 from elt.leases where run is not null')).length > 0
}

/** What a stopped command published once another one had begun. */
async function publishedLate(project: Project): Promise<unknown[]> {
  return project.query(`
select a.node, a.window_start, a.status from elt.attempts as a
  join (select run, started_at from elt.runs order by started_at limit 1) as first on first.run = a.run
  join (select run, started_at from elt.runs order by started_at offset 1 limit 1) as second on a.finished_at > second.started_at
where a.status in ('published', 'partial')`)
}

async function take(project: Project, first: Child, told: string[]): Promise<void> {
  const words = ['run', '--wait', ...now]
  const second = await elt(project.folder, words)
  told.push(`the second: ${second.code}\n${second.stdout}${second.stderr}`)
  expect(second.code, told.join('\n')).toBe(0)
  first.signal('SIGCONT')
  const { code, stdout, stderr } = await first.ended
  told.push(`the first: ${code}\n${stdout}${stderr}`)
  const story = told.join('\n')
  expect(stderr, story).not.toMatch(/error\[bug|\n {4}at /)
  expect(await publishedLate(project), story).toEqual([])
  // One that was stopped after its last publication has no more to lose.
  if (code !== 0) {
    expect([1, 3], story).toContain(code)
    expect(stderr, story).toMatch(/error\[(lease-lost|fence-lost)]/)
  }
}

async function pauseOnce(fixture: Fixture, expected: Contents, moment: number): Promise<'stopped' | 'over'> {
  const project = await newEstate(impatient(fixture), 1)
  const told: string[] = [`stopped ${Math.round(moment)} ms after it took its leases`]
  const first = startElt(project.folder, ['run', ...now])
  try {
    let isOver = false
    void first.ended.then(() => {
      isOver = true
    })
    while (!isOver && !(await holdsLeases(project))) await sleep(20)
    await Promise.race([first.ended, sleep(moment)])
    if (isOver) return 'over'
    first.signal('SIGSTOP')
    await project.query(endLeases)
    await take(project, first, told)
    await expectWhole(project, expected, told.join('\n'))
    const idle = await elt(project.folder, ['run', ...now])
    expect(idle.stdout, told.join('\n')).toMatch(/nothing to do|up to date/)
    return 'stopped'
  } finally {
    first.signal('SIGKILL')
    await first.ended
    await project.remove()
  }
}

/** Stops so many commands at random moments; how many were at work then. */
export async function pauseMany(fixture: Fixture, pauses: number, seed: number): Promise<number> {
  const random = randomNumbers(seed)
  const project = await newEstate(fixture, 1)
  const began = performance.now()
  expect((await elt(project.folder, ['run', ...now])).code).toBe(0)
  const most = (performance.now() - began) * 0.6
  const expected = await rowsLeft(project)
  await project.remove()
  let stopped = 0
  while (stopped < pauses) if ((await pauseOnce(fixture, expected, random() * most)) === 'stopped') stopped += 1
  return stopped
}

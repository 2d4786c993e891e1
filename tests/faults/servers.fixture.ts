import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect } from 'vitest'
import type { Fixture } from '../conformance/fixtures.ts'
import type { Project } from '../conformance/project.fixture.ts'
import type { OwnServer } from '../engines/own-server.ts'
import { type Ended, elt, startElt } from './children.ts'
import { type Contents, enter, expectWhole, newEstate, now, rowsLeft } from './estate.fixture.ts'
import { randomNumbers } from './random.ts'

/** Servers that end sessions, end themselves, or crash while a command runs. */

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return work(client).finally(() => client.end().catch(() => undefined))
}

/** What a command is met with while it runs. */
type Blow = (moment: () => Promise<void>, project: Project) => Promise<void>

interface Times {
  readonly expected: readonly Contents[]
  /** How long an undisturbed build takes, in milliseconds. */
  readonly builds: number
}

/** An undisturbed first build, and one of changes. */
async function calm(fixture: Fixture): Promise<Times> {
  const project = await newEstate(fixture, 1)
  try {
    const expected: Contents[] = []
    let builds = 0
    for (const state of [1, 2] as const) {
      enter(project, state)
      const child = startElt(project.folder, ['run', ...now])
      await Promise.race([child.begun, child.ended])
      const began = performance.now()
      const { code, stdout, stderr } = await child.ended
      builds = performance.now() - began
      expect(code, `${stdout}${stderr}`).toBe(0)
      expected.push(await rowsLeft(project))
    }
    return { expected, builds }
  } finally {
    await project.remove()
  }
}

/** What a command may say whose server went away: that, and not that something of ours is broken. */
function expectClear({ code, stdout, stderr }: Ended, told: string): void {
  expect(`${stdout}${stderr}`, told).not.toMatch(/error\[bug|\n {4}at /)
  expect([0, 1, 3], told).toContain(code)
  if (code !== 0) expect(stderr, told).toMatch(/error\[/)
}

/** A command that is refused because a run whose server went away is not known to be dead yet comes again. */
async function succeed(project: Project, told: string[]): Promise<void> {
  const ended = await elt(project.folder, ['run', '--wait', ...now])
  told.push(`elt run --wait: ${ended.code}\n${ended.stdout}${ended.stderr}`)
  expect(ended.code, told.join('\n')).toBe(0)
}

/** Both builds of a project, each met by a blow at a random moment. How many blows fell while the command ran. */
async function strike(fixture: Fixture, { expected, builds }: Times, random: () => number, blow: Blow) {
  const project = await newEstate(fixture, 1)
  let fell = 0
  try {
    for (const state of [1, 2] as const) {
      enter(project, state)
      const told: string[] = []
      const child = startElt(project.folder, ['run', ...now])
      let isOver = false
      void child.ended.then(() => {
        isOver = true
      })
      const moment = random() * builds
      await blow(async () => {
        await Promise.race([child.begun, child.ended])
        await Promise.race([child.ended, sleep(moment)])
        if (!isOver) fell += 1
      }, project)
      const ended = await child.ended
      told.push(`struck after ${Math.round(moment)} ms: ${ended.code}\n${ended.stdout}${ended.stderr}`)
      expectClear(ended, told.join('\n'))
      await succeed(project, told)
      await expectWhole(project, expected[state - 1] ?? {}, told.join('\n'))
    }
    return fell
  } finally {
    await project.remove()
  }
}

async function strikeMany(fixture: Fixture, blows: number, seed: number, blow: Blow): Promise<number> {
  const random = randomNumbers(seed)
  const times = await calm(fixture)
  let fallen = 0
  while (fallen < blows) fallen += await strike(fixture, times, random, blow)
  return fallen
}

const terminate = `select pg_terminate_backend(pid) from pg_stat_activity
where datname = $1 and pid <> pg_backend_pid() and application_name like 'elt %'`

/** The server ends all sessions of a command at a random moment, or (every other time) one of them. */
export function endSessions(fixture: Fixture, url: string, blows: number, seed: number): Promise<number> {
  let count = 0
  return strikeMany(fixture, blows, seed, async (moment, project) => {
    const [row] = await project.query('select current_database() as name')
    await onServer(url, async (client) => {
      await moment()
      count += 1
      await client.query(count % 2 === 0 ? `${terminate} order by query_start desc limit 1` : terminate, [row?.name])
    })
  })
}

/** The whole server ends, or crashes, and comes again. */
export function restartServer(fixture: Fixture, server: OwnServer, blows: number, seed: number): Promise<number> {
  let count = 0
  return strikeMany(fixture, blows, seed, async (moment) => {
    await moment()
    count += 1
    await server.restart(count % 2 === 0 ? 'immediate' : 'fast')
  })
}

/** A database of an own server, in a tablespace where there is one. */
export async function ownDatabase(server: OwnServer, tablespace?: string): Promise<URL> {
  const name = `elt_test_${randomBytes(6).toString('hex')}`
  const place = tablespace === undefined ? '' : ` tablespace ${tablespace}`
  await onServer(server.url, (client) => client.query(`create database ${name} template template0${place}`))
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return url
}

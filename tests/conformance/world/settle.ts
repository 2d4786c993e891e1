import { expect } from 'vitest'
import type { Project } from '../project.fixture.ts'
import type { Contents, Scene } from './scene.ts'

/** The end of a history: what one more run leaves, and what a build from scratch of the same files leaves. */

/** Runs a command that has to be well. */
async function succeed(project: Project, told: string, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.elt(...words)
  expect(code, `${told}\nelt ${words.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
  return stdout
}

async function columnsOf(project: Project, table: string): Promise<string[]> {
  const rows = await project.query(
    `select column_name as name from information_schema.columns where table_schema || '.' || table_name = '${table}' order by 1`,
  )
  return rows.map(({ name }) => String(name))
}

/** A table that refuses other columns is built from nothing when its model has others. */
async function mendColumns({ project, code, now }: Scene, told: string): Promise<void> {
  const found = await columnsOf(project, 'analytics.failing')
  if (found.length === 0) return
  const due = ['order_date', 'customer', 'orders', 'amount', ...(code.get('failing')?.columns ?? [])].sort()
  if (found.join() === due.join()) return
  await succeed(project, told, 'run', '--select', '+failing', '--full-refresh', '--yes', '--now', now)
}

/** Everything that is due, by the newest code, without what is older than it is kept. */
async function build({ project, parts, now }: Scene, told: string): Promise<void> {
  if (parts.some(({ models }) => models.includes('priced'))) await succeed(project, told, 'seed')
  await succeed(project, told, 'run', '--now', now)
  await succeed(project, told, 'run', '--rebuild', 'older-code', '--now', now)
  await succeed(project, told, 'retain', '--now', now)
}

/** A table beside what a build from scratch gives: columns that only older code has are null, and some are left out by intent. */
async function expectAlike(
  table: string,
  [here, there]: readonly [Project, Project],
  kind: 'more' | 'fewer',
  told: string,
): Promise<void> {
  const [mine, theirs] = [await columnsOf(here, table), await columnsOf(there, table)]
  const common = theirs.filter((name) => mine.includes(name))
  if (kind === 'more') expect(mine, told).toEqual(expect.arrayContaining(theirs))
  const extra = mine.filter((name) => !theirs.includes(name))
  const read = async (project: Project) =>
    (await project.query(`select ${common.join(', ')} from ${table}`)).map((row) => JSON.stringify(row)).sort()
  expect(await read(here), `${told}\n${table}`).toEqual(await read(there))
  for (const name of extra)
    expect(await here.query(`select ${name} from ${table} where ${name} is not null`), `${told}\n${table}`).toEqual([])
}

const without = (contents: Contents, left: readonly string[]): Contents =>
  Object.fromEntries(Object.entries(contents).filter(([table]) => !left.includes(table)))

/** Compares with a build from scratch; then nothing is left to do, nothing is left over, and the ledger's record is true. */
export async function settle(scene: Scene, told: string): Promise<void> {
  const { project, parts, now } = scene
  await mendColumns(scene, told)
  await build(scene, told)
  for (const { check } of parts) await check?.(project)
  const found = await project.contents('raw_data', 'analytics')
  const scratch = await project.afresh()
  for (const { tables } of parts) if (tables) await scratch.query(tables())
  await build({ ...scene, project: scratch }, told)
  const columns = Object.assign({}, ...parts.map((part) => part.columns)) as Record<string, 'more' | 'fewer'>
  const apart = Object.keys(columns).map((name) => `analytics.${name}`)
  const left = [...apart, ...parts.flatMap(({ remembers = [] }) => remembers)]
  expect(without(found, left), told).toEqual(without(await scratch.contents('raw_data', 'analytics'), left))
  for (const [name, kind] of Object.entries(columns))
    await expectAlike(`analytics.${name}`, [project, scratch], kind, told)
  // What cannot tell whether it changed is built by every run.
  expect(await succeed(project, told, 'plan', '--exclude', 'unseen', '--now', now), told).toContain('nothing to build')
  await succeed(project, told, 'run', '--now', now)
  expect(await project.contents('raw_data', 'analytics'), told).toEqual(found)
  await succeed(project, told, 'debug', '--verify')
  expect(await succeed(project, told, 'gc', '--dry-run'), told).toContain('nothing is left over')
}

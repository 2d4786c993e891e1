import { expect } from 'vitest'
import type { Project } from '../project.fixture.ts'
import type { Contents, Scene } from './scene.ts'

/** The end of a history: what one more run leaves, and what a build from scratch of the same files leaves. */

/** Runs a command that has to be well. */
async function succeed(project: Project, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.elt(...words)
  expect(code, `elt ${words.join(' ')}\n${stdout}\n${stderr}`).toBe(0)
  return stdout
}

async function columnsOf(project: Project, table: string): Promise<string[]> {
  const rows = await project.query(
    `select column_name as name from information_schema.columns where table_schema || '.' || table_name = '${table}' order by 1`,
  )
  return rows.map(({ name }) => String(name))
}

/** A table that refuses other columns is built from nothing when its model has others. */
async function mendColumns({ project, code, now }: Scene): Promise<void> {
  const found = await columnsOf(project, 'analytics.failing')
  if (found.length === 0) return
  const due = ['order_date', 'customer', 'orders', 'amount', ...(code.get('failing')?.columns ?? [])].sort()
  if (found.join() === due.join()) return
  await succeed(project, 'run', '--select', '+failing', '--full-refresh', '--yes', '--now', now)
}

/** Everything that is due, by the newest code, without what is older than it is kept. */
async function build({ project, parts, now }: Scene): Promise<void> {
  if (parts.some(({ models }) => models.includes('priced'))) await succeed(project, 'seed')
  await succeed(project, 'run', '--now', now)
  await succeed(project, 'run', '--rebuild', 'older-code', '--now', now)
  await succeed(project, 'retain', '--now', now)
}

/** A table beside what a build from scratch gives: columns that only older code has are null, and some are left out by intent. */
async function expectAlike(
  table: string,
  [here, there]: readonly [Project, Project],
  kind: 'more' | 'fewer',
): Promise<void> {
  const [mine, theirs] = [await columnsOf(here, table), await columnsOf(there, table)]
  const common = theirs.filter((name) => mine.includes(name))
  if (kind === 'more') expect(mine).toEqual(expect.arrayContaining(theirs))
  const extra = mine.filter((name) => !theirs.includes(name))
  const read = async (project: Project) =>
    (await project.query(`select ${common.join(', ')} from ${table}`)).map((row) => JSON.stringify(row)).sort()
  expect(await read(here), table).toEqual(await read(there))
  for (const name of extra)
    expect(await here.query(`select ${name} from ${table} where ${name} is not null`), table).toEqual([])
}

const without = (contents: Contents, left: readonly string[]): Contents =>
  Object.fromEntries(Object.entries(contents).filter(([table]) => !left.includes(table)))

/** Compares with a build from scratch; then nothing is left to do, nothing is left over, and the ledger's record is true. */
export async function settle(scene: Scene): Promise<void> {
  const { project, parts, now } = scene
  await mendColumns(scene)
  await build(scene)
  for (const { check } of parts) await check?.(project, true)
  const found = await project.contents('raw_data', 'analytics')
  const scratch = await project.afresh()
  for (const { tables } of parts) if (tables) await scratch.query(tables())
  await build({ ...scene, project: scratch })
  const columns = Object.assign({}, ...parts.map((part) => part.columns)) as Record<string, 'more' | 'fewer'>
  const apart = Object.keys(columns).map((name) => `analytics.${name}`)
  const left = [...apart, ...parts.flatMap(({ remembers = [] }) => remembers)]
  expect(without(found, left)).toEqual(without(await scratch.contents('raw_data', 'analytics'), left))
  for (const [name, kind] of Object.entries(columns)) await expectAlike(`analytics.${name}`, [project, scratch], kind)
  // What cannot tell whether it changed is built by every run.
  const polls = parts.some(({ models }) => models.includes('unseen')) ? ['--exclude', 'unseen'] : []
  expect(await succeed(project, 'plan', ...polls, '--now', now)).toContain('nothing to build')
  await succeed(project, 'run', '--now', now)
  expect(await project.contents('raw_data', 'analytics')).toEqual(found)
  await succeed(project, 'debug', '--verify')
  expect(await succeed(project, 'gc', '--dry-run')).toContain('nothing is left over')
}

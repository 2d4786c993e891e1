import type { Connection, Row } from '../../src/adapters/contract.ts'
import type { Project } from './project.fixture.ts'

/** Readers of tables that stay while commands run, and what they may see: of every partition the rows before, or those after. */

/** A relation that is read, and what of it changes at once. */
export interface Watched {
  readonly relation: string
  /** The column that tells the parts which change by themselves; absent: the whole relation does. */
  readonly by?: string
  /** What must never be true of rows, in words. */
  readonly wrong?: (rows: readonly Row[]) => string | undefined
}

/** Rows as they were read, each a text that needs no order of columns. */
type Rows = readonly Row[]

/** What one reader saw of one relation, each state once, in the order in which they came. */
interface Sight {
  readonly watched: Watched
  readonly states: Rows[]
}

export interface Seen {
  /** How often a relation was read. */
  readonly polls: number
  /** What nobody may see; in words. */
  readonly faults: readonly string[]
}

const valueText = (value: unknown) => (value === null ? 'null' : String(value))

/** The rows as they would be read from a relation of other columns: absent ones are null, values are compared as text. */
function asColumns(rows: Rows, columns: readonly string[]): string[] {
  return rows.map((row) => columns.map((name) => valueText(row[name] ?? null)).join(' | ')).sort()
}

const isSame = (one: Rows, other: Rows, columns: readonly string[]) =>
  one.length === other.length && asColumns(one, columns).join('\n') === asColumns(other, columns).join('\n')

function partsOf(rows: Rows, by: string | undefined): ReadonlyMap<string, Row[]> {
  const parts = new Map<string, Row[]>()
  for (const row of rows) {
    const key = by === undefined ? 'all' : valueText(row[by])
    parts.set(key, [...(parts.get(key) ?? []), row])
  }
  return parts
}

/** What is wrong with a state, beside those before and after; a part that was seen new must not be seen old again. */
function faultsOf({ watched, states }: Sight, before: Rows, after: Rows, isAtOnce: boolean): string[] {
  const by = isAtOnce ? undefined : watched.by
  const [old, fresh] = [partsOf(before, by), partsOf(after, by)]
  const turned = new Set<string>()
  return states.flatMap((rows, index) => {
    const told = `state ${index + 1} of ${states.length} of ${watched.relation}`
    if (rows.length === 0) return [`${told}: empty`]
    const wrong = watched.wrong?.(rows)
    if (wrong !== undefined) return [`${told}: ${wrong}`]
    const columns = Object.keys(rows[0] ?? {})
    const parts = partsOf(rows, by)
    const keys = new Set([...parts.keys(), ...old.keys(), ...fresh.keys()])
    return [...keys].flatMap((key) => {
      const found = parts.get(key) ?? []
      const isNew = isSame(found, fresh.get(key) ?? [], columns)
      const isOld = isSame(found, old.get(key) ?? [], columns)
      if (isNew && !isOld) turned.add(key)
      if (isNew || (isOld && !turned.has(key))) return []
      const what = isOld ? 'the old rows again' : 'neither the old rows nor the new ones'
      const lines = asColumns(found, columns).slice(0, 4)
      return [`${told}, ${key}: ${what}, ${found.length} rows: ${columns.join(' | ')}\n  ${lines.join('\n  ')}`]
    })
  })
}

/** Reads until it is stopped, all relations in turn; errors are faults. */
async function readOn(
  connection: Connection,
  sights: readonly Sight[],
  isOver: () => boolean,
  read: (relation: string) => string,
): Promise<{ readonly polls: number; readonly errors: readonly string[] }> {
  let polls = 0
  const errors: string[] = []
  while (!isOver()) {
    for (const { watched, states } of sights) {
      try {
        const rows = await connection.query(read(watched.relation))
        const last = states.at(-1)
        const columns = Object.keys(rows[0] ?? {})
        const isLast = last && columns.join() === Object.keys(last[0] ?? {}).join() && isSame(last, rows, columns)
        if (!isLast) states.push(rows)
      } catch (error) {
        errors.push(`${watched.relation} could not be read: ${String(error)}`)
      }
      polls += 1
    }
  }
  return { polls, errors }
}

/** How a command is watched. */
export interface Watching {
  readonly readers: number
  /** Everything changes at once, whatever its parts. */
  readonly isAtOnce?: boolean
}

/**
 * Reads the relations all the while that something is done, each reader over a connection of its own, and says what they saw that
 * nobody may see. What lies in none of them before is not watched.
 */
export async function watching(
  project: Project,
  relations: readonly Watched[],
  { readers, isAtOnce = false }: Watching,
  work: () => Promise<unknown>,
): Promise<Seen> {
  const session = await project.open()
  const read = (relation: string) => `select * from ${relation}`
  const connections: Connection[] = []
  try {
    const own = await session.connect()
    connections.push(own)
    const before: Rows[] = []
    for (const { relation } of relations) before.push(await own.query(read(relation)))
    let isOver = false
    const tasks = Array.from({ length: readers }, async () => {
      const connection = await session.connect()
      connections.push(connection)
      const sights = relations.map((watched): Sight => ({ watched, states: [] }))
      return { sights, ...(await readOn(connection, sights, () => isOver, read)) }
    })
    await work().finally(() => {
      isOver = true
    })
    const ended = await Promise.all(tasks)
    const after: Rows[] = []
    for (const { relation } of relations) after.push(await own.query(read(relation)))
    const faults = ended.flatMap(({ sights, errors }) => [
      ...new Set(errors),
      ...sights.flatMap((sight, index) => faultsOf(sight, before[index] ?? [], after[index] ?? [], isAtOnce)),
    ])
    return { polls: ended.reduce((sum, { polls }) => sum + polls, 0), faults }
  } finally {
    for (const connection of connections) await connection.release()
    await session.close()
  }
}

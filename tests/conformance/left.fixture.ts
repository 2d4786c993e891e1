import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Row, Session } from '../../src/adapters/contract.ts'
import type { Fixture } from './fixtures.ts'
import { now, type Operation } from './operations.fixture.ts'
import type { Project } from './project.fixture.ts'

/** What is there after a command, and what of it must be so whatever failed. */

const schemas = ['raw_data', 'analytics', 'side']

/** Relations by name, with their rows. */
export type Looked = Readonly<Record<string, { readonly kind: 'table' | 'view'; readonly rows: readonly Row[] }>>

/** A row of a history says when it began to be valid, which is another time in each run. */
function timeless({ valid_from, valid_to, ...row }: Row): Row {
  return valid_from === undefined ? row : { ...row, is_current: valid_to === null }
}

async function rowsOf(session: Session, sql: string): Promise<Row[]> {
  const connection = await session.connect()
  return connection.query(sql).finally(() => connection.release())
}

/** Everything that a reader sees. */
export async function look(project: Project): Promise<Looked> {
  const entries: [string, Looked[string]][] = []
  await project.inSession(async (session) => {
    for (const { schema, name, kind } of (await session.catalog(schemas)).relations) {
      const rows = await rowsOf(session, `select * from "${schema}"."${name}"`)
      entries.push([`${schema}.${name}`, { kind, rows: rows.map(timeless) }])
    }
  })
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}

const isAside = (name: string): boolean => /\.elt_(staging|shadow)/.test(name)

/** Rows as sorted texts, of these columns alone; columns without a value are left out. */
function texts(rows: readonly Row[], columns: readonly string[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify([...columns].sort().flatMap((name) => ((row[name] ?? null) === null ? [] : [[name, row[name]]]))),
    )
    .sort()
}

/** Whether the rows of each partition of a table are those of one of the states, in the columns that the table has now. */
function isEachOf(rows: readonly Row[], states: readonly (readonly Row[])[]): boolean {
  const [first] = rows
  const columns = Object.keys(first ?? states.flat()[0] ?? {})
  const days = new Set([...rows, ...states.flat()].map((row) => row.day))
  const of = (all: readonly Row[], day: unknown) =>
    texts(
      all.filter((row) => row.day === day),
      columns,
    ).join('\n')
  return [...days].every((day) => states.some((state) => of(rows, day) === of(state, day)))
}

/** Whether the rows of a relation follow from those of others, or of its own partitions before. */
function readsOthers({ folder }: Project, name: string): boolean {
  const path = join(folder, 'models', `${name.replace('.', '/')}.sql`)
  return existsSync(path) && /ref\(|this/.test(readFileSync(path, 'utf8'))
}

/**
 * No reader ever sees a missing table, or half of a partition. `goesOn`: the command went on after the fault, and may have built
 * from rows that stayed as they were.
 */
export async function expectEachPartitionWhole(
  project: Project,
  states: readonly Looked[],
  goesOn: boolean,
  told: string,
): Promise<void> {
  const seen = await look(project)
  const names = new Set([seen, ...states].flatMap((state) => Object.keys(state)))
  for (const name of names) {
    if (goesOn && readsOthers(project, name)) continue
    const [now, ...others] = [seen, ...states].map((state) => state[name])
    if (isAside(name) || name.startsWith('side.') || now?.kind === 'view') continue
    const known = others.filter((one) => one !== undefined)
    if (!now) expect(known.length, `${name} is missing\n${told}`).toBeLessThan(others.length)
    // What becomes a table was a view before, which has no partitions.
    else if (known.every(({ kind }) => kind === 'table')) {
      const those = others.map((one) => one?.rows ?? [])
      expect(isEachOf(now.rows, those), `${name}: ${JSON.stringify(now.rows)}\n${told}`).toBe(true)
    }
  }
}

/** What the ledger knows, but for what counts runs and tells times. */
const recorded = [
  `select r.schema_name, r.name, r.node, r.unit, r.time_zone, r.partition_column, r.columns, r.attached, r.identity from elt.relations as r`,
  `select r.schema_name, r.name, p.ordinal, p.key, p.rows, p.settled, p.partial, p.fingerprint,
  case when r.name = 'people' then '' else p.checksum end as checksum, case when p.retired_at is null then 0 else 1 end as is_retired
from elt.partitions as p join elt.relations as r on r.id = p.relation`,
  `select r.name, o.ordinal, o.status from elt.outcomes as o join elt.relations as r on r.id = o.relation`,
  `select r.name, h.relation from elt.pending_hooks as h join elt.relations as r on r.id = h.relation`,
  `select attempt from elt.publishing`,
  `select c.name as "column", r.name, c.type from elt.columns as c join elt.relations as r on r.id = c.relation`,
  `select path, size, hash, case when gone_since is null then 0 else 1 end as is_gone from elt.source_files`,
  `select run from elt.runs where status = 'running'`,
  `select run, status from elt.attempts where status = 'running'`,
  `select run from elt.leases where run is not null`,
  `select number from elt.migrations`,
]

/** Everything that is there after a command, as texts. */
export type Left = Readonly<Record<string, unknown>>

/** Everything that is there: rows, what the ledger knows of them, and what hangs on relations. */
export async function left(project: Project, { attachments }: Fixture): Promise<Left> {
  const looked = Object.entries(await look(project)).map(([name, { kind, rows }]) => {
    const all = rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort()
    // A hook may run twice.
    return [name, { kind, rows: name.startsWith('side.') ? [...new Set(all)] : all }]
  })
  const answers: Record<string, string[]> = {}
  await project.inSession(async (session) => {
    for (const sql of [...recorded, attachments]) {
      answers[sql] = (await rowsOf(session, sql)).map((row) => JSON.stringify(row)).sort()
    }
  })
  return { ...Object.fromEntries(looked), ...answers }
}

/** Leases of killed runs end now, not in a minute. */
const age = `update elt.runs set started_at = started_at - interval '10 minutes', heartbeat_at = heartbeat_at - interval '10 minutes' where status = 'running'`

async function ageRuns(project: Project, { adapter }: Fixture): Promise<void> {
  if (adapter.features.exclusiveWriter) return
  const runs = "select 1 from information_schema.tables where table_schema = 'elt' and table_name = 'runs'"
  if ((await project.query(runs)).length > 0) await project.query(age)
}

/** What is done after an operation, disturbed or not. */
export function commandsAfter({ followedBy = [['run', ...now]] }: Operation): readonly (readonly string[])[] {
  return followedBy
}

interface Disturbed {
  readonly project: Project
  readonly fixture: Fixture
  readonly operation: Operation
  readonly expected: Left
  /** What readers saw before the operation, and after an undisturbed one. */
  readonly states: readonly [before: Looked, after: Looked]
  readonly told: string
}

/** What a person does next brings everything to what an undisturbed project has, and leaves nothing of the disturbed one. */
export async function expectWhole({ project, fixture, operation, expected, states, told }: Disturbed): Promise<void> {
  await ageRuns(project, fixture)
  const history = [told]
  const commands = commandsAfter(operation)
  for (const [index, words] of commands.entries()) {
    const { code, stdout, stderr } = await project.elt(...words)
    history.push(`elt ${words.join(' ')}: ${code}\n${stdout}${stderr}`)
    expect(code, history.join('\n')).toBe(0)
    if (index > 0 || commands.length === 1) continue
    const seen = await look(project)
    expect(Object.keys(seen).filter(isAside), history.join('\n')).toEqual([])
    const whole = operation.whole ?? []
    const isOld = (state: Looked) => whole.every((name) => isEachOf(seen[name]?.rows ?? [], [state[name]?.rows ?? []]))
    expect(whole.length === 0 || states.some(isOld), history.join('\n')).toBe(true)
  }
  const idle = await project.elt(...(commands.at(-1) ?? []))
  history.push(`${idle.code} ${idle.stdout}${idle.stderr}`)
  expect(idle.stdout, history.join('\n')).toMatch(/nothing to do|up to date/)
  const found = await left(project, fixture)
  const names = new Set([...Object.keys(found), ...Object.keys(expected)])
  const other = [...names].filter((name) => JSON.stringify(found[name]) !== JSON.stringify(expected[name]))
  const differences = other.map((name) => `${name}\n  is ${shown(found[name])}\n  not ${shown(expected[name])}`)
  expect(differences, history.join('\n')).toEqual([])
  expect(found, history.join('\n')).toEqual(expected)
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'there'

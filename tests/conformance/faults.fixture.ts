import { expect } from 'vitest'
import type { Row } from '../../src/adapters/contract.ts'
import { type FailingNetwork, openFailingNetwork } from '../engines/failing-network.ts'
import { everything } from './everything.fixture.ts'
import type { Fixture, Warehouse } from './fixtures.ts'
import { newProject, type Project } from './project.fixture.ts'

/** One project that writes in every way, in two states, and what must be left of it whatever failed meanwhile. */

const settings = `name: faults
default_target: test
targets:
  test:
    on_code_change: rebuild
<target>
`
export const now = ['--now', '2024-01-10']

/** A project whose ledger may lie in a database of its own. */
export interface FaultyProject extends Project {
  readonly ledger: Project['query']
}

/** A project on a warehouse that is reached through a proxy, and as many copies of both as are wanted. */
export interface Faulty {
  readonly project: FaultyProject
  readonly proxy: FailingNetwork
  /** As they are now; removed with the rest, or before. */
  readonly copy: () => Promise<FaultyProject>
  readonly remove: () => Promise<void>
}

/** Leases of killed runs end now, not in a minute. */
const age = `update elt.runs set started_at = started_at - interval '10 minutes', heartbeat_at = heartbeat_at - interval '10 minutes' where status = 'running'`

export function enter(project: Project, state: 1 | 2): void {
  for (const [path, text] of Object.entries(everything(state))) project.write(path, text)
}

/** A new project in a state; nothing is built yet. The engine is a server that copies databases. */
export async function newFaulty(
  fixture: Fixture,
  state: 1 | 2,
  { elsewhere = false, options = {} }: { readonly elsewhere?: boolean; readonly options?: Warehouse['options'] } = {},
): Promise<Faulty> {
  const warehouses: Warehouse[] = []
  const ledgers: Warehouse[] = []
  const proxies: FailingNetwork[] = []
  const newDatabase = async (all: Warehouse[]) => {
    const warehouse = await fixture.newWarehouse()
    const [proxy = await openFailingNetwork(String(warehouse.options.host), Number(warehouse.options.port))] = proxies
    if (proxies.length === 0) proxies.push(proxy)
    const [original] = all
    all.push(warehouse)
    if (original) await copyDatabase(original, String(warehouse.options.database))
    return { ...warehouse, behind: { ...warehouse.options, ...options, host: '127.0.0.1', port: proxy.port } }
  }
  const newWarehouse = async () => {
    const warehouse = await newDatabase(warehouses)
    if (!elsewhere) return warehouse
    const ledger = await newDatabase(ledgers)
    return {
      ...warehouse,
      behind: { ...warehouse.behind, ledger: { type: fixture.adapter.name, ...ledger.behind } },
      remove: () => Promise.all([warehouse.remove(), ledger.remove()]).then(() => {}),
    }
  }
  const withLedger = (project: Project): FaultyProject => {
    const ledger = ledgers.at(-1)
    return { ...project, ledger: ledger ? (sql) => query(ledger, sql) : project.query }
  }
  const project = withLedger(await newProject({ ...fixture, newWarehouse }, settings, everything(state)))
  const [proxy] = proxies
  if (!proxy) throw new Error('no proxy')
  const remove = () => Promise.all([proxy.close(), project.remove()]).then(() => {})
  return { project, proxy, copy: async () => withLedger(await project.afresh()), remove }
}

async function query(warehouse: Warehouse, sql: string): Promise<Row[]> {
  const session = await warehouse.open()
  const connection = await session.connect()
  return connection.query(sql).finally(() => connection.release().then(session.close))
}

async function copyDatabase(original: Warehouse, name: string): Promise<void> {
  const session = await original.open()
  const connection = await session.connect()
  await connection.run(`drop database ${name}`, { single: true })
  await connection.run(`create database ${name} template ${original.options.database}`, { single: true })
  await connection.release()
  await session.close()
}

/** Everything that is there, but for when versions began and ended. */
export async function left(project: Project): Promise<Readonly<Record<string, readonly string[]>>> {
  const { 'analytics.people': _, ...others } = await project.contents('raw_data', 'analytics')
  const people = await project.query(
    'select id, name, case when valid_to is null then 1 else 0 end as is_current from analytics.people order by 1, 2, 3',
  )
  return { ...others, people: people.map((row) => Object.values(row).join(' ')) }
}

/** One more run brings everything to what an undisturbed project has, and leaves nothing of the disturbed one. */
export async function expectWhole(
  project: FaultyProject,
  expected: Awaited<ReturnType<typeof left>>,
  told: string,
): Promise<void> {
  if (
    (await project.ledger("select 1 from information_schema.tables where table_schema = 'elt' and table_name = 'runs'"))
      .length > 0
  )
    await project.ledger(age)
  const again = await project.elt('run', ...now)
  expect(again.code, `${told}\n${again.stdout}${again.stderr}`).toBe(0)
  expect(await left(project), `${told}\n${again.stdout}`).toEqual(expected)
  const idle = await project.elt('run', ...now)
  expect(idle.stdout, `${told}\n${again.stdout}${again.stderr}\n${idle.stdout}${idle.stderr}`).toMatch(
    /nothing to do|up to date/,
  )
  const tables = await project.query(
    "select table_schema as s, table_name as n from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema', 'elt', 'raw_data', 'analytics')",
  )
  expect(tables, told).toEqual([])
}

import { cpSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { Row, Session } from '../../src/adapters/contract.ts'
import { type Ran, type Workbench, workbench } from '../../src/cli/testing.ts'
import type { Fixture, Warehouse } from './fixtures.ts'

/** A project in a folder of its own on a warehouse of its own, driven through the command line in this process. */
export interface Project {
  readonly folder: string
  readonly elt: (...words: readonly string[]) => Promise<Ran>
  /** With a signal that interrupts it. */
  readonly eltUntil: (signal: AbortSignal, ...words: readonly string[]) => Promise<Ran>
  /** A command to which no time passes: as many small batches as may be are built together, the same each time. */
  readonly eltInNoTime: (...words: readonly string[]) => Promise<Ran>
  /** Interrupts the command as it says its n-th thing. */
  readonly interrupted: (after: number, ...words: readonly string[]) => Promise<Ran>
  /** Does something as the command first says such words. */
  readonly asItSays: (said: RegExp, action: () => void, ...words: readonly string[]) => Promise<Ran>
  /** Does something over and over until the command ends; says how often it was done. */
  readonly meanwhile: (
    action: () => Promise<unknown>,
    ...words: readonly string[]
  ) => Promise<Ran & { readonly times: number }>
  readonly write: (path: string, text: string) => void
  /** Gives a file a new time. */
  readonly touch: (path: string) => void
  readonly query: (sql: string) => Promise<Row[]>
  /** Changes the warehouse, as somebody else would. */
  readonly execute: (...statements: readonly string[]) => Promise<void>
  /** The warehouse, for whoever stays there while commands run. Close it. */
  readonly open: () => Promise<Session>
  /** In a session of its own. */
  readonly inSession: (work: (session: Session) => Promise<void>) => Promise<void>
  /** Rows of every table and view of the schemas as sorted texts, with columns in the order of their names. */
  readonly contents: (...schemas: readonly string[]) => Promise<Readonly<Record<string, readonly string[]>>>
  /** The same files on an empty warehouse. */
  readonly afresh: () => Promise<Project>
  /** The same files on a copy of the warehouse. */
  readonly copy: () => Promise<Project>
  readonly remove: () => Promise<void>
}

function targetOf(fixture: Fixture, warehouse: Warehouse): string {
  const options = Object.entries(warehouse.behind ?? warehouse.options).map(
    ([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`,
  )
  return `    type: ${fixture.adapter.name}\n${options.join('')}`
}

async function inSession<T>(warehouse: Warehouse, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await warehouse.open()
  return work(session).finally(() => session.close())
}

async function rowsOf(session: Session, sql: string): Promise<Row[]> {
  const connection = await session.connect()
  return connection.query(sql).finally(() => connection.release())
}

function rowText(row: Row): string {
  return JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function projectOn(fixture: Fixture, warehouse: Warehouse, bench: Workbench, settings: string): Project {
  const { quote } = fixture.adapter.dialect
  const opened: Project[] = []
  let isRemoved = false
  const again = (folder: Workbench, place: Warehouse): Project => {
    cpSync(bench.folder, folder.folder, { recursive: true, preserveTimestamps: true })
    rmSync(join(folder.folder, '.elt'), { recursive: true, force: true })
    const project = projectOn(fixture, place, folder, settings)
    opened.push(project)
    return project
  }
  bench.write('project.yml', settings.replace('<target>\n', targetOf(fixture, warehouse)))
  return {
    folder: bench.folder,
    elt: (...words) => bench.elt(words),
    eltUntil: (signal, ...words) => bench.elt(words, { signal }),
    eltInNoTime: (...words) => {
      const moment = Date.now()
      return bench.elt(words, { now: () => moment })
    },
    interrupted: (after, ...words) => {
      const abort = new AbortController()
      let said = 0
      const onProgress = (): void => {
        said += 1
        if (said === after) abort.abort()
      }
      return bench.elt(words, { signal: abort.signal, onProgress })
    },
    asItSays: (said, action, ...words) => {
      let isDone = false
      const onProgress = (text: string): void => {
        if (isDone || !said.test(text)) return
        isDone = true
        action()
      }
      return bench.elt(words, { onProgress })
    },
    meanwhile: async (action, ...words) => {
      let isOver = false
      const ran = bench.elt(words).finally(() => {
        isOver = true
      })
      let times = 0
      while (!isOver) {
        await action()
        times += 1
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return { ...(await ran), times }
    },
    write: bench.write,
    touch: (path) => utimesSync(join(bench.folder, path), new Date(), new Date()),
    query: (sql) => inSession(warehouse, (session) => rowsOf(session, sql)),
    execute: (...statements) =>
      inSession(warehouse, async (session) => {
        const connection = await session.connect()
        for (const statement of statements) await connection.run(statement)
        await connection.release()
      }),
    open: () =>
      fixture.adapter.connect({
        options: warehouse.options,
        projectDirectory: warehouse.folder,
        readOnly: false,
        // Of an engine in this process, whoever opens first decides for all.
        readableFolders: [join(bench.folder, 'data')],
      }),
    inSession: (work) => inSession(warehouse, work),
    contents: (...schemas) =>
      inSession(warehouse, async (session) => {
        const entries: [string, string[]][] = []
        for (const { schema, name } of (await session.catalog(schemas)).relations) {
          const rows = await rowsOf(session, `select * from ${quote(schema)}.${quote(name)}`)
          entries.push([`${schema}.${name}`, rows.map(rowText).sort()])
        }
        return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
      }),
    afresh: async () => again(workbench(), await fixture.newWarehouse()),
    copy: async () => again(workbench(), await fixture.newWarehouse(warehouse)),
    remove: async () => {
      if (isRemoved) return
      isRemoved = true
      for (const project of opened) await project.remove()
      await warehouse.remove()
      bench.remove()
    },
  }
}

/** A new project; `<target>` in its settings, on a line of its own, becomes the target's options. */
export async function newProject(
  fixture: Fixture,
  settings: string,
  files: Readonly<Record<string, string>>,
): Promise<Project> {
  const [bench, warehouse] = [workbench(), await fixture.newWarehouse()]
  const project = projectOn(fixture, warehouse, bench, settings)
  for (const [path, text] of Object.entries(files)) project.write(path, text)
  return project
}

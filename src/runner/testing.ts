import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import type { Connection, Row, Session } from '../adapters/contract.ts'
import { duckdb } from '../adapters/duckdb/index.ts'
import type { Assertion } from '../assertions/index.ts'
import { type Grid, parsePartition } from '../calendar/index.ts'
import type { Graph, Input, Model } from '../compiler/index.ts'
import { plainConfig, plainGraph, plainModel, plainSource } from '../compiler/testing.ts'
import { bug, type Location, locate, type SourceFile } from '../diagnostics/index.ts'
import { listSources, type SourceSignal } from '../extract/index.ts'
import { type Ledger, openLedger } from '../ledger/index.ts'
import { needsPartitions, type Plan, type PlanOptions, plan, storedModels } from '../planner/index.ts'
import type { ModelConfig, SourceDefinition } from '../project/index.ts'
import type { Hole, Piece } from '../sql/index.ts'
import { run, test } from './index.ts'
import type { Clock, RunEvent, RunOptions, RunResults } from './site/index.ts'

/** A whole small world for the runner's tests: models written by hand, a real DuckDB file, the real ledger and planner. */

export const days: Grid = { unit: 'day', timeZone: 'UTC' }

/** The ordinal of `2024-01-05`. */
export function day(text: string): number {
  return parsePartition(days, text) ?? bug(`no day ${text}`)
}

export interface ModelOptions {
  /**
   * The SELECT. `[start]`, `[end]`: bounds of the window as dates; `[before 2]`: two days before its start;
   * `[analytics.x]`: a relation; `[source.a.b]`: files.
   */
  readonly sql: string
  readonly materialized?: ModelConfig['materialized']
  /** Column of daily partitions. */
  readonly day?: string
  readonly begin?: string
  readonly end?: string
  readonly batch?: number
  /** `before` of the edges to models and sources by id; absent ids are read whole. */
  readonly reads?: Readonly<Record<string, number>>
  readonly whole?: readonly string[]
  readonly settled?: string
  readonly fingerprint?: string
  readonly config?: Partial<ModelConfig>
}

function holeOf(text: string): Hole {
  const before = /^before (\d+)$/.exec(text)?.[1]
  if (text === 'start' || text === 'end') return { kind: 'window', bound: text, type: 'date' }
  if (before)
    return { kind: 'upstream', bound: 'start', type: 'date', grid: days, reach: { before: Number(before), after: 0 } }
  return text.startsWith('source.') ? { kind: 'files', source: text } : { kind: 'relation', node: text }
}

function piecesOf(path: string, sql: string): Piece[] {
  return [...sql.matchAll(/\[([a-z][^\]]*)\]|[^[]+|\[/g)].map((match) => {
    const origin = { path, start: match.index, end: match.index + match[0].length }
    return match[1] === undefined
      ? { text: match[0], origin: { ...origin, verbatim: true } }
      : { hole: holeOf(match[1]), origin: { ...origin, verbatim: false } }
  })
}

function fileOf(id: string, sql: string): SourceFile {
  return { path: `models/${id.replace('.', '/')}.sql`, text: sql }
}

export function model(id: string, options: ModelOptions): Model {
  const { sql, reads = {}, whole = [], settled, begin, end } = options
  const file = fileOf(id, sql)
  const windows = Object.entries(reads).map(([upstream, before]): Input => {
    return { kind: 'window', key: upstream, upstream, grid: days, reach: { before, after: 0 } }
  })
  const partitioning = options.day ? { partitioning: { column: options.day, type: 'date' as const, grid: days } } : {}
  const wholes = whole.map(
    (upstream): Input =>
      options.day
        ? { kind: 'reference', key: upstream, upstream, onChange: 'keep' }
        : { kind: 'whole', key: upstream, upstream },
  )
  return plainModel(id, {
    path: file.path,
    config: {
      ...plainConfig,
      materialized: options.materialized ?? (options.day ? 'incremental' : 'table'),
      ...options.config,
    },
    ...partitioning,
    ...(begin === undefined ? {} : { begin: day(begin) }),
    ...(end === undefined ? {} : { end: day(end) }),
    batch: options.batch ?? 366,
    sql: { pieces: piecesOf(file.path, sql) },
    dependsOn: [...Object.keys(reads), ...whole],
    inputs: [...windows, ...wholes],
    fingerprint: options.fingerprint ?? sql,
    ...(settled === undefined ? {} : { settled }),
    location: locate(file, 0),
  })
}

/** A source of daily CSV files `data/<name>/2024-01-05.csv` with these columns. */
export function csvSource(name: string, columns: Readonly<Record<string, string>>): SourceDefinition {
  return plainSource(`source.files.${name}`, {
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, type, description: '' })),
    origin: {
      kind: 'files',
      pattern: `data/${name}/{yyyy}-{MM}-{dd}.csv`,
      format: 'csv',
      compression: 'none',
      grid: days,
      lateBy: 0,
    },
    location: locate({ path: 'models/sources.yml', text: `- name: ${name}\n` }, 0),
  })
}

const nowhere: Location = locate({ path: 'models/models.yml', text: 'data_tests: []\n' }, 0)

const notZero = { operator: '!=', value: 0, percent: false } as const

export function assertion(node: string, type: string, options: Partial<Assertion> = {}): Assertion {
  const named = options.column ? `${type}(${options.column})` : type
  return {
    id: `${node}.${named}`,
    name: named,
    type,
    node,
    arguments: {},
    severity: 'error',
    scope: { kind: 'window' },
    warnIf: notZero,
    errorIf: notZero,
    limit: 10,
    storeFailures: true,
    tags: [],
    description: '',
    reads: [node],
    hash: `${node}.${named}`,
    blocking: (options.severity ?? 'error') === 'error',
    location: nowhere,
    ...options,
  }
}

export function graphOf(
  models: readonly Model[],
  sources: readonly SourceDefinition[] = [],
  assertions: readonly Assertion[] = [],
): Graph {
  return plainGraph({ models, sources, assertions })
}

const realClock: Clock = {
  now: () => Date.now(),
  every: (milliseconds, action) => {
    const timer = setInterval(action, milliseconds)
    return () => clearInterval(timer)
  },
}

/** A clock that stands still: every batch seems to take no time, so that as many as may be are built together. */
export const stillClock: Clock = { ...realClock, now: () => 0 }

const folders: string[] = []
const sessions: Session[] = []

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** DuckDB as an engine that cannot read files, so that their rows have to be brought. */
export const readsNoFiles: typeof duckdb = {
  ...duckdb,
  dialect: {
    ...duckdb.dialect,
    readFiles: (read) => (read.paths.length === 0 ? duckdb.dialect.readFiles(read) : undefined),
  },
}

export interface RunSettings extends Partial<RunOptions> {
  readonly plan?: Partial<PlanOptions>
  readonly signal?: AbortSignal
  /** Stands between the runner and the warehouse. */
  readonly wrap?: (session: Session) => Session
  readonly wrapLedger?: (ledger: Ledger) => Ledger
  readonly clock?: Clock
  /** Another engine than DuckDB, with the same words. */
  readonly adapter?: typeof duckdb
  readonly onEvent?: (event: RunEvent) => void
}

export interface World {
  readonly folder: string
  readonly session: Session
  readonly write: (path: string, text: string) => void
  readonly remove: (path: string) => void
  readonly query: (sql: string) => Promise<Row[]>
  readonly sql: (sql: string) => Promise<void>
  readonly plan: (graph: Graph, settings?: RunSettings) => Promise<Plan>
  /** Plans and runs. */
  readonly run: (graph: Graph, settings?: RunSettings) => Promise<RunResults & { readonly events: readonly RunEvent[] }>
  /** Judges published tables. */
  readonly test: (
    graph: Graph,
    settings?: RunSettings,
  ) => Promise<RunResults & { readonly events: readonly RunEvent[] }>
  /** Opens the file again, as the next process would. */
  readonly reopen: () => Promise<World>
}

/** The instant of the planner's clock in all tests: everything in January 2024 is due. */
export const planNow = Date.UTC(2024, 1, 15)

let runs = 0

function startOf() {
  runs += 1
  return { run: `run-${String(runs).padStart(5, '0')}`, command: 'run', host: 'test', pid: process.pid, version: '0' }
}

function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'elt-runner-')))
}

/** A world of its own that holds what another, closed one held. */
export async function copyWorld(of: World): Promise<World> {
  const folder = newFolder()
  cpSync(of.folder, folder, { recursive: true })
  return openWorld(folder)
}

export async function openWorld(folder = newFolder()): Promise<World> {
  if (!folders.includes(folder)) folders.push(folder)
  mkdirSync(join(folder, 'data'), { recursive: true })
  const session = await duckdb.connect({
    options: { path: 'warehouse.duckdb' },
    projectDirectory: folder,
    readOnly: false,
    readableFolders: [join(folder, 'data')],
  })
  sessions.push(session)
  const using = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await session.connect()
    return work(connection).finally(() => connection.release())
  }
  const ledgerOf = (within: Session, project: string): Promise<Ledger> =>
    openLedger(within, { dialect: duckdb.dialect, features: duckdb.features, project })
  const planWith = async (graph: Graph, ledger: Ledger, settings: RunSettings): Promise<Plan> => {
    const selected = graph.models.map(({ id }) => id)
    const options: PlanOptions = {
      selected,
      force: false,
      rebuildOlderCode: false,
      onCodeChange: 'rebuild',
      yes: false,
      retryFailed: false,
      ...settings.plan,
    }
    const catalog = await session.catalog([...new Set(graph.models.map(({ relation }) => relation.schema))])
    const heads = await ledger.snapshot(storedModels(graph.models), { headsOnly: true })
    const sources: readonly SourceSignal[] = (await listSources(graph.sources, folder, heads.files)).signals
    const request = { graph, catalog, sources, now: planNow, options, ledger: heads }
    const needed = await ledger.snapshot(storedModels(graph.models, new Set(needsPartitions(request))))
    const relations = new Map([...heads.relations, ...needed.relations])
    const checked = plan({ ...request, ledger: { relations, files: heads.files } })
    return checked.value ?? bug(`no plan: ${JSON.stringify(checked.diagnostics)}`)
  }
  const world: World = {
    folder,
    session,
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    remove: (path) => rmSync(join(folder, path)),
    query: (sql) => using((connection) => connection.query(sql)),
    sql: async (sql) => {
      await using((connection) => connection.run(sql))
    },
    plan: async (graph, settings = {}) => planWith(graph, await ledgerOf(session, graph.project), settings),
    run: async (graph, settings = {}) => {
      const wrapped = settings.wrap ? settings.wrap(session) : session
      const plain = await ledgerOf(wrapped, graph.project)
      const ledger = settings.wrapLedger ? settings.wrapLedger(plain) : plain
      const events: RunEvent[] = []
      const results = await run({
        plan: await planWith(graph, await ledgerOf(session, graph.project), settings),
        graph,
        adapter: settings.adapter ?? duckdb,
        openReader: () => duckdb.openReader?.([join(folder, 'data')]) ?? bug('no reader'),
        session: wrapped,
        ledger,
        start: startOf(),
        projectDirectory: folder,
        files: new Map(graph.models.map((m) => [m.path, { path: m.path, text: textOf(m) }])),
        options: { threads: 2, failFast: false, assertions: 'blocking', ...settings },
        clock: settings.clock ?? realClock,
        emit: (event) => {
          events.push(event)
          settings.onEvent?.(event)
        },
        signal: settings.signal ?? new AbortController().signal,
      })
      return { ...results, events }
    },
    test: async (graph, settings = {}) => {
      const events: RunEvent[] = []
      const ledger = await ledgerOf(session, graph.project)
      const results = await test({
        graph,
        adapter: settings.adapter ?? duckdb,
        openReader: () => duckdb.openReader?.([join(folder, 'data')]) ?? bug('no reader'),
        session,
        ledger,
        start: startOf(),
        projectDirectory: folder,
        files: new Map(),
        assertions: graph.assertions.map(({ id }) => id),
        sources: (await listSources(graph.sources, folder, [])).signals,
        options: { threads: 2, failFast: settings.failFast ?? false },
        clock: realClock,
        emit: (event) => {
          events.push(event)
          settings.onEvent?.(event)
        },
        signal: settings.signal ?? new AbortController().signal,
      })
      return { ...results, events }
    },
    reopen: async () => {
      sessions.splice(sessions.indexOf(session), 1)
      await session.close()
      return openWorld(folder)
    },
  }
  return world
}

/** The template of a model of `model()`: its pieces, holes written as they were. */
function textOf({ sql }: Model): string {
  const end = sql.pieces.at(-1)?.origin?.end ?? 0
  const characters = Array.from({ length: end }, () => ' ')
  for (const piece of sql.pieces) {
    if ('text' in piece && piece.origin)
      [...piece.text].forEach((c, i) => {
        characters[(piece.origin?.start ?? 0) + i] = c
      })
  }
  return characters.join('')
}

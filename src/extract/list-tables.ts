import { createHash } from 'node:crypto'
import type { Catalog, CatalogRelation, Column, Dialect, Row, Session } from '../adapters/contract.ts'
import { ordinalAt, parsePartition, partitionKey, type Window } from '../calendar/index.ts'
import { type Diagnostic, diagnose, nearest, sortDiagnostics } from '../diagnostics/index.ts'
import type { SourceFileRecord } from '../ledger/index.ts'
import type { RelationSource, SourceDefinition } from '../project/index.ts'
import { fill, type HoleValues } from '../sql/index.ts'
import type { SourceFileState, SourceSignal } from './signal.ts'

/** What it takes to look at tables of a warehouse. */
export interface TableLook {
  readonly session: Session
  readonly dialect: Dialect
  /** Holds the schemas of the sources. */
  readonly catalog: Catalog
  /** The planner's clock: what is watched are the newest partitions before it, and the one that it is in. */
  readonly now: number
}

/** A table whose changes are asked for. */
interface Watched {
  readonly source: SourceDefinition
  readonly origin: RelationSource
  /** What is looked at, where the table is cut into partitions. */
  readonly window: Window | undefined
  readonly columns: readonly Column[]
}

/** The name of what a table without partitions is as a whole. */
const whole = 'all'

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

function tableOf({ relations }: Catalog, { schema, identifier }: RelationSource): CatalogRelation | undefined {
  return relations.find((found) => sameName(found.schema, schema) && sameName(found.name, identifier))
}

function missingColumns({ source, origin, columns }: Watched): Diagnostic[] {
  const asked = [origin.eventTime?.column, origin.loadedAt].filter((name) => name !== undefined)
  const names = columns.map(({ name }) => name)
  return asked
    .filter((name) => !names.includes(name))
    .map((column) => {
      const parameters = { source: `${source.group}.${source.name}`, column, similar: nearest(column, names) }
      return diagnose('source-column-missing', parameters, source.location)
    })
}

/** The tables that can be looked at; those that are not there are told of where their readers are planned. */
function watchedTables(sources: readonly SourceDefinition[], { catalog, now }: TableLook): Watched[] {
  return sources.flatMap((source) => {
    const { origin, changeSignal } = source
    if (origin.kind !== 'relation' || changeSignal === 'none') return []
    const table = tableOf(catalog, origin)
    if (!table) return []
    const at = origin.grid && ordinalAt(origin.grid, now)
    const window = at === undefined ? undefined : { start: at + 1 - origin.watch, end: at + 1 }
    return [{ source, origin, window, columns: table.columns }]
  })
}

function bounds({ quote, literal }: Dialect, { origin, window }: Watched): string {
  const { eventTime, grid } = origin
  if (!eventTime || !grid || !window) return ''
  const values: HoleValues = {
    relation: (node) => node,
    files: (id) => id,
    literal: (type, value) => literal({ type, value }),
    grid,
    window,
  }
  const bound = (side: 'start' | 'end') =>
    fill({ pieces: [{ hole: { kind: 'window', bound: side, type: eventTime.type } }] }, values).sql
  const column = quote(eventTime.column)
  return `\n  where ${column} >= ${bound('start')} and ${column} < ${bound('end')}`
}

/** Rows and newest load of each watched partition of a table, as one SELECT. */
function lookSql(dialect: Dialect, watched: Watched): string {
  const { source, origin, columns } = watched
  const { quote, literal, ordinal, checksum } = dialect
  const text = dialect.type('text')
  const { eventTime, grid, loadedAt } = origin
  const piece =
    eventTime && grid
      ? ordinal({ name: eventTime.column, type: eventTime.type }, grid.unit, grid.timeZone)
      : 'cast(0 as bigint)'
  const type = columns.find(({ name }) => name === loadedAt)?.type
  // As a hash, which is the same for the same moment whatever the session's settings are.
  const newest =
    loadedAt && type ? `cast(${checksum([{ name: 'newest', type }]).row} as ${text})` : literal({ type: 'null' })
  const inner = loadedAt ? `, max(${quote(loadedAt)}) as ${quote('newest')}` : ''
  const id = literal({ type: 'text', value: source.id })
  return `select ${id} as source, piece, rows_seen, cast(${newest} as ${text}) as mark
from (
  select ${piece} as piece, count(*) as rows_seen${inner}
  from ${quote(origin.schema)}.${quote(origin.identifier)}${bounds(dialect, watched)}
  group by 1
) as looked`
}

function stateOf({ origin }: Watched, row: Row): SourceFileState {
  const ordinal = Number(row.piece)
  const rows = Number(row.rows_seen)
  const hash = createHash('sha256')
    .update(JSON.stringify([rows, row.mark ?? null]))
    .digest('hex')
    .slice(0, 32)
  const state = { size: rows, modified: 0, hash, gone: false }
  return origin.grid ? { path: partitionKey(origin.grid, ordinal), ordinal, ...state } : { path: whole, ...state }
}

/** What is remembered of a partition that was not seen now: gone where it was looked for, else as it was. */
function rememberedState({ origin, window }: Watched, record: SourceFileRecord): SourceFileState[] {
  const { path, size, modified, hash } = record
  const known = { path, size, modified, hash }
  if (!origin.grid) return path === whole ? [{ ...known, gone: true }] : []
  const ordinal = parsePartition(origin.grid, path)
  if (ordinal === undefined || partitionKey(origin.grid, ordinal) !== path) return []
  const isLookedAt = window !== undefined && ordinal >= window.start && ordinal < window.end
  return [{ ...known, ordinal, gone: isLookedAt || record.gone }]
}

function signalOf(watched: Watched, rows: readonly Row[], known: readonly SourceFileRecord[]): SourceSignal {
  const { source, origin, window } = watched
  // Rows without a time lie in no partition; of a table without rows there is nothing to be seen.
  const seen = rows.filter((row) => row.piece !== null && Number(row.rows_seen) > 0).map((row) => stateOf(watched, row))
  const paths = new Set(seen.map(({ path }) => path))
  const remembered = known
    .filter((record) => record.source === source.id && !paths.has(record.path))
    .flatMap((record) => rememberedState(watched, record))
  const files = [...seen, ...remembered].sort((a, b) => (a.path < b.path ? -1 : 1))
  const since = origin.grid && window ? { since: partitionKey(origin.grid, window.start) } : {}
  return { source: source.id, files, ...since }
}

/**
 * What the tables of the warehouse among the sources look like now, by one query: their rows, partition by partition, as far
 * as they are watched, and what `known` (the ledger) remembers of the rest. A partition that had rows and has none is gone.
 */
export async function listTables(
  sources: readonly SourceDefinition[],
  known: readonly SourceFileRecord[],
  look: TableLook,
): Promise<{ readonly signals: SourceSignal[]; readonly diagnostics: Diagnostic[] }> {
  const watched = watchedTables(sources, look)
  const diagnostics = sortDiagnostics(watched.flatMap(missingColumns))
  if (diagnostics.length > 0 || watched.length === 0) return { signals: [], diagnostics }
  const connection = await look.session.connect()
  const sql = watched.map((table) => lookSql(look.dialect, table)).join('\nunion all\n')
  const rows = await connection.query(sql, { label: 'changes of sources' }).finally(() => connection.release())
  const signals = watched.map((table) => {
    const own = rows.filter((row) => row.source === table.source.id)
    return signalOf(table, own, known)
  })
  return { signals, diagnostics }
}

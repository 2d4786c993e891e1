import { type RawBuilder, sql } from 'kysely'
import type { Row } from '../adapters/contract.ts'
import type { Unit } from '../calendar/index.ts'
import { inputRecord } from './inputs.ts'
import { given, samePlace } from './leases.ts'
import type { Stored } from './ledger.ts'
import type {
  AttachedRecord,
  Head,
  InputRecord,
  LedgerSnapshot,
  OutcomeRange,
  PublishedRange,
  RelationRecord,
  SourceFileRecord,
} from './record.ts'
import { droppedIdentity, milliseconds, remember, type Store } from './store.ts'

type Ids = readonly number[]
type Sets = ReadonlyMap<string, readonly InputRecord[]>

/** How many ordinals are looked at together: of each such bucket, the engine holds one row in memory, not its partitions. */
const bucketSize = 4096

/** Columns in which neighbours must agree to become one range, and what is summed up of them. */
interface Same {
  readonly columns: readonly string[]
  /** Aggregates of rows, with names. */
  readonly totals: RawBuilder<unknown>
  /** The totals of two neighbours together. */
  readonly add: (first: Row, second: Row) => Row
}

/**
 * Rows of partitions as pieces of ranges, none longer than a bucket. Where all rows of a bucket that agree stand side by side,
 * they are a piece; only the rows of other buckets are numbered, which takes memory for each of them.
 */
function pieces(rows: RawBuilder<unknown>, { columns, totals }: Same): RawBuilder<unknown> {
  const same = sql.raw(columns.join(', '))
  const bucket = sql`floor(ordinal / ${sql.lit(bucketSize)}.0)`
  return sql`with buckets as (
  select relation, ${bucket} as bucket, ${same}, min(ordinal) as first, max(ordinal) as last, count(*) as length, ${totals}
  from (${rows}) as chosen group by relation, ${bucket}, ${same}
), broken as (
  select distinct relation, bucket from buckets where length <> last - first + 1
), numbered as (
  select chosen.*, ordinal - row_number() over (partition by chosen.relation, ${same} order by ordinal) as island
  from (${rows}) as chosen join broken on broken.relation = chosen.relation and broken.bucket = ${bucket}
)
select * from (
  select buckets.* from buckets
  where not exists (select 1 from broken where broken.relation = buckets.relation and broken.bucket = buckets.bucket)
  union all
  select relation, 0, ${same}, min(ordinal), max(ordinal), count(*), ${totals} from numbered group by relation, island, ${same}
) as pieces order by relation, first`
}

/** Pieces, in their order, as ranges: neighbours that agree become one. */
function joined(pieces: readonly Row[], { columns, add }: Same): Row[] {
  const ranges: Row[] = []
  for (const piece of pieces) {
    const last = ranges.at(-1)
    const isNext = last?.relation === piece.relation && Number(last?.last) + 1 === Number(piece.first)
    if (last && isNext && columns.every((name) => last[name] === piece[name]))
      ranges[ranges.length - 1] = { ...last, last: piece.last, ...add(last, piece) }
    else ranges.push(piece)
  }
  return ranges
}

const partitionRanges: Same = {
  columns: ['version', 'fingerprint', 'inputs', 'settled', 'partial', 'retired'],
  totals: sql`sum(rows) as rows, ${milliseconds(sql`min(built_at)`)} as built_from, ${milliseconds(sql`max(built_at)`)} as built_to`,
  add: (first, second) => ({
    rows: Number(first.rows) + Number(second.rows),
    built_from: Math.min(Number(first.built_from), Number(second.built_from)),
    built_to: Math.max(Number(first.built_to), Number(second.built_to)),
  }),
}

function partitionPieces(ids: Ids): RawBuilder<unknown> {
  const rows = sql`select *, retired_at is not null as retired from elt.partitions where relation in (${sql.join(ids)})`
  return pieces(rows, partitionRanges)
}

const outcomeRanges: Same = {
  columns: ['status', 'fingerprint', 'inputs', 'assertions', 'message'],
  totals: sql`${milliseconds(sql`max(recorded_at)`)} as recorded_at`,
  add: (first, second) => ({ recorded_at: Math.max(Number(first.recorded_at), Number(second.recorded_at)) }),
}

function outcomePieces(ids: Ids): RawBuilder<unknown> {
  return pieces(sql`select * from elt.outcomes where relation in (${sql.join(ids)})`, outcomeRanges)
}

/** The input sets that rows of these tables refer to. */
function usedInputs(ids: Ids, tables: readonly ('partitions' | 'outcomes')[]): RawBuilder<unknown> {
  const used = tables.map(
    (table) =>
      sql`select distinct relation, inputs from ${sql.table(`elt.${table}`)} where relation in (${sql.join(ids)})`,
  )
  return sql`select distinct i.relation, i.set_id, i.key, i.version, i.published, i.digest
from elt.inputs as i join (${sql.join(used, sql` union `)}) as used on used.relation = i.relation and used.inputs = i.set_id
order by 1, 2, 3`
}

function headOf(row: Row, complete: boolean): Head | undefined {
  if (row.head_fingerprint === null) return undefined
  const due =
    row.head_due_start === null ? {} : { due: { start: Number(row.head_due_start), end: Number(row.head_due_end) } }
  return {
    fingerprint: String(row.head_fingerprint),
    upstreams: JSON.parse(String(row.head_upstreams)) as Readonly<Record<string, string>>,
    ...due,
    clean: row.head_clean === true && complete,
  }
}

function publishedRange(row: Row, sets: Sets): PublishedRange {
  return {
    start: Number(row.first),
    end: Number(row.last) + 1,
    version: Number(row.version),
    fingerprint: String(row.fingerprint),
    settled: row.settled === true,
    partial: row.partial === true,
    inputs: sets.get(`${row.relation} ${row.inputs}`) ?? [],
    builtFrom: Number(row.built_from),
    builtTo: Number(row.built_to),
    rows: Number(row.rows),
    retired: row.retired === true,
  }
}

function outcomeRange(row: Row, sets: Sets): OutcomeRange {
  return {
    start: Number(row.first),
    end: Number(row.last) + 1,
    status: String(row.status) as OutcomeRange['status'],
    inputs: sets.get(`${row.relation} ${row.inputs}`) ?? [],
    fingerprint: String(row.fingerprint),
    assertions: JSON.parse(String(row.assertions)) as readonly string[],
    message: String(row.message),
    at: Number(row.recorded_at),
  }
}

function relationRecord(
  row: Row,
  published: readonly PublishedRange[],
  outcomes: readonly OutcomeRange[],
): RelationRecord {
  const head = headOf(row, outcomes.length === 0)
  return {
    node: String(row.node),
    relation: { schema: String(row.schema_name), name: String(row.name) },
    ...(row.unit === null ? {} : { grid: { unit: String(row.unit) as Unit, timeZone: String(row.time_zone) } }),
    ...(row.partition_column === null ? {} : { column: String(row.partition_column) }),
    version: Number(row.version),
    ...(head ? { head } : {}),
    published,
    outcomes,
    ...(row.columns === null ? {} : { columns: String(row.columns) }),
    ...(row.identity === droppedIdentity ? { dropped: true } : {}),
    ...(row.attached === null ? {} : { attached: JSON.parse(String(row.attached)) as AttachedRecord }),
    ...(row.hooks_pending === true ? { hooksPending: true } : {}),
  }
}

function sourceFile(row: Row): SourceFileRecord {
  return {
    source: String(row.source),
    path: String(row.path),
    size: Number(row.size),
    modified: Number(row.modified),
    hash: String(row.hash),
    gone: row.gone === true,
  }
}

/** Rows by the relation that they belong to. */
function byRelation<T>(rows: readonly Row[], read: (row: Row) => T): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>()
  for (const row of rows) {
    const group = groups.get(Number(row.relation))
    if (group) group.push(read(row))
    else groups.set(Number(row.relation), [read(row)])
  }
  return groups
}

function inputSets(rows: readonly Row[]): Sets {
  const sets = new Map<string, InputRecord[]>()
  for (const row of rows) {
    const name = `${row.relation} ${row.set_id}`
    const set = sets.get(name)
    if (set) set.push(inputRecord(row))
    else sets.set(name, [inputRecord(row)])
  }
  return sets
}

const pendingHooks = sql`exists (select 1 from elt.pending_hooks as h where h.relation = r.id) as hooks_pending`

/** What the planner is given: at most five queries, whatever the number of relations and partitions. */
export async function readSnapshot(
  store: Store,
  models: readonly Stored[],
  headsOnly: boolean,
): Promise<LedgerSnapshot> {
  // One transaction: the ranges, their inputs and the heads are of one moment.
  return store.transact(async (connection) => {
    const read = (query: Parameters<typeof store.query>[0][number]) => store.query([query], connection)
    const files = await read(
      sql`select source, path, size, modified, hash, gone_since is not null as gone from elt.source_files where project = ${store.project} order by source, path`,
    )
    const wanted = sql`select r.*, l.version, ${pendingHooks} from ${given(store, models)}
join elt.relations as r on ${samePlace} and r.node = v.node join elt.leases as l on l.relation = r.id where r.project = ${store.project}`
    const relations = models.length === 0 ? [] : await read(wanted)
    const ids = relations.map((row) => Number(row.id))
    const [published, outcomes] =
      ids.length === 0
        ? [[], []]
        : [
            headsOnly ? [] : joined(await read(partitionPieces(ids)), partitionRanges),
            joined(await read(outcomePieces(ids)), outcomeRanges),
          ]
    const tables = [
      ...(published.length ? (['partitions'] as const) : []),
      ...(outcomes.length ? (['outcomes'] as const) : []),
    ]
    const sets = inputSets(tables.length === 0 ? [] : await read(usedInputs(ids, tables)))
    const rangesOf = byRelation(published, (row) => publishedRange(row, sets))
    const outcomesOf = byRelation(outcomes, (row) => outcomeRange(row, sets))
    const records = relations.map((row) => {
      const id = Number(row.id)
      const record = relationRecord(row, rangesOf.get(id) ?? [], outcomesOf.get(id) ?? [])
      remember(store, record.relation, id)
      return [record.node, record] as const
    })
    return { relations: new Map(records), files: files.map(sourceFile) }
  })
}

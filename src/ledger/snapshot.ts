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

/** Columns in which neighbours must agree to become one range, and what is summed up of them: first, then of the sums. */
interface Same {
  readonly values: readonly string[]
  readonly flags: readonly string[]
  readonly totals: readonly [ofRows: RawBuilder<unknown>, ofPieces: RawBuilder<unknown>]
}

/**
 * Rows of partitions as pieces of ranges, none longer than a bucket. Where all rows of a bucket that agree stand side by side,
 * they are a piece; only the rows of other buckets are numbered, which takes memory for each of them.
 */
function pieces(rows: RawBuilder<unknown>, { values, flags, totals: [totals] }: Same): RawBuilder<unknown> {
  const same = sql.raw([...values, ...flags].join(', '))
  const bucket = sql`floor(ordinal / ${sql.lit(bucketSize)}.0)`
  return sql`with buckets as (
  select relation, ${bucket} as bucket, ${same}, min(ordinal) as first, max(ordinal) as last, count(*) as length, ${totals}
  from (${rows}) as chosen group by relation, ${bucket}, ${same}
), broken as (
  select distinct relation, bucket from buckets where length <> last - first + 1
), numbered as (
  select chosen.*, ordinal - row_number() over (partition by chosen.relation, ${same} order by ordinal) as island
  from (${rows}) as chosen join broken on broken.relation = chosen.relation and broken.bucket = ${bucket}
), pieces as (
  select buckets.* from buckets
  where not exists (select 1 from broken where broken.relation = buckets.relation and broken.bucket = buckets.bucket)
  union all
  select relation, 0, ${same}, min(ordinal), max(ordinal), count(*), ${totals} from numbered group by relation, island, ${same}
)`
}

/** Rows of partitions as ranges: neighbours that agree in the columns `same` become one row. All in the engine. */
function ranges(rows: RawBuilder<unknown>, same: Same): RawBuilder<unknown> {
  const { values, flags, totals } = same
  const equal = sql.raw([...values, ...flags].map((c) => ` and lag(${c}) over w is not distinct from ${c}`).join(''))
  const kept = [...values.map((c) => `min(${c}) as ${c}`), ...flags.map((c) => `bool_and(${c}) as ${c}`)]
  return sql`${pieces(rows, same)}
select relation, min(first) as first, max(last) as last, ${sql.raw(kept.join(', '))}, ${totals[1]}
from (
  select *, sum(begins) over (partition by relation order by first rows unbounded preceding) as island
  from (
    select *, case when lag(last) over w = first - 1${equal} then 0 else 1 end as begins
    from pieces
    window w as (partition by relation order by first)
  ) as marked
) as joined
group by relation, island
order by relation, first`
}

function partitionRanges(ids: Ids): RawBuilder<unknown> {
  return ranges(
    sql`select *, retired_at is not null as retired from elt.partitions where relation in (${sql.join(ids)})`,
    {
      values: ['version', 'fingerprint', 'inputs'],
      flags: ['settled', 'partial', 'retired'],
      totals: [
        sql`sum(rows) as rows, min(built_at) as built_first, max(built_at) as built_last`,
        sql`sum(rows) as rows, ${milliseconds(sql`min(built_first)`)} as built_from, ${milliseconds(sql`max(built_last)`)} as built_to`,
      ],
    },
  )
}

function outcomeRanges(ids: Ids): RawBuilder<unknown> {
  return ranges(sql`select * from elt.outcomes where relation in (${sql.join(ids)})`, {
    values: ['status', 'fingerprint', 'inputs', 'assertions', 'message'],
    flags: [],
    totals: [sql`max(recorded_at) as recorded_last`, sql`${milliseconds(sql`max(recorded_last)`)} as recorded_at`],
  })
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
      ids.length === 0 ? [[], []] : [headsOnly ? [] : await read(partitionRanges(ids)), await read(outcomeRanges(ids))]
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

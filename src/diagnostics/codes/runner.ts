import { define } from '../define.ts'

export const unchanged = (model: string) => `nothing was changed: ${model} keeps the rows it had`
export const keeps = (model: string, partitions: string) =>
  `nothing was changed: ${model} keeps the rows it had for ${partitions}`

/** `3 of 80 rows`, or `3 rows`. */
export function badRows({
  failures,
  rows,
  value,
  isEmpty,
}: {
  readonly failures: number
  readonly rows: number | undefined
  readonly value?: string | undefined
  readonly isEmpty?: boolean
}): string {
  if (value !== undefined) return value
  if (isEmpty && failures === 0) return 'there is no row to judge'
  if (rows !== undefined) return `${failures} of ${rows} rows`
  return failures === 1 ? '1 row' : `${failures} rows`
}

/** What can go wrong in the stage `runner`. Codes are permanent: a published one is never renamed or reused. */
export const runnerCodes = {
  'engine-error': define<{
    /** Model or assertion whose statement failed. */
    readonly subject: string
    readonly message: string
    readonly candidates: readonly string[]
    /** The model that keeps its rows; absent when the statement would not have changed any. */
    readonly model?: string
    readonly partitions?: string
    readonly kind: string
    readonly advice?: string
  }>({
    severity: 'error',
    message: (p) => `the engine refused ${p.subject}${p.partitions ? ` (${p.partitions})` : ''}: ${p.message}`,
    notes: (p) => (p.model ? [p.partitions ? keeps(p.model, p.partitions) : unchanged(p.model)] : []),
    help: (p) => [
      ...(p.candidates.length > 0 ? [`a similar name exists: ${p.candidates.join(', ')}`] : []),
      ...(p.advice === undefined ? [] : [p.advice]),
      ...(p.kind === 'transient' || p.kind === 'connection' ? ['the same command may pass later: run it again'] : []),
    ],
    explain:
      "The warehouse rejected or could not finish a statement. The words after the colon are the engine's own; the place is the " +
      'piece of your template that became the SQL it complains about. The compiled SQL lies in `target/compiled`. Statements ' +
      'write into a staging relation first, so published rows are never half changed. When only some rows are at fault (a cast, ' +
      'a division by zero), a batch is halved until the failing partition stands alone, and the others are published.',
  }),
  'run-unrecorded': define<{ readonly run: string; readonly message: string }>({
    severity: 'error',
    message: (p) => `the warehouse gave up before run ${p.run} was recorded to its end: ${p.message}`,
    notes: () => ['what was published before is recorded with its rows, and stays'],
    help: () => ['when the cause is mended, run the same command again: it does what is missing'],
    explain:
      'Every publication is recorded together with its rows, but what comes after the last one (results of assertions, which ' +
      'models are complete, the end of the run) could not be written: the disk is full, or the connection was lost. Nothing is ' +
      'half built. The next run finds the unfinished one, and looks again at what it could not record. Exit code 3.',
  }),
  'stray-rows': define<{
    readonly model: string
    readonly column: string
    readonly rows: number
    readonly total: number
    /** The partitions of the batch, `2013-01-01 … 2013-01-31`. */
    readonly window: string
    /** Where the rows lie: `2013-02-01: 12 rows`. */
    readonly partitions: readonly string[]
    readonly sample: readonly string[]
    /** An edge of the model reads more than its own partition. */
    readonly widened: boolean
  }>({
    severity: 'error',
    message: (p) =>
      `${p.model} returned ${p.rows} of ${p.total} rows whose ${p.column} lies outside the partitions being built (${p.window})`,
    why: () =>
      'a statement may only write the partitions that it was asked for; rows outside them are a mistake in a filter or a time zone',
    notes: (p) => [
      `they lie in ${p.partitions.join(', ')}`,
      ...p.sample.map((row) => `row: ${row}`),
      keeps(p.model, p.window),
    ],
    help: (p) => [
      p.widened
        ? `the model reads more than it returns: add \`where {{ in_window('${p.column}') }}\` to the outer query`
        : `filter every upstream with {{ partition_filter('…') }} and compute ${p.column} in the same time zone as partition_by`,
    ],
    explain:
      'A partitioned model is built for a window of partitions, and every row it returns must lie in that window. Otherwise the ' +
      'same row would be written by two batches, or overwrite a partition with a part of its rows. When `partition_filter` has ' +
      "`before` or `after`, the query reads neighbours too and has to cut its result with `in_window('column')`.",
  }),
  'null-partition-values': define<{
    readonly model: string
    readonly column: string
    readonly rows: number
    readonly total: number
    readonly window: string
    readonly sample: readonly string[]
  }>({
    severity: 'error',
    message: (p) => `${p.model} returned ${p.rows} of ${p.total} rows without ${p.column}, its partition column`,
    why: () => 'a row without a partition value belongs to no partition, so a rebuild could never replace it',
    notes: (p) => [...p.sample.map((row) => `row: ${row}`), keeps(p.model, p.window)],
    help: (p) => [`leave them out (\`where ${p.column} is not null\`) or give them a date`],
    explain:
      'Every row of a partitioned model must say which partition it lies in. Rows with a null in the partition column would be ' +
      'written again by each rebuild. Filter them in the model, or derive the value from another column.',
  }),
  'partition-column-missing': define<{
    readonly model: string
    readonly column: string
    readonly columns: readonly string[]
    readonly nearest: string | undefined
  }>({
    severity: 'error',
    message: (p) => `${p.model} is partitioned by ${p.column}, but its query returns no such column`,
    notes: (p) => [`it returns ${p.columns.join(', ')}`, unchanged(p.model)],
    help: (p) =>
      p.nearest
        ? [`a column with a similar name is returned: ${p.nearest}`]
        : [`return ${p.column} from the query, or change partition_by`],
    explain:
      'The column named by `partition_by` must be one of the columns that the query returns: the rows are sorted into partitions by it.',
  }),
  'partition-column-type': define<{
    readonly model: string
    readonly column: string
    readonly expected: string
    readonly actual: string
  }>({
    severity: 'error',
    message: (p) =>
      `${p.model} is partitioned by ${p.column} as ${p.expected}, but its query returns it as ${p.actual}`,
    why: () => "the window's bounds are written as literals of the declared type, so that the engine can prune",
    notes: (p) => [unchanged(p.model)],
    help: (p) => [
      `cast it in the query, or say partition_by={'column': '${p.column}', 'type': '…'} with date, instant or local`,
    ],
    explain:
      '`partition_by` has a `type`: `date` (the default of days, months and years), `instant` (a timestamp with time zone) or ' +
      '`local` (a timestamp without). The query must return the column with that type.',
  }),
  'key-column-missing': define<{
    readonly model: string
    /** `unique_key`, `merge_update_columns` … */
    readonly setting: string
    readonly column: string
    readonly columns: readonly string[]
    readonly nearest: string | undefined
  }>({
    severity: 'error',
    message: (p) => `${p.setting} of ${p.model} names ${p.column}, but its query returns no such column`,
    notes: (p) => [`it returns ${p.columns.join(', ')}`, unchanged(p.model)],
    help: (p) =>
      p.nearest
        ? [`a column with a similar name is returned: ${p.nearest}`]
        : [`return ${p.column} from the query, or change ${p.setting}`],
    explain:
      'The columns that `unique_key`, `check_cols`, `merge_update_columns` and `merge_exclude_columns` name must be among those that the query ' +
      'returns: rows are told apart by them, or taken over column by column.',
  }),
  'null-keys': define<{
    readonly model: string
    readonly key: readonly string[]
    readonly rows: number
    readonly total: number
    readonly sample: readonly string[]
  }>({
    severity: 'error',
    message: (p) =>
      `${p.model} returned ${p.rows} of ${p.total} rows with a null in ${p.key.join(', ')}, its unique_key`,
    why: () => 'null equals nothing, so such a row would be added once more by every run',
    notes: (p) => [...p.sample.map((row) => `row: ${row}`), unchanged(p.model)],
    help: (p) => [`leave them out (\`where ${p.key[0]} is not null\`) or give them a key`],
    explain:
      'A merge finds the row that a returned one replaces by its `unique_key`. A null in any of its columns finds none. The staged ' +
      'rows are counted before anything is written; the batch fails as a whole, and the table keeps its rows.',
  }),
  'null-updated-at': define<{
    readonly model: string
    readonly column: string
    readonly rows: number
    readonly total: number
    readonly sample: readonly string[]
  }>({
    severity: 'error',
    message: (p) => `${p.model} returned ${p.rows} of ${p.total} rows with a null in ${p.column}, its updated_at`,
    why: () => 'the version of such a row would begin at no moment, and it would never be seen to change',
    notes: (p) => [...p.sample.map((row) => `row: ${row}`), unchanged(p.model)],
    help: (p) => [
      `give them a moment (\`coalesce(${p.column}, created_at)\`), leave them out, or compare rows instead: check_cols='all'`,
    ],
    explain:
      'A history with `updated_at` begins a new version of a row when that column holds a later moment than the version that is ' +
      'current. A null is neither later nor earlier. The staged rows are counted before anything is written.',
  }),
  'duplicate-keys': define<{
    readonly model: string
    readonly key: readonly string[]
    /** Keys that are there more than once, and the rows that have them. */
    readonly keys: number
    readonly rows: number
    readonly total: number
    readonly sample: readonly string[]
  }>({
    severity: 'error',
    message: (p) =>
      `${p.model} returned ${p.rows} of ${p.total} rows that share ${p.keys === 1 ? 'one value' : `${p.keys} values`} of ${p.key.join(', ')}, its unique_key`,
    why: () => 'of two rows with one key nobody can say which is to stay',
    notes: (p) => [...p.sample.map((row) => `key: ${row}`), unchanged(p.model)],
    help: (p) => [
      `return one row a key, for example the newest: the one with \`row_number() over (partition by ${p.key.join(', ')} order by … desc) = 1\``,
      "where the key names a day and not a row, replace whole days: strategy='replace_partition' with partition_by",
    ],
    explain:
      'A merge writes exactly one row for each value of `unique_key`. When the query returns a value twice, the batch fails before ' +
      'anything is written. Name all columns that make a row unique, or reduce the rows in the model.',
  }),
  'key-moved': define<{
    readonly model: string
    readonly key: readonly string[]
    readonly rows: number
    /** The partitions being built. */
    readonly partitions: string
    readonly sample: readonly string[]
  }>({
    severity: 'error',
    message: (p) =>
      `${p.model} returned keys (${p.key.join(', ')}) of ${p.rows} ${p.rows === 1 ? 'row that is' : 'rows that are'} published in another partition`,
    why: () => 'the row would be there twice, once in each partition',
    notes: (p) => [...p.sample, keeps(p.model, p.partitions)],
    help: () => [
      'say moves=true in config(), if a key may change its partition: its old row is deleted then',
      'or partition by a value that never changes for a key, such as the time it was first seen',
    ],
    explain:
      'A merge into a partitioned table replaces rows within the partitions being built. A returned key that already has a row in ' +
      'another partition (of those that `key_scope` searches, by default all) would end up twice. The batch fails and nothing of it ' +
      'is written. With `moves: true` the old row is deleted, and both partitions count as changed.',
  }),
  'duplicate-columns': define<{ readonly model: string; readonly columns: readonly string[] }>({
    severity: 'error',
    message: (p) => `the query of ${p.model} returns more than one column named ${p.columns.join(', ')}`,
    notes: (p) => [unchanged(p.model)],
    help: () => ['name them apart with `as`, or select the columns one by one instead of `*`'],
    explain:
      'A table cannot have two columns of one name; engines rename or drop one of them silently. Names differ regardless of case.',
  }),
  'refresh-dropped': define<{ readonly model: string; readonly failed: number; readonly batches: number }>({
    severity: 'error',
    message: (p) => `the full refresh of ${p.model} did not take place: ${p.failed} of ${p.batches} batches failed`,
    notes: (p) => [`${p.model} keeps all of its old rows; what was built beside them was dropped`],
    help: (p) => [`mend what failed, then run it again: \`elt run --select ${p.model} --full-refresh\``],
    explain:
      'A full refresh builds everything aside and puts it in the place of the old table only when all of it is well, so that readers ' +
      'never see half of it. Some batch failed: the old table stays as it was.',
  }),
  'assertion-failed': define<{
    readonly name: string
    readonly node: string
    readonly failures: number
    /** Rows judged; undefined: nobody knows. */
    readonly rows: number | undefined
    /** What was measured, in words; undefined: rows were counted. */
    readonly value?: string | undefined
    /** No row was judged. */
    readonly isEmpty?: boolean
    readonly partitions: string | undefined
    readonly sample: readonly string[]
    /** It judged staged rows, which were therefore not published. */
    readonly blocking: boolean
  }>({
    severity: 'error',
    message: (p) => `${p.name} failed on ${p.node}: ${badRows(p)}${p.partitions ? ` in ${p.partitions}` : ''}`,
    notes: (p) => [
      ...p.sample.map((row) => `row: ${row}`),
      p.blocking
        ? p.partitions
          ? keeps(p.node, p.partitions)
          : unchanged(p.node)
        : 'the rows are published: this assertion judges them afterwards',
    ],
    explain:
      'An assertion found rows that must not exist. Assertions on one model judge the staged rows before anybody can read them: the ' +
      'partitions that fail keep the rows they had, the others of the batch are published, and the command exits 1. ' +
      'Mend the data or the model, or change the assertion: `severity: warn` reports without stopping.',
  }),
  'assertion-warned': define<{
    readonly name: string
    readonly node: string
    readonly failures: number
    /** Rows judged; undefined: nobody knows. */
    readonly rows: number | undefined
    /** What was measured, in words; undefined: rows were counted. */
    readonly value?: string | undefined
    /** No row was judged. */
    readonly isEmpty?: boolean
    readonly partitions: string | undefined
    readonly sample: readonly string[]
  }>({
    severity: 'warning',
    message: (p) => `${p.name} warns on ${p.node}: ${badRows(p)}${p.partitions ? ` in ${p.partitions}` : ''}`,
    notes: (p) => p.sample.map((row) => `row: ${row}`),
    explain:
      'An assertion with `severity: warn` (or one below its `error_if`) found rows. They are published; nothing else happens until ' +
      'somebody looks.',
  }),
  blocked: define<{
    readonly model: string
    readonly partitions: string | undefined
    readonly upstream: string
  }>({
    severity: 'error',
    message: (p) =>
      `${p.model}${p.partitions ? ` (${p.partitions})` : ''} was not built: ${p.upstream}, which it reads, failed and has never been built`,
    notes: (p) => [p.partitions ? keeps(p.model, p.partitions) : unchanged(p.model)],
    help: (p) => [`mend ${p.upstream}; the next run builds both`],
    explain:
      'A partition is built only when everything it reads has been built at least once. An upstream that failed but still has its ' +
      'old rows does not block. Nothing needs to be asked for again: the next run builds what is missing.',
  }),
  'still-failing': define<{
    readonly model: string
    readonly partitions: string | undefined
    readonly message: string
  }>({
    severity: 'error',
    message: (p) =>
      `${p.model}${p.partitions ? ` (${p.partitions})` : ''} failed before and was not tried again: ${p.message}`,
    why: () => 'its inputs, its code and the assertion are what they were, so it would fail in the same way',
    help: (p) => [
      'mend the model or the data and run again',
      `to try it as it is: elt run --select ${p.model} --force${p.partitions ? ' --partition <partition>' : ''}`,
    ],
    explain:
      'A partition whose checks failed is not built again until one of its inputs, its code or the assertion changes. Until then every ' +
      'run says so and exits 1.',
  }),
  'kept-blocked': define<{
    readonly model: string
    readonly partitions: string | undefined
    readonly upstream: string
  }>({
    severity: 'error',
    message: (p) => `${p.model}${p.partitions ? ` (${p.partitions})` : ''} waits for ${p.upstream}, which fails`,
    help: (p) => [`mend ${p.upstream}; the next run builds both`],
    explain: 'What it reads has never been built because it failed. The next run after the repair builds both.',
  }),
  'not-judged': define<{ readonly name: string; readonly missing: string }>({
    severity: 'warning',
    message: (p) => `${p.name} was not judged: ${p.missing}, which it reads, has never been built`,
    help: (p) => [`elt build --select ${p.missing}`],
    explain:
      'An assertion reads a model that does not exist in the warehouse yet, so there is nothing to judge. It is judged once the model ' +
      'has been built.',
  }),
  'foreign-relation': define<{ readonly model: string; readonly relation: string }>({
    severity: 'error',
    message: (p) =>
      `${p.relation === p.model ? p.model : `${p.relation}, where ${p.model} is stored,`} exists already in the warehouse, and was not made by elt`,
    why: () => 'elt never drops or writes what it does not own',
    notes: () => ['nothing was changed'],
    help: (p) => [
      `if its rows are what the model would build: elt adopt --select ${p.model}`,
      `else drop or rename ${p.relation}, or store the model elsewhere with config(alias='…')`,
    ],
    explain:
      'The ledger has no record of ever having published this relation, so it belongs to somebody else. `elt adopt` takes it over with its rows. Else move it out of the way, or ' +
      'give the model another name in the warehouse with `alias`.',
  }),
  'lease-lost': define<{ readonly run: string }>({
    severity: 'error',
    message: (p) => `the run ${p.run} has lost its lease, or could not renew it in time`,
    why: () => 'a run that cannot prove that it is alive must stop, or two would write one table',
    notes: () => ['what was published before stays; running statements were cancelled'],
    help: () => ['run the command again, when no other run is at work on these models: only what is missing is built'],
    explain:
      'Each run holds a lease of thirty seconds on the tables it writes and renews it every ten. A process that was paused, or cut ' +
      'off from the database, for about that long may find its tables taken over by another run: it stops before the lease ends, and ' +
      'publishes nothing any more. Exit code 3.',
  }),
}

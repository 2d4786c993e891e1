import type { ColumnType } from 'kysely'

/** Instants are written as expressions of the database's clock and never read back as they are. */
type Instant = ColumnType<string | null, string | null, string | null>
type Identity = ColumnType<number, never, never>

/** The tables of schema `elt`, as the newest migration leaves them: DESIGN §7. */
export interface LedgerTables {
  migrations: { number: number; applied_at: Instant }
  /** A relation is known by its physical name; `node` is the model stored there now, null when it has moved away. */
  relations: {
    id: Identity
    project: string
    node: string | null
    /** The pattern of schemas of the target that writes it; null: nobody has since that is recorded. */
    place: string | null
    schema_name: string
    name: string
    /** What the engine keeps for the object's life (Postgres: oid). */
    identity: string | null
    unit: string | null
    time_zone: string | null
    partition_column: string | null
    head_fingerprint: string | null
    /** JSON: upstream or source id → state. */
    head_upstreams: string | null
    head_due_start: number | null
    head_due_end: number | null
    head_clean: boolean | null
    columns: string | null
    /** JSON: what hangs on it because the project says so; null: nothing. */
    attached: string | null
  }
  schema_readers: { project: string; schema_name: string; role: string }
  /** Published rows only: written in the publishing transaction, one row a partition. */
  partitions: {
    relation: number
    ordinal: number
    key: string
    version: number
    fingerprint: string
    rows: number
    checksum: string
    settled: boolean
    partial: boolean
    /** A set of `inputs`; 0 when there are none. */
    inputs: bigint
    attempt: number
    built_at: Instant
    retired_at: Instant
  }
  /** Sets of input records, by a digest of their content. A set may be there more than once: writing it again is cheaper than looking. */
  inputs: {
    relation: number
    set_id: bigint
    key: string
    version: number
    published: number
    digest: string | null
  }
  source_files: {
    project: string
    source: string
    path: string
    size: number
    modified: number
    hash: string
    read_at: Instant
    gone_since: Instant
  }
  attempts: {
    id: Identity
    run: string
    node: string
    relation: number
    fence: number
    fingerprint: string
    reason: string
    window_start: number
    window_end: number
    status: string
    staging_schema: string | null
    staging_name: string | null
    job_id: string | null
    error: string | null
    started_at: Instant
    finished_at: Instant
  }
  /** The newest attempt of a partition that did not publish it; removed by its next publication. */
  outcomes: {
    relation: number
    ordinal: number
    run: string | null
    attempt: number | null
    status: string
    fingerprint: string
    inputs: bigint
    /** JSON: hashes of the assertions that failed. */
    assertions: string
    message: string
    rows: number | null
    checksum: string | null
    recorded_at: Instant
  }
  runs: {
    run: string
    project: string
    command: string
    host: string
    pid: number
    version: string
    /** Whether its session shows that it is alive; null, false: its heartbeat alone does. */
    shows_session: boolean | null
    status: string
    started_at: Instant
    heartbeat_at: Instant
    finished_at: Instant
  }
  /**
   * `run` is null when nobody holds it; `attempt` is the last that published under it. The version counter lies here, so that
   * one update checks the fence and takes the next version.
   */
  leases: {
    relation: number
    /** Greatest version given out. */
    version: number
    fence: number
    run: string | null
    attempt: number | null
    acquired_at: Instant
    /** Of an older elt: a lease lives as long as the heartbeat of its run. */
    expires_at: Instant
  }
  /** Not of a ledger beside its rows: what is under way there is not committed. */
  publishing: { relation: number; attempt: number }
  columns: { relation: number; name: string; type: string; first_seen: Instant }
  assertion_results: {
    run: string
    project: string
    node: string | null
    assertion: string
    hash: string
    partition: string
    versions: string
    failures: number
    rows: number
    value: number | null
    threshold: string | null
    status: string
    judged_at: Instant
    /** As of relations. */
    place: string | null
    /** As people know it, its severity and the column that it is about. */
    name: string | null
    severity: string | null
    column_name: string | null
    /** What judging it took: its scan, which it may share with others. */
    seconds: number | null
    /** What the engine says that it read. */
    bytes: number | null
  }
  /** Rows that failed, as they were then; only ever added to, until they are too old. */
  assertion_failures: {
    run: string
    project: string
    place: string
    node: string | null
    partition: string
    assertion: string
    hash: string
    name: string
    severity: string
    status: string
    /** JSON: the values of the model's key; null: it has none. */
    key: string | null
    /** JSON. */
    row: string
    failed_at: Instant
  }
  /** Failures that somebody knows of. */
  acknowledgements: {
    project: string
    place: string
    assertion: string
    /** Names of partitions, both included; null: all. */
    first_partition: string | null
    last_partition: string | null
    reason: string
    author: string
    acknowledged_at: Instant
    /** Null: never. */
    ends_at: Instant
    withdrawn_at: Instant
  }
}

/** A step of the ledger's schema: plain SQL that every engine which can hold a ledger understands. Never edited once released. */
export interface Migration {
  readonly number: number
  readonly sql: string
  /**
   * What follows on engines that find rows by indexes and hold to keys. The others are slower with them, and some refuse a row
   * that was deleted and inserted again in one transaction; there, the lease alone makes one writer of a relation's rows.
   */
  readonly keys?: string
}

const first = `
create sequence elt.relation_ids;
create table elt.relations (
  id bigint not null, project text not null, node text, schema_name text not null, name text not null, identity text,
  unit text, time_zone text, partition_column text,
  head_fingerprint text, head_upstreams text, head_due_start bigint, head_due_end bigint, head_clean boolean,
  columns text
);
create table elt.partitions (
  relation bigint not null, ordinal bigint not null, key text not null, version bigint not null,
  fingerprint text not null, rows bigint not null, checksum text not null, settled boolean not null,
  partial boolean not null, inputs bigint not null, attempt bigint not null, built_at timestamptz not null,
  retired_at timestamptz
);
create table elt.inputs (
  relation bigint not null, set_id bigint not null, key text not null, version bigint not null,
  published bigint not null, digest text
);
create table elt.source_files (
  project text not null, source text not null, path text not null, size bigint not null, modified double precision not null,
  hash text not null, read_at timestamptz not null, gone_since timestamptz
);
create sequence elt.attempt_ids;
create table elt.attempts (
  id bigint not null, run text not null, node text not null, relation bigint not null, fence bigint not null,
  fingerprint text not null, reason text not null, window_start bigint not null, window_end bigint not null,
  status text not null, staging_schema text, staging_name text, job_id text, error text,
  started_at timestamptz not null, finished_at timestamptz
);
create table elt.outcomes (
  relation bigint not null, ordinal bigint not null, run text, attempt bigint, status text not null,
  fingerprint text not null, inputs bigint not null, assertions text not null, message text not null,
  rows bigint, checksum text, recorded_at timestamptz not null
);
create table elt.runs (
  run text not null, project text not null, command text not null, host text not null, pid bigint not null,
  version text not null, status text not null, started_at timestamptz not null, heartbeat_at timestamptz,
  finished_at timestamptz
);
create table elt.leases (
  relation bigint not null, version bigint not null, fence bigint not null, run text, attempt bigint, acquired_at timestamptz,
  expires_at timestamptz
);
create table elt.columns (
  relation bigint not null, name text not null, type text not null, first_seen timestamptz not null
);
create table elt.assertion_results (
  run text not null, project text not null, node text, assertion text not null, hash text not null,
  partition text not null, versions text not null, failures bigint not null, rows bigint not null,
  value double precision, threshold text, status text not null, judged_at timestamptz not null
);`

// Pages of tables whose rows are updated again and again keep room for the next version of a row: then no index changes.
const firstKeys = `
alter table elt.relations add primary key (id), add unique (schema_name, name);
create index on elt.relations (project, node);
alter table elt.leases add primary key (relation);
alter table elt.leases set (fillfactor = 50);
create index on elt.leases (run) where run is not null;
alter table elt.partitions add primary key (relation, ordinal);
alter table elt.partitions set (fillfactor = 80);
alter table elt.outcomes add primary key (relation, ordinal);
create index on elt.inputs (relation, set_id);
alter table elt.source_files add primary key (project, source, path);
alter table elt.attempts add primary key (id);
alter table elt.attempts set (fillfactor = 80);
create index on elt.attempts (relation, id);
create index on elt.attempts (run) where status = 'running';
alter table elt.runs add primary key (run);
alter table elt.runs set (fillfactor = 50);
create index on elt.runs (status) where status = 'running';
create index on elt.assertion_results (project, hash);`

/** Relations whose published rows wait for their post_hook. */
const second = `
create table elt.pending_hooks (relation bigint not null, noted_at timestamptz not null);`

/** Publications that have begun while the ledger lies elsewhere than the rows. */
const third = `
create table elt.publishing (relation bigint not null, attempt bigint not null);`

/** Several targets of a project beside each other in one database: whose a relation and a result are. */
const fourth = `
alter table elt.relations add column place text;
alter table elt.assertion_results add column place text;`

/** What hangs on relations because the project says so, and who may use schemas. */
const fifth = `
alter table elt.relations add column attached text;
create table elt.schema_readers (project text not null, schema_name text not null, role text not null);`

/** Runs whose sessions show that they are alive. */
const sixth = `
alter table elt.runs add column shows_session boolean;`

/** All steps, in order. */
export const migrations: readonly Migration[] = [
  { number: 1, sql: first, keys: firstKeys },
  { number: 2, sql: second, keys: 'alter table elt.pending_hooks add primary key (relation);' },
  { number: 3, sql: third, keys: 'alter table elt.publishing add primary key (relation, attempt);' },
  { number: 4, sql: fourth },
  { number: 5, sql: fifth, keys: 'alter table elt.schema_readers add primary key (project, schema_name, role);' },
  { number: 6, sql: sixth },
]

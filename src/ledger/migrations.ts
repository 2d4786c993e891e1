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

/**
 * Quality over time: what every assertion measured, the rows that failed, and which failures people know of. The view is for tools
 * that draw boards: one row for each model, in the database of the ledger.
 */
const seventh = `
alter table elt.assertion_results add column name text;
alter table elt.assertion_results add column severity text;
alter table elt.assertion_results add column column_name text;
alter table elt.assertion_results add column seconds double precision;
alter table elt.assertion_results add column bytes bigint;
create table elt.assertion_failures (
  run text not null, project text not null, place text not null, node text, partition text not null, assertion text not null,
  hash text not null, name text not null, severity text not null, status text not null, key text, row text not null,
  failed_at timestamptz not null
);
create table elt.acknowledgements (
  project text not null, place text not null, assertion text not null, first_partition text, last_partition text,
  reason text not null, author text not null, acknowledged_at timestamptz not null, ends_at timestamptz, withdrawn_at timestamptz
);
create view elt.model_status as
with runs as (
  select project, coalesce(place, '{layer}') as place, node, assertion, hash, run, max(coalesce(name, assertion)) as name,
    max(judged_at) as judged_at, max(case when status in ('fail', 'error') then 1 else 0 end) as failing
  from elt.assertion_results group by project, coalesce(place, '{layer}'), node, assertion, hash, run
), aged as (
  select runs.*, row_number() over (partition by project, place, assertion order by judged_at desc, run desc) as age from runs
), held as (
  select distinct r.project, r.node, o.assertions from elt.outcomes as o join elt.relations as r on r.id = o.relation
  where o.status = 'assertion-failed'
), last as (
  select a.project, a.place, a.node, a.assertion, a.name, a.judged_at,
    case when a.failing = 1 or exists (
      select 1 from held as h where h.project = a.project and h.node = a.node and position(a.hash in h.assertions) > 0
    ) then 1 else 0 end as failing,
    case when exists (
      select 1 from elt.acknowledgements as k where k.project = a.project and k.place = a.place and k.assertion = a.assertion
        and k.withdrawn_at is null and (k.ends_at is null or k.ends_at > now())
    ) then 1 else 0 end as acknowledged
  from aged as a where a.age = 1
), quality as (
  select project, place, node, count(*) as assertions, max(judged_at) as judged_at,
    sum(case when failing = 1 and acknowledged = 0 then 1 else 0 end) as failing,
    sum(case when failing = 1 and acknowledged = 1 then 1 else 0 end) as acknowledged,
    string_agg(case when failing = 1 and acknowledged = 0 then name end, ', ') as names
  from last group by project, place, node
), published as (
  select relation, count(*) as partitions, sum(rows) as rows, max(ordinal) as newest, max(built_at) as built_at
  from elt.partitions where retired_at is null group by relation
), missing as (
  select relation, count(*) as partitions from elt.outcomes
  where status in ('assertion-failed', 'data-error', 'engine-error') group by relation
)
select r.project, coalesce(r.place, '{layer}') as place, r.node as model, r.schema_name, r.name,
  case when coalesce(q.failing, 0) > 0 or coalesce(m.partitions, 0) > 0 and coalesce(q.acknowledged, 0) = 0 then 'failing'
    when coalesce(q.acknowledged, 0) > 0 then 'acknowledged' when q.assertions is null then 'not judged' else 'passing' end as status,
  n.key as last_good_partition, p.built_at as last_built_at,
  cast(extract(epoch from (now() - p.built_at)) / 3600 as double precision) as hours_since_built,
  cast(coalesce(p.partitions, 0) as bigint) as partitions, cast(coalesce(p.rows, 0) as bigint) as rows,
  cast(coalesce(m.partitions, 0) as bigint) as failing_partitions,
  cast(coalesce(q.assertions, 0) as bigint) as assertions, cast(coalesce(q.failing, 0) as bigint) as failing_assertions,
  cast(coalesce(q.acknowledged, 0) as bigint) as acknowledged_assertions, q.names as failing, q.judged_at as last_judged_at
from elt.relations as r
join elt.leases as l on l.relation = r.id and l.version > 0
left join published as p on p.relation = r.id
left join elt.partitions as n on n.relation = r.id and n.ordinal = p.newest
left join missing as m on m.relation = r.id
left join quality as q on q.project = r.project and q.node = r.node and (r.place is null or q.place = r.place)
where r.node is not null and r.identity is distinct from 'dropped';`

const seventhKeys = `
create index on elt.assertion_results (project, assertion, judged_at);
create index on elt.assertion_results (run);
create index on elt.assertion_failures (project, assertion, failed_at);
create index on elt.assertion_failures (run);
create index on elt.acknowledgements (project, assertion);`

/** All steps, in order. */
export const migrations: readonly Migration[] = [
  { number: 1, sql: first, keys: firstKeys },
  { number: 2, sql: second, keys: 'alter table elt.pending_hooks add primary key (relation);' },
  { number: 3, sql: third, keys: 'alter table elt.publishing add primary key (relation, attempt);' },
  { number: 4, sql: fourth },
  { number: 5, sql: fifth, keys: 'alter table elt.schema_readers add primary key (project, schema_name, role);' },
  { number: 6, sql: sixth },
  { number: 7, sql: seventh, keys: seventhKeys },
]

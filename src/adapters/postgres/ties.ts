import type { RelationName, Ties } from '../contract.ts'
import { text } from '../standard-text.ts'

/** The object identifier of a relation, as an expression. */
function oidOf({ schema, name }: RelationName): string {
  return `(select c.oid from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where n.nspname = ${text(schema)} and c.relname = ${text(name)})`
}

const kindOf = `case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end`
const identityOf = `format('%I.%I', n.nspname, c.relname)`

/** What is dropped with a relation without a word, or keeps it from being dropped, and nobody here can make again. */
const hanging = `
  select r.ev_class as oid, 'rule ' || r.rulename as kind from pg_catalog.pg_rewrite as r where r.rulename <> '_RETURN'
  union all select t.tgrelid, 'trigger ' || t.tgname from pg_catalog.pg_trigger as t where not t.tgisinternal
  union all select p.polrelid, 'policy ' || p.polname from pg_catalog.pg_policy as p
  union all select k.confrelid, format('foreign key %s of %s', k.conname, k.conrelid::regclass)
  from pg_catalog.pg_constraint as k where k.contype = 'f' and k.conrelid <> k.confrelid
  union all select d.refobjid, 'function ' || d.objid::regprocedure from pg_catalog.pg_depend as d
  where d.classid = 'pg_catalog.pg_proc'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass`

/** Pieces of a table are relations of their own. */
export function size(target: RelationName): string {
  return `select coalesce(pg_catalog.pg_total_relation_size(t.oid), 0) + coalesce((select sum(pg_catalog.pg_total_relation_size(p.relid))
  from pg_catalog.pg_partition_tree(t.oid) as p where p.relid <> t.oid), 0) as bytes from (select ${oidOf(target)} as oid) as t`
}

/** Views and rules that read the relation (of some columns: these), and those that read them, the nearest first. */
function dependents(target: RelationName, columns?: readonly string[]): string {
  const names = (columns ?? []).map(text).join(', ')
  const touched = columns
    ? `and u.number in (select attnum from pg_catalog.pg_attribute where attrelid = t.oid and attname in (${names || 'null'}))`
    : ''
  return `with recursive target as (select ${oidOf(target)} as oid),
uses as (
  select distinct r.ev_class as reader, d.refobjid as used, d.refobjsubid as number
  from pg_catalog.pg_depend as d join pg_catalog.pg_rewrite as r on r.oid = d.objid
  where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
    and r.ev_class <> d.refobjid
),
found as (
  select u.reader as oid, 1 as depth from uses as u join target as t on u.used = t.oid ${touched}
  union
  select u.reader, f.depth + 1 from found as f join uses as u on u.used = f.oid
),
sorted as (select oid, max(depth) as depth from found group by oid),
gone as (select oid, depth from sorted${columns ? '' : ' union all select oid, 0 from target'})
select n.nspname as schema, c.relname as name, ${kindOf} as kind, s.depth,
  case when c.relkind in ('v', 'm') then
    'create ' || ${kindOf} || ' ' || ${identityOf}
    || coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '')
    || ' as ' || rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')
    || case when c.relispopulated then '' else ' with no data' end
  end as make,
  'drop ' || ${kindOf} || ' ' || ${identityOf} as remove
from sorted as s join pg_catalog.pg_class as c on c.oid = s.oid join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
union all
select n.nspname, c.relname, h.kind, g.depth, null, null
from gone as g join (${hanging}) as h on h.oid = g.oid
join pg_catalog.pg_class as c on c.oid = g.oid join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
order by depth, schema, name`
}

/** Statements that give a relation again what it has beside its columns and rows, and the columns that each is about. */
function belongings(target: RelationName): string {
  return `with target as (
  select c.oid, c.relowner, c.relacl, c.relnamespace, c.relkind, ${kindOf} as kind, ${identityOf} as id
  from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace where c.oid = ${oidOf(target)}
),
grants as (
  select t.id, null::text as attname, a.* from target as t, pg_catalog.aclexplode(t.relacl) as a where a.grantee <> t.relowner
  union all
  select t.id, p.attname::text, a.* from target as t join pg_catalog.pg_attribute as p on p.attrelid = t.oid,
    pg_catalog.aclexplode(p.attacl) as a where a.grantee <> t.relowner
)
select statement, columns, place in (1, 2, 3, 7) as same_kind from (
  select 1 as place, format('alter table %s add constraint %I %s', t.id, k.conname, pg_catalog.pg_get_constraintdef(k.oid)) as statement,
    array(select a.attname::text from pg_catalog.pg_attribute as a where a.attrelid = t.oid and a.attnum = any(k.conkey)) as columns
  from target as t join pg_catalog.pg_constraint as k on k.conrelid = t.oid where k.contype in ('p', 'u', 'c', 'f', 'x')
  union all
  select 2, pg_catalog.pg_get_indexdef(i.indexrelid),
    array(select a.attname::text from pg_catalog.pg_attribute as a where a.attrelid = t.oid and a.attnum = any(i.indkey))
  from target as t join pg_catalog.pg_index as i on i.indrelid = t.oid
  where not exists (select from pg_catalog.pg_constraint as k where k.conindid = i.indexrelid and k.conrelid = t.oid)
  union all
  select 3, format('comment on %s %s is %L', t.kind, t.id, d.description), '{}' from target as t
  join pg_catalog.pg_description as d on d.objoid = t.oid and d.objsubid = 0 and d.classoid = 'pg_catalog.pg_class'::regclass
  union all
  select 4, format('comment on column %s.%I is %L', t.id, a.attname, d.description), array[a.attname::text] from target as t
  join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  join pg_catalog.pg_description as d on d.objoid = t.oid and d.objsubid = a.attnum and d.classoid = 'pg_catalog.pg_class'::regclass
  union all
  -- What default privileges would add to the new relation, although somebody took it from this one.
  select distinct 5, format('revoke all on %s from %s', t.id, case when a.grantee = 0 then 'public' else a.grantee::regrole::text end), '{}'::text[]
  from target as t
  join pg_catalog.pg_default_acl as p on p.defaclobjtype = 'r' and p.defaclrole = current_user::regrole
    and p.defaclnamespace in (0, t.relnamespace),
  pg_catalog.aclexplode(p.defaclacl) as a where a.grantee <> p.defaclrole
  union all
  select 6, format('grant %s%s on %s to %s%s', g.privilege_type, case when g.attname is null then '' else format(' (%I)', g.attname) end, g.id,
    case when g.grantee = 0 then 'public' else g.grantee::regrole::text end,
    case when g.is_grantable then ' with grant option' else '' end),
    case when g.attname is null then '{}' else array[g.attname] end
  from grants as g
  union all
  select 7, format('alter %s %s owner to %s', t.kind, t.id, t.relowner::regrole), '{}' from target as t
  where t.relowner <> current_user::regrole
) as belonging order by place, statement`
}

function either(first: readonly string[], others: readonly string[]): string {
  const run = (statements: readonly string[]) => statements.map((sql) => `execute ${text(sql)};`).join(' ')
  return `do ${text(`begin ${run(first)} exception when others then ${run(others)} end`)}`
}

/** Views bind when they are made, and what is dropped loses what hangs on it. */
export const ties: Ties = { dependents, belongings, either }

import type { Attachments, Grants, RelationName } from '../contract.ts'
import { quote, relation, text } from '../standard-text.ts'

/** `public` is everybody: no role can have that name. */
const roleName = (role: string): string => (role.toLowerCase() === 'public' ? 'public' : quote(role))
const roleNames = (roles: readonly string[]): string => roles.map(roleName).join(', ')
const texts = (values: readonly string[]): string => values.map(text).join(', ')

function given({ schema, name }: RelationName): string {
  return `select lower(a.privilege_type) as privilege, case when a.grantee = 0 then 'public' else r.rolname::text end as role
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace,
  pg_catalog.aclexplode(c.relacl) as a left join pg_catalog.pg_roles as r on r.oid = a.grantee
where n.nspname = ${text(schema)} and c.relname = ${text(name)} and a.grantee <> c.relowner`
}

function usage(schemas: readonly string[]): string {
  return `select n.nspname::text as schema, case when a.grantee = 0 then 'public' else r.rolname::text end as role
from pg_catalog.pg_namespace as n, pg_catalog.aclexplode(n.nspacl) as a
  left join pg_catalog.pg_roles as r on r.oid = a.grantee
where n.nspname in (${texts(schemas)}) and a.privilege_type = 'USAGE' and a.grantee <> n.nspowner`
}

function roles(names: readonly string[]): string {
  const own = `select rolname::text as role, pg_catalog.pg_has_role(oid, 'usage') as acts from pg_catalog.pg_roles where rolname in (${texts(names)})`
  const everybody = names.filter((name) => name.toLowerCase() === 'public')
  return [own, ...everybody.map((name) => `select ${text(name)}, false`)].join(' union all ')
}

const grants: Grants = {
  privileges: ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'],
  grant: (target, privilege, to) => `grant ${privilege} on ${relation(target)} to ${roleNames(to)}`,
  revoke: (target, privilege, from) => `revoke ${privilege} on ${relation(target)} from ${roleNames(from)}`,
  given,
  grantUsage: (schema, to) => `grant usage on schema ${quote(schema)} to ${roleNames(to)}`,
  revokeUsage: (schema, from) => `revoke usage on schema ${quote(schema)} from ${roleNames(from)}`,
  usage,
  roles,
  createSchema: (schema, owner) => `create schema if not exists ${quote(schema)} authorization ${quote(owner)}`,
}

/** Comments, grants and indexes. */
export const attachments: Attachments = {
  comment: (target, kind, words, column) => {
    const what = column === undefined ? `${kind} ${relation(target)}` : `column ${relation(target)}.${quote(column)}`
    return `comment on ${what} is ${words === undefined ? 'null' : text(words)}`
  },
  grants,
  indexes: {
    types: ['btree', 'hash', 'gin', 'gist', 'spgist', 'brin'],
    create: (target, { name, columns, unique, type }) =>
      `create ${unique ? 'unique ' : ''}index if not exists ${quote(name)} on ${relation(target)} using ${type} (${columns.map(quote).join(', ')})`,
    drop: (schema, name) => `drop index if exists ${quote(schema)}.${quote(name)}`,
  },
}

import { quote } from '../standard-text.ts'

/** What a reader needs of each kind of object. */
const rights: Readonly<Record<string, string>> = {
  database: 'create on database',
  schema: 'usage on schema',
  table: 'select on table',
  view: 'select on table',
  sequence: 'usage on sequence',
  function: 'execute on function',
  type: 'usage on type',
}

const writing =
  /\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?|lock\s+table)\s+(?:only\s+)?$/i

/** How the SQL names the relation that an error names without its schema; undefined: not, or in several ways. */
function namedIn(sql: string, name: string): { readonly full: string; readonly isWritten: boolean } | undefined {
  const bare = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const found = [...sql.matchAll(new RegExp(`(?:"[^"]+"|\\w+)\\.(?:"${bare}"|${bare}\\b)`, 'g'))]
  const [full] = new Set(found.map(([text]) => text))
  if (full === undefined || found.some(([text]) => text !== full)) return undefined
  return { full, isWritten: found.some(({ index }) => writing.test(sql.slice(0, index))) }
}

const nameOf = (role: string) => (/^[a-z_][a-z0-9_$]*$/.test(role) ? role : quote(role))

/** Who can give the right that the server says is missing, and how. The server names a relation without its schema: `sql` does with it. */
export function rightAdvice(message: string, sql: string, user: string | undefined): string | undefined {
  const grantee = user === undefined ? '<the user of the target>' : nameOf(user)
  const [, kind = '', name = ''] = /^permission denied for (?:materialized |foreign )?(\w+) (.+)$/.exec(message) ?? []
  const right = rights[kind]
  if (right !== undefined) {
    const named = namedIn(sql, name)
    // What elt made it also alters, which no grant allows.
    if (named?.isWritten)
      return `build as the role that owns it, or become a member of that role: grant <its owner> to ${grantee}`
    const more = kind === 'schema' ? '; to build in it: usage, create' : ''
    const object = kind === 'table' || kind === 'view' ? (named?.full ?? name) : nameOf(name)
    return `its owner gives the right: grant ${right} ${object} to ${grantee}${more}`
  }
  return /^must be owner/.test(message)
    ? `only its owner may: become a member of the role that owns it: grant <its owner> to ${grantee}`
    : undefined
}

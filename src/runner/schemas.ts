import type { Grants } from '../adapters/contract.ts'
import { type Diagnostic, diagnose, Failure } from '../diagnostics/index.ts'
import { errorDiagnostics, explain, type Site, withConnectionAgain } from './site/index.ts'

/** The schemas of models, each with the layer that its first model lies in. */
function layersOfSchemas({ graph }: Pick<Site, 'graph'>): ReadonlyMap<string, string> {
  const layers = new Map<string, string>()
  for (const { relation, layer, config } of graph.models) {
    if (config.materialized !== 'ephemeral' && !layers.has(relation.schema)) layers.set(relation.schema, layer)
  }
  return layers
}

/** The owners of layers that are roles, by schema, and whether the connection may act as them. */
async function ownersOf(
  site: Site,
  grants: Grants,
  schemas: readonly string[],
): Promise<ReadonlyMap<string, { readonly owner: string; readonly acts: boolean }>> {
  const layers = layersOfSchemas(site)
  const owners = new Map(site.graph.layers.map(({ name, owner }) => [name, owner]))
  const wanted = schemas.flatMap((schema) => {
    const owner = owners.get(layers.get(schema) ?? '')
    return owner === undefined ? [] : [{ schema, owner }]
  })
  if (wanted.length === 0) return new Map()
  const query = grants.roles([...new Set(wanted.map(({ owner }) => owner))])
  const rows = await withConnectionAgain(site, (connection) => connection.query(query))
  const roles = new Map(rows.map(({ role, acts }) => [String(role), acts === true]))
  return new Map(
    wanted.flatMap(({ schema, owner }) => {
      const acts = roles.get(owner)
      return acts === undefined ? [] : [[schema, { owner, acts }] as const]
    }),
  )
}

/** Makes a schema for a role; when that is refused, as a schema of the connection's own, with a note. */
async function makeFor(
  site: Site,
  grants: Grants,
  schema: string,
  { owner, acts }: { readonly owner: string; readonly acts: boolean },
): Promise<Diagnostic[]> {
  const run = (sql: string) => withConnectionAgain(site, (connection) => connection.run(sql))
  let detail = `its role does not have the rights of \`${owner}\``
  if (acts) {
    try {
      await run(grants.createSchema(schema, owner))
      return []
    } catch (error) {
      const { kind, message } = explain(error, site)
      if (kind !== 'sql') throw error
      detail = message
    }
  }
  await run(site.adapter.dialect.ddl.createSchema(schema))
  return [diagnose('schema-owner-kept', { schema, owner, detail })]
}

/** Makes schemas that are not there, for the owners of their layers where these are roles. Notes of those that could not be. */
export async function makeSchemasOf(site: Site, schemas: readonly string[]): Promise<readonly Diagnostic[]> {
  const { ddl, attach } = site.adapter.dialect
  const owners = attach.grants ? await ownersOf(site, attach.grants, schemas) : new Map()
  const own = schemas.filter((schema) => !owners.has(schema))
  if (own.length > 0) {
    await withConnectionAgain(site, (connection) => connection.run(own.map(ddl.createSchema).join(';\n')))
  }
  const notes: Diagnostic[] = []
  for (const schema of schemas) {
    const owner = owners.get(schema)
    if (attach.grants && owner) notes.push(...(await makeFor(site, attach.grants, schema, owner)))
  }
  return notes
}

/** Who may use the schemas that are there, as their layers say it. */
function readersWanted(site: Site): Map<string, readonly string[]> {
  const readers = new Map(site.graph.layers.map((layer) => [layer.name, layer.readers ?? []]))
  const steps = new Set(site.plan.steps.map(({ model }) => model))
  const wanted = new Map<string, readonly string[]>()
  for (const { id, relation, layer, config } of site.graph.models) {
    const isThere = config.materialized !== 'ephemeral' && (steps.has(id) || site.relations.find(relation))
    if (!isThere) continue
    const { schema } = relation
    wanted.set(schema, [...new Set([...(wanted.get(schema) ?? []), ...(readers.get(layer) ?? [])])].sort())
  }
  return wanted
}

/** A schema whose readers are others than the record says. */
interface Change {
  readonly schema: string
  readonly grant: readonly string[]
  readonly revoke: readonly string[]
  /** Roles that have it through this project afterwards. */
  readonly readers: readonly string[]
}

async function changesOf(site: Site, grants: Grants): Promise<readonly Change[]> {
  const wanted = readersWanted(site)
  const recorded = await site.ledger.schemaReaders()
  const before = (schema: string) => recorded.get(schema) ?? []
  const more = [...wanted].filter(([schema, roles]) => roles.some((role) => !before(schema).includes(role)))
  const schemas = more.map(([schema]) => schema)
  const given = schemas.length > 0 ? await withConnectionAgain(site, (one) => one.query(grants.usage(schemas))) : []
  const has = (schema: string, role: string) => given.some((row) => row.schema === schema && row.role === role)
  return [...wanted].flatMap(([schema, roles]) => {
    const grant = roles.filter((role) => !before(schema).includes(role) && !has(schema, role))
    const revoke = before(schema).filter((role) => !roles.includes(role))
    const kept = before(schema).filter((role) => roles.includes(role))
    return grant.length + revoke.length > 0 ? [{ schema, grant, revoke, readers: [...kept, ...grant] }] : []
  })
}

async function giveUsage(site: Site, grants: Grants, changes: readonly Change[]): Promise<void> {
  await withConnectionAgain(site, (connection) =>
    site.ledger.recordReaders(connection, async () => {
      const gone = [...new Set(changes.flatMap(({ revoke }) => revoke))]
      const rows = gone.length > 0 ? await connection.query(grants.roles(gone)) : []
      const there = new Set(rows.map(({ role }) => String(role)))
      const statements = changes.flatMap(({ schema, grant, revoke }) => {
        const left = revoke.filter((role) => there.has(role))
        return [
          ...(grant.length > 0 ? [grants.grantUsage(schema, grant)] : []),
          ...(left.length > 0 ? [grants.revokeUsage(schema, left)] : []),
        ]
      })
      if (statements.length > 0) await connection.run(statements.join(';\n'))
      return new Map(changes.map(({ schema, readers }) => [schema, readers]))
    }),
  )
}

/**
 * Lets the readers of layers use their schemas, and those no longer who once were readers. Who was let in by somebody else
 * stays in. What is wrong with that, if anything.
 */
export async function settleReaders(site: Site): Promise<readonly Diagnostic[]> {
  const { grants } = site.adapter.dialect.attach
  if (!grants) return []
  try {
    const changes = await changesOf(site, grants)
    if (changes.length > 0) await giveUsage(site, grants, changes)
    return []
  } catch (error) {
    const { kind, message } = error instanceof Failure ? { kind: 'failure', message: '' } : explain(error, site)
    const about = { subject: 'the readers of layers', location: undefined }
    if (kind !== 'sql') return errorDiagnostics(error, about, site)
    return [diagnose('attachment-refused', { subject: 'layers', what: 'the readers', detail: message })]
  }
}

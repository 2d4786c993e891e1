import type { CatalogRelation, Connection, RelationName } from '../../adapters/contract.ts'
import { bug, type Diagnostic, diagnose, Failure } from '../../diagnostics/index.ts'
import {
  openWorkshop,
  relationKey,
  relationSql,
  type Surroundings,
  type Workshop,
  withConnection,
} from '../site/index.ts'
import { each, type Tended, tend, writeTended } from './tend.ts'

/** Something that elt made and that nothing in the project is stored in any more. */
export interface Leftover {
  readonly relation: RelationName
  /** What stands there; absent: only the ledger still knows of it. */
  readonly kind?: CatalogRelation['kind']
  /** The model that was stored there, or `staging`: rows that a run left aside when it died. */
  readonly of: { readonly node: string | undefined } | 'staging'
  readonly partitions: number
  readonly rows: number
  /** What dropping it gives back; absent: the engine does not tell, or it is no table. */
  readonly bytes?: number
}

/** Tables with the bytes that they take. */
async function measured(workshop: Workshop, found: readonly Leftover[]): Promise<Leftover[]> {
  const { size } = workshop.adapter.dialect.ddl
  if (!size || !found.some(({ kind }) => kind === 'table')) return [...found]
  return withConnection(workshop.session, async (connection) => {
    const all: Leftover[] = []
    for (const one of found) {
      const [row] = one.kind === 'table' ? await connection.query(size(one.relation), { signal: workshop.stop }) : []
      all.push(row ? { ...one, bytes: Number(row.bytes) } : one)
    }
    return all
  })
}

/** Of the project's schemas in this target, and no others: what lies elsewhere belongs to somebody else's target. */
async function findLeft(workshop: Workshop): Promise<Leftover[]> {
  const { graph, ledger, session, models } = workshop
  const stored = graph.models.filter(({ config }) => config.materialized !== 'ephemeral')
  const schemas = new Set([...graph.layers.map(({ schema }) => schema), ...stored.map((one) => one.relation.schema)])
  const there = new Map((await session.catalog([...schemas])).relations.map((one) => [relationKey(one), one.kind]))
  const used = new Set(stored.map(({ relation }) => relationKey(relation)))
  const isStored = (node: string | undefined) =>
    node !== undefined && models.has(node) && models.get(node)?.config.materialized !== 'ephemeral'
  const left = (await ledger.inventory()).filter(
    ({ project, isHere, relation, node }) =>
      isHere &&
      project === graph.project &&
      schemas.has(relation.schema) &&
      !used.has(relationKey(relation)) &&
      !isStored(node),
  )
  const stagings = (await ledger.leftStagings()).filter((one) => there.get(relationKey(one)) === 'table')
  const found = left.map(({ relation, node, partitions, rows }): Leftover => {
    const kind = there.get(relationKey(relation))
    return { relation, ...(kind ? { kind } : {}), of: { node }, partitions, rows }
  })
  const aside = stagings.map(
    (relation): Leftover => ({ relation, kind: 'table', of: 'staging', partitions: 0, rows: 0 }),
  )
  // A view before the tables that it may read.
  const order = ({ kind }: Leftover) => (kind === 'view' ? 0 : 1)
  return measured(
    workshop,
    [...aside, ...found].sort((a, b) => order(a) - order(b)),
  )
}

/** What `collect` would drop. Changes nothing. */
export async function leftovers(given: Surroundings): Promise<readonly Leftover[]> {
  return findLeft(await openWorkshop(given, []))
}

/** `relation-needed`: something that stays is made upon the relation. */
export async function refuseNeeded(workshop: Workshop, relation: RelationName, connection: Connection): Promise<void> {
  const query = workshop.adapter.dialect.ties?.dependents(relation)
  const found = query === undefined ? [] : await connection.query(query, { signal: workshop.stop })
  if (found.length === 0) return
  const dependents = found.map(
    (row) => `${row.kind} ${relationSql(workshop, { schema: String(row.schema), name: String(row.name) })}`,
  )
  const parameters = { relation: relationSql(workshop, relation), dependents }
  throw new Failure(diagnose('relation-needed', parameters))
}

async function dropLeft(workshop: Workshop, left: Leftover): Promise<Leftover> {
  const { relation, kind, of } = left
  const remove = async (connection: Connection): Promise<void> => {
    if (!kind) return
    await refuseNeeded(workshop, relation, connection)
    const sql = workshop.adapter.dialect.ddl.drop(relation, kind)
    await connection.run(sql, { signal: workshop.stop, label: relationKey(relation) })
  }
  if (of === 'staging') {
    await withConnection(workshop.session, remove)
    return left
  }
  const node = of.node ?? `left:${relation.schema}.${relation.name}`
  const { leases } = await workshop.ledger.acquire(workshop.start.run, [{ node, relation }])
  const lease = leases.get(node) ?? bug(`no lease of ${node}`)
  await writeTended(workshop, { node, lease, fingerprint: '' }, 'left-over', async (connection) => {
    await remove(connection)
    return { dropped: true }
  })
  return left
}

/**
 * Drops leftovers, each with its record in one transaction. Those upon which others were made wait until these are gone; what
 * somebody else made is never dropped, nor what it is made upon.
 */
export function collect(given: Surroundings, wanted: readonly Leftover[]): Promise<Tended<Leftover>> {
  const confirmed = new Set(wanted.map(({ relation }) => relationKey(relation)))
  return tend(given, [], async (workshop) => {
    const found = (await findLeft(workshop)).filter(({ relation }) => confirmed.has(relationKey(relation)))
    const about = ({ relation }: Leftover) => ({ subject: relationSql(workshop, relation), location: undefined })
    const done: Leftover[] = []
    let diagnostics: readonly Diagnostic[] = []
    for (let open = found, before = -1; open.length > 0 && open.length !== before; ) {
      before = open.length
      const tried = await each(workshop, open, about, (one) => dropLeft(workshop, one))
      done.push(...tried.done)
      diagnostics = tried.diagnostics
      open = open.filter((one) => !tried.done.includes(one))
    }
    return { done, diagnostics }
  })
}

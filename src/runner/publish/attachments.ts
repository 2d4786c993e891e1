import { createHash } from 'node:crypto'
import type { Column, Connection, Grants, Row } from '../../adapters/contract.ts'
import type { Attached, Model } from '../../compiler/index.ts'
import { diagnose, Failure } from '../../diagnostics/index.ts'
import type { AttachedRecord } from '../../ledger/index.ts'
import { explain, type Site } from '../site/index.ts'

type Ground = Pick<Site, 'adapter' | 'session' | 'stop' | 'attached'>

/** The relation of a model in the transaction that may change it. */
export interface Bearer {
  readonly kind: 'table' | 'view'
  readonly columns: readonly Column[]
  /** Nothing of this name was there before. */
  readonly isNew: boolean
  /** It was made, made again, or got other columns: what hung on some of them is gone. */
  readonly isChanged: boolean
}

/** An index with the name that it has in the warehouse. */
type NamedIndex = Attached['indexes'][number] & { readonly name: string; readonly type: string }

const nothing: AttachedRecord = { hash: '', grants: {}, others: {}, indexes: [], columns: [], comment: false }

/** The first characters of a text that fit into so many bytes. */
function cut(text: string, most: number): string {
  let kept = ''
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > most) break
    kept += character
  }
  return kept
}

/** The indexes of a model: `elt_`, the name of the table as far as there is room, and what tells them apart. */
export function indexesOf({ adapter }: Pick<Site, 'adapter'>, { relation, attached }: Model): readonly NamedIndex[] {
  const [usual = ''] = adapter.dialect.attach.indexes?.types ?? []
  return (attached?.indexes ?? []).map((given) => {
    const index = { ...given, type: given.type ?? usual }
    const told = JSON.stringify([relation.schema, relation.name, index.columns, index.unique, index.type])
    const digest = createHash('sha256').update(told).digest('hex').slice(0, 10)
    const table = cut(relation.name, adapter.features.identifierLimit - 'elt__'.length - digest.length)
    return { ...index, name: `elt_${table}_${digest}` }
  })
}

const without = (roles: readonly string[] = [], others: readonly string[] = []) =>
  roles.filter((role) => !others.includes(role))

/** Those of the roles that are there: what a role that is gone could do went with it. */
async function existing(grants: Grants, roles: readonly string[], connection: Connection): Promise<readonly string[]> {
  const found = roles.length === 0 ? [] : await connection.query(grants.roles(roles))
  return found.map(({ role }) => String(role))
}

/** Runs what the settings of a model ask for. What the engine refuses of it fails the transaction, by name. */
async function send(site: Ground, connection: Connection, model: Model, what: string, statements: readonly string[]) {
  if (statements.length === 0) return
  try {
    await connection.run(statements.join(';\n'), { signal: site.stop, label: model.id })
  } catch (error) {
    const { kind, message } = explain(error, site)
    if (kind !== 'sql' && kind !== 'data') throw error
    throw (
      violated(site, [model], message) ??
      new Failure(diagnose('attachment-refused', { subject: model.id, what, detail: message }, model.location))
    )
  }
}

/** Grants what is new, and takes away what this project had given. What others gave is theirs. */
async function grant(
  site: Ground,
  connection: Connection,
  model: Model,
  before: AttachedRecord,
  isNew: boolean,
): Promise<Pick<AttachedRecord, 'grants' | 'others'>> {
  const { grants } = site.adapter.dialect.attach
  const wanted = model.attached?.grants ?? {}
  if (!grants) return { grants: {}, others: {} }
  const { relation } = model
  const privileges = [...new Set([...Object.keys(wanted), ...Object.keys(before.grants)])].sort()
  const known = (privilege: string) => [...(before.grants[privilege] ?? []), ...(before.others[privilege] ?? [])]
  const isMore = privileges.some((privilege) => without(wanted[privilege], known(privilege)).length > 0)
  const given: readonly Row[] = isMore && !isNew ? await connection.query(grants.given(relation)) : []
  const has = (privilege: string, role: string) => given.some((row) => row.privilege === privilege && row.role === role)
  const own: Record<string, readonly string[]> = {}
  const others: Record<string, readonly string[]> = {}
  const statements: string[] = []
  const there = await existing(
    grants,
    privileges.flatMap((privilege) => without(before.grants[privilege], wanted[privilege])),
    connection,
  )
  for (const privilege of privileges) {
    const more = without(wanted[privilege], known(privilege))
    const granted = more.filter((role) => !has(privilege, role))
    const gone = without(before.grants[privilege], wanted[privilege]).filter((role) => there.includes(role))
    if (granted.length > 0) statements.push(grants.grant(relation, privilege, granted))
    if (gone.length > 0) statements.push(grants.revoke(relation, privilege, gone))
    const kept = (before.grants[privilege] ?? []).filter((role) => wanted[privilege]?.includes(role))
    const theirs = (before.others[privilege] ?? []).filter((role) => wanted[privilege]?.includes(role))
    if (kept.length + granted.length > 0) own[privilege] = [...kept, ...granted]
    if (theirs.length + more.length > granted.length) others[privilege] = [...theirs, ...without(more, granted)]
  }
  await send(site, connection, model, 'the grants', statements)
  return { grants: own, others }
}

/** Sets the descriptions of a relation and of its columns as comments, and takes away those that are no longer there. */
async function comment(
  site: Ground,
  connection: Connection,
  model: Model,
  before: AttachedRecord,
  { kind, columns }: Bearer,
): Promise<Pick<AttachedRecord, 'comment' | 'columns'>> {
  const say = site.adapter.dialect.attach.comment
  if (!say) return { comment: false, columns: [] }
  const { relation, description, attached } = model
  const texts = new Map<string, string>()
  for (const described of attached?.comments?.columns ? model.columns : []) {
    const isNamed = ({ name }: Column) => name === described.name
    const isAlike = ({ name }: Column) => name.toLowerCase() === described.name.toLowerCase()
    const column = columns.find(isNamed) ?? columns.find(isAlike)
    if (column && described.description !== '') texts.set(column.name, described.description)
  }
  const own = attached?.comments?.relation && description !== '' ? description : undefined
  const gone = before.columns.filter((name) => !texts.has(name) && columns.some((column) => column.name === name))
  await send(site, connection, model, 'the comments', [
    ...(own !== undefined || before.comment ? [say(relation, kind, own)] : []),
    ...[...texts].map(([name, text]) => say(relation, kind, text, name)),
    ...gone.map((name) => say(relation, kind, undefined, name)),
  ])
  return { comment: own !== undefined, columns: [...texts.keys()] }
}

/** Indexes of this project that are no longer asked for. */
function indexesGone(site: Pick<Site, 'adapter'>, model: Model, before: AttachedRecord | undefined): readonly string[] {
  const wanted = indexesOf(site, model).map(({ name }) => name)
  return (before?.indexes ?? []).filter((name) => !wanted.includes(name))
}

/** Drops the indexes of models that are no longer asked for, before rows are written that they would refuse. */
export async function dropIndexes(site: Ground, connection: Connection, models: readonly Model[]): Promise<void> {
  const { indexes } = site.adapter.dialect.attach
  for (const model of new Set(indexes ? models : [])) {
    const gone = indexesGone(site, model, site.attached.get(model.id))
    const drops = gone.flatMap((name) => indexes?.drop(model.relation.schema, name) ?? [])
    await send(site, connection, model, 'an index', drops)
  }
}

/** Makes the indexes that are not there, and drops those of this project that are no longer asked for. */
async function index(
  site: Ground,
  connection: Connection,
  model: Model,
  before: AttachedRecord,
  { columns }: Bearer,
): Promise<Pick<AttachedRecord, 'indexes'>> {
  const { indexes } = site.adapter.dialect.attach
  if (!indexes) return { indexes: [] }
  const { relation, location } = model
  const wanted = indexesOf(site, model)
  const names = new Set(columns.map(({ name }) => name))
  const unknown = wanted.flatMap((one) => one.columns).find((name) => !names.has(name))
  if (unknown !== undefined) {
    const parameters = { model: model.id, column: unknown, columns: [...names] }
    throw new Failure(diagnose('index-column-unknown', parameters, location))
  }
  const drops = indexesGone(site, model, before).map((name) => indexes.drop(relation.schema, name))
  await send(site, connection, model, 'an index', drops)
  for (const one of wanted) {
    const what = `the index on ${one.columns.join(', ')}`
    await send(site, connection, model, what, [indexes.create(relation, one)])
  }
  return { indexes: wanted.map(({ name }) => name) }
}

/**
 * Gives the relation of a model what its settings say, in the caller's transaction. What is to be recorded; undefined: nothing
 * was to be done.
 */
export async function attach(
  site: Ground,
  connection: Connection,
  model: Model,
  bearer: Bearer,
): Promise<AttachedRecord | undefined> {
  const recorded = site.attached.get(model.id) ?? nothing
  const hash = model.attached?.hash ?? ''
  if (hash === recorded.hash && (hash === '' || !bearer.isChanged)) return undefined
  const before = bearer.isNew ? nothing : recorded
  return {
    hash,
    ...(await grant(site, connection, model, before, bearer.isNew)),
    ...(await comment(site, connection, model, before, bearer)),
    ...(await index(site, connection, model, before, bearer)),
  }
}

/** The error of rows that a unique index of theirs forbids: the engine names it. */
function violated(site: Pick<Site, 'adapter'>, models: readonly Model[], detail: string): Failure | undefined {
  for (const model of models) {
    const broken = indexesOf(site, model).find(({ unique, name }) => unique && detail.includes(name))
    if (!broken) continue
    const parameters = { model: model.id, index: broken.name, columns: broken.columns, detail }
    return new Failure(diagnose('index-violated', parameters, model.location))
  }
  return undefined
}

/** Writes rows of models. Those that a unique index forbids are told by its columns. */
export async function unlessViolated<T>(
  site: Pick<Site, 'adapter' | 'session'>,
  models: readonly Model[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Failure) throw error
    const { kind, message } = explain(error, site)
    throw (kind === 'data' ? violated(site, models, message) : undefined) ?? error
  }
}

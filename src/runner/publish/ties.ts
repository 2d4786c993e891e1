import type { Connection, RelationName, Row, StatementOptions } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { diagnose, Failure } from '../../diagnostics/index.ts'
import { all, type BuildSite, type Filling, modelStatement, relationKey, relationSql } from '../site/index.ts'
import type { TableChange } from '../strategy/index.ts'

type Ground = Filling & Pick<BuildSite, 'ledger' | 'session' | 'stop' | 'plan'>

const nameOf = (row: Row): RelationName => ({ schema: String(row.schema), name: String(row.name) })

/** `dependent-objects`: somebody else's, which nobody here can make again. */
async function refuseForeign(site: Ground, model: Model, dependents: readonly Row[]): Promise<void> {
  const made = dependents.filter(({ make }) => make !== null).map(nameOf)
  const owned = new Set((await site.ledger.owned(made)).map(relationKey))
  const foreign = dependents.filter((row) => row.make === null || !owned.has(relationKey(nameOf(row))))
  if (foreign.length === 0) return
  const names = foreign.map((row) => {
    const isRelation = row.make !== null || row.kind === 'table'
    return `${row.kind}${isRelation ? '' : ' on'} ${relationSql(site, nameOf(row))}`
  })
  throw new Failure(diagnose('dependent-objects', { model: model.id, dependents: names }, model.location))
}

async function belongings(site: Ground, connection: Connection, relation: RelationName): Promise<readonly Row[]> {
  const query = site.adapter.dialect.ties?.belongings(relation)
  return query === undefined ? [] : connection.query(query, { signal: site.stop })
}

/** A dependent view with all that it has. */
interface Bound {
  readonly view: RelationName
  readonly remove: string
  readonly again: readonly string[]
  /** As its model says by now, with what it has whatever its columns; absent: this run does not build it. */
  readonly anew?: readonly string[]
}

/** What a view of the project is made by in this run. */
function textOfRun(site: Ground, { schema, name }: RelationName): string | undefined {
  const built = new Set(site.plan.steps.map((step) => step.model))
  for (const model of site.models.values()) {
    const { relation, config } = model
    if (config.materialized !== 'view' || relation.schema !== schema || relation.name !== name) continue
    if (!built.has(model.id)) return undefined
    const { sql } = modelStatement(site, model, all)
    // What may be several statements is not sent before the engine has looked at it, which its own step has it do.
    return sql.includes(';') ? undefined : site.adapter.dialect.ddl.createView(relation, sql)
  }
  return undefined
}

async function boundView(site: Ground, connection: Connection, row: Row): Promise<Bound> {
  const view = nameOf(row)
  const own = await belongings(site, connection, view)
  const again = [String(row.make), ...own.map(({ statement }) => String(statement))]
  const text = textOfRun(site, view)
  const ofAll = own.filter(({ columns }) => (columns as readonly string[]).length === 0)
  const anew = text === undefined ? {} : { anew: [text, ...ofAll.map(({ statement }) => String(statement))] }
  return { view, remove: String(row.remove), again, ...anew }
}

/**
 * Makes a view as it was, or, where that no longer binds and this run makes another of it, as that. One that does not bind in
 * either way fails the publication, by name.
 */
async function makeAgain(site: Ground, connection: Connection, model: Model, bound: Bound, options: StatementOptions) {
  const { view, remove, again, anew } = bound
  const { ties } = site.adapter.dialect
  try {
    const statements = anew && ties ? [ties.either(again, anew)] : again
    for (const statement of statements) await connection.run(statement, options)
  } catch (error) {
    const { kind, message } = site.session.explainError(error)
    if (kind !== 'sql' && kind !== 'data') throw error
    const parameters = { model: model.id, view: relationSql(site, view), detail: message, drop: remove }
    throw new Failure(diagnose('view-unbound', parameters, model.location))
  }
}

/**
 * Alters a relation or makes it again, in the caller's transaction, with what is bound to it: this project's views are dropped
 * before, and made again after, in their order; a relation that is made again gets back its grants, comments and indexes.
 */
export async function rebinding(
  site: Ground,
  connection: Connection,
  model: Model,
  { unbinds, columns, kind }: Pick<TableChange, 'unbinds' | 'columns'> & { readonly kind: 'table' | 'view' },
  change: () => Promise<unknown>,
): Promise<void> {
  const options = { signal: site.stop, label: model.id }
  const { ties } = site.adapter.dialect
  if (!ties || unbinds === undefined) {
    await change()
    return
  }
  const { relation } = model
  const touched = typeof unbinds === 'string' ? undefined : unbinds
  const dependents = await connection.query(ties.dependents(relation, touched), options)
  if (dependents.length > 0) await refuseForeign(site, model, dependents)
  const bound: Bound[] = []
  for (const row of dependents) bound.push(await boundView(site, connection, row))
  const own = touched ? [] : await belongings(site, connection, relation)
  const kept = new Set(columns.map(({ name }) => name))
  const isSameKind = unbinds === kind
  const restored = own.filter(
    (row) => (isSameKind || !row.same_kind) && (row.columns as readonly string[]).every((name) => kept.has(name)),
  )
  const drops = [...bound].reverse().map(({ remove }) => remove)
  if (drops.length > 0) await connection.run(drops.join(';\n'), options)
  await change()
  for (const { statement } of restored) await connection.run(String(statement), options)
  for (const one of bound) await makeAgain(site, connection, model, one, options)
}

/** A change of the table of a model. */
export type ModelChange = TableChange & { readonly model: Model }

/** Alters tables, or makes them again, with what is bound to them, in the caller's transaction; all others are left to it. */
export async function changeBound(
  site: Ground,
  connection: Connection,
  changes: readonly ModelChange[],
): Promise<void> {
  for (const change of changes) {
    if (change.unbinds === undefined) continue
    const { model, statements } = change
    const options = { signal: site.stop, label: model.id }
    const alter = () => connection.run(statements.join(';\n'), options)
    await rebinding(site, connection, model, { ...change, kind: 'table' }, alter)
  }
}

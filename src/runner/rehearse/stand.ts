import type { Column, RelationName } from '../../adapters/contract.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { SqlText } from '../../sql/index.ts'
import { tryOnce } from '../build/index.ts'
import { tableFacts } from '../judge/index.ts'
import {
  all,
  type CheckedPartition,
  type LastingConnection,
  modelStatement,
  ordinalSql,
  ordinalsOf,
  relationSql,
  sending,
} from '../site/index.ts'
import { placeOf, type RehearsalSite, type Rehearsing, rehearsalSite } from './site.ts'

/** A relation of a rehearsal. */
export interface Rehearsed {
  readonly relation: RelationName
  readonly columns: readonly Column[]
}

/** The table of a model after its windows were built. `open`: the partitions of these that are not settled. */
export interface RehearsedTable extends Rehearsed {
  readonly open: readonly number[]
}

/** The rows of files are given as those of tables. */
function withoutFiles(sql: SqlText): SqlText {
  const pieces = sql.pieces.map((piece) => {
    if (!('hole' in piece) || piece.hole.kind !== 'files') return piece
    return { ...piece, hole: { kind: 'relation' as const, node: piece.hole.source } }
  })
  return { pieces }
}

/** A model with other fields; those of a graph that was kept are read one by one when they are asked for. */
function changed(model: Model, fields: { readonly [K in keyof Model]?: Model[K] | undefined }): Model {
  const own = Object.entries(fields).map(([key, value]) => [key, { value, enumerable: true }] as const)
  return Object.create(model, Object.fromEntries(own)) as Model
}

/** A model as it is built here: where its relation is, in one piece, with nothing hanging on it. */
function rehearsed(model: Model, relation: RelationName): Model {
  const { tablePartitions: _, ...config } = model.config
  return changed(model, {
    relation,
    config,
    sql: withoutFiles(model.sql),
    incrementalSql: model.incrementalSql && withoutFiles(model.incrementalSql),
    preHooks: [],
    postHooks: [],
    attached: undefined,
  })
}

/** Where models are built on rows that are given, instead of those of the warehouse, on one connection. */
export class Stand {
  readonly connection: LastingConnection
  readonly #request: Rehearsing
  readonly #site: RehearsalSite

  constructor(request: Rehearsing, connection: LastingConnection) {
    this.connection = connection
    this.#request = request
    this.#site = rehearsalSite(request, connection)
  }

  /** A quoted relation, as it stands in SQL. */
  sql(relation: RelationName): string {
    return relationSql(this.#site, relation)
  }

  /** Makes a relation of these columns, without rows. */
  async make(columns: readonly Column[]): Promise<Rehearsed> {
    const relation = placeOf(this.#site)
    await this.#run(this.#site.adapter.dialect.ddl.createTable(relation, columns))
    return { relation, columns }
  }

  /** Has statements read a relation where they name a node. */
  give(node: string, { relation }: Rehearsed): void {
    const { models, sources } = this.#request.graph
    const model = models.find(({ id }) => id === node)
    if (model) {
      this.#site.models.set(node, changed(model, { relation }))
      return
    }
    const source = sources.find(({ id }) => id === node) ?? bug(`no node ${node}`)
    const origin = { kind: 'relation' as const, schema: relation.schema, identifier: relation.name, watch: 0 }
    this.#site.definitions.set(node, { ...source, origin })
  }

  /** Has the table of a model be there, with the rows that it has by now. */
  async giveTable(model: Model, given: Rehearsed): Promise<void> {
    const made = rehearsed(model, given.relation)
    this.#site.models.set(model.id, made)
    this.#site.relations.record(given.relation, 'table', given.columns)
    const partitions = await this.#partitions(made, given)
    const versions = partitions.map(({ ordinal, rows, checksum }) => ({ ordinal, rows, checksum, version: 1 }))
    this.#site.published.record(model.id, versions, 1)
  }

  /** The columns that the query of a model returns. */
  async describe(model: Model, text: 'first' | 'incremental', window: Window = all): Promise<readonly Column[]> {
    const statement = modelStatement({ ...this.#site, text }, this.#own(model), window)
    return sending(statement.sql, statement, (sql) => this.connection.describe(sql))
  }

  /** The rows that the query of a model returns for windows of its partitions. */
  async returned(model: Model, text: 'first' | 'incremental', windows: readonly Window[]): Promise<Rehearsed> {
    const made = this.#own(model)
    const parts: RelationName[] = []
    for (const window of windows) parts.push(await this.#stage(made, text, window))
    const [first = bug('no window'), second] = parts
    const relation = second ? placeOf(this.#site) : first
    const union = parts.map((part) => `select * from ${this.sql(part)}`).join(' union all ')
    if (second) await this.#run(this.#site.adapter.dialect.ddl.stage(relation, union))
    return { relation, columns: await this.connection.describe(`select * from ${this.sql(relation)}`) }
  }

  /** Builds windows of a model, one after the other: staged, checked, and written by its strategy. */
  async build(model: Model, text: 'first' | 'incremental', windows: readonly Window[]): Promise<RehearsedTable> {
    const made = this.#own(model)
    const site = { ...this.#site, text }
    for (const window of windows) {
      const inputs = new Map(ordinalsOf(window).map((ordinal) => [ordinal, []]))
      const job = { model: made, window, reason: 'requested', inputs, rewrite: true, last: true }
      await tryOnce(site, job, 1, placeOf(this.#site))
    }
    const table = this.#table(made)
    if (made.settled === undefined) return { ...table, open: [] }
    const facts = await this.#partitions(made, table)
    const settled = new Set(facts.filter((one) => one.settled).map(({ ordinal }) => ordinal))
    const built = new Set(windows.flatMap(ordinalsOf))
    return { ...table, open: [...built].filter((ordinal) => !settled.has(ordinal)).sort((a, b) => a - b) }
  }

  #run(sql: string): Promise<unknown> {
    return this.connection.run(sql, { signal: this.#request.signal })
  }

  /** The model under test, at its place. */
  #own(model: Model): Model {
    const { models, leases } = this.#site
    const relation = models.get(model.id)?.relation ?? placeOf(this.#site)
    const made = rehearsed(model, relation)
    models.set(model.id, made)
    leases.set(model.id, { relation, fence: 1 })
    return made
  }

  async #stage(model: Model, text: 'first' | 'incremental', window: Window): Promise<RelationName> {
    const relation = placeOf(this.#site)
    const statement = modelStatement({ ...this.#site, text }, model, window)
    const create = this.#site.adapter.dialect.ddl.stage(relation, statement.sql)
    const options = { signal: this.#request.signal, single: true }
    await sending(create, statement, (sql) => this.connection.run(sql, options))
    return relation
  }

  #table({ id, relation }: Model): Rehearsed {
    const found = this.#site.relations.find(relation) ?? bug(`the table of ${id} was not made`)
    return { relation, columns: found.columns }
  }

  /** What a table holds of each partition that it has rows of. */
  async #partitions(model: Model, { relation, columns }: Rehearsed): Promise<readonly CheckedPartition[]> {
    const partition = ordinalSql(this.#site, model)
    const select = `select distinct ${partition ?? '0'} as elt_partition from ${this.sql(relation)}`
    const found = await this.connection.query(select, { signal: this.#request.signal })
    const ordinals = found.flatMap(({ elt_partition: one }) => (one === null ? [] : [Number(one)]))
    if (ordinals.length === 0) return []
    const facts = await tableFacts(this.#site, model, { relation, columns }, ordinals, this.connection)
    return [...facts.values()]
  }
}

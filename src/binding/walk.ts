import type { Binder, BindingQuery, BoundQuery, Column, ExplainedError } from '../adapters/contract.ts'
import { type EngineType, typesQuery } from '../assertions/index.ts'
import type { Model } from '../compiler/index.ts'
import type { Json, SourceDefinition } from '../project/index.ts'
import type { Statement } from '../sql/index.ts'
import type { BindRequest } from './request.ts'
import { relationsRead, Statements } from './statement.ts'

/** Why a model has no columns that are known. */
export type Trouble =
  | { readonly kind: 'error'; readonly error: ExplainedError; readonly statement: Statement; readonly absent: boolean }
  | { readonly kind: 'unbound'; readonly reason: string }
  /** Because of a node that it reads, directly or through others. */
  | { readonly kind: 'unchecked'; readonly root: string }

type State = { readonly kind: 'known'; readonly columns: readonly Column[] } | { readonly kind: 'pending' } | Trouble

/** A query of a model that was bound. */
interface Bound {
  readonly reads: readonly string[]
  readonly statement: Statement
  /** What its columns are kept by: the query, and whether it is stored as rows, since only views keep columns without a type. */
  readonly keptAs: string
  /** The key in the store, where the columns of all that it reads were known before. */
  readonly key: string | undefined
}

interface Waiting {
  readonly query: BindingQuery
  readonly done: (result: BoundQuery) => void
}

/** Most queries that wait to be bound: their texts are held in memory. */
const mostWaiting = 512

/** So often the engine is asked at once what a model returns that others wait for; later only where that seems to spare work. */
const earlyAnswers = 8

/** What may make a column that has no type: views keep it so, in tables it becomes an integer. */
const withoutType = /\b(?:null|error)\b/i

/** Where relations are made whose columns are of types that are asked for. */
const typesSchema = 'elt types'

const rowsReason = 'its columns depend on rows or on files that its SQL reads by itself'

function columnsOf(kept: Json | undefined): readonly Column[] | undefined {
  return Array.isArray(kept) ? (kept as unknown as readonly Column[]) : undefined
}

/**
 * Finds the columns of models one after the other. What the store knows is taken from there; everything else waits, and is
 * bound many at a time, since each question to the engine costs as much as the answer.
 */
export class Walk {
  readonly statements: Statements
  readonly #request: BindRequest
  readonly #wanted: ReadonlySet<string>
  readonly #states = new Map<string, State>()
  readonly #texts = new Map<string, string>()
  /** Nodes whose relations the binder has. */
  readonly #made = new Set<string>()
  /** Models that were made as views, since their columns may lack types. */
  readonly #views = new Set<string>()
  #waiting: Waiting[] = []
  #binder: Promise<Binder> | undefined
  #hits = 0
  #misses = 0
  #answers = 0
  #types = 0

  constructor(request: BindRequest) {
    this.#request = request
    this.#wanted = new Set(request.models)
    this.statements = new Statements(request.graph, request.adapter.dialect)
  }

  columns(node: string): readonly Column[] | undefined {
    const state = this.#states.get(node)
    return state?.kind === 'known' ? state.columns : undefined
  }

  trouble(node: string): Trouble | undefined {
    const state = this.#states.get(node)
    return state === undefined || state.kind === 'known' || state.kind === 'pending' ? undefined : state
  }

  setTrouble(node: string, trouble: Trouble): void {
    this.#states.set(node, trouble)
  }

  /** Forgets what is known of a node, so that it is bound once more. */
  forget(node: string): void {
    this.#states.delete(node)
    this.#texts.delete(node)
  }

  /** Every node with trouble. */
  get troubled(): readonly string[] {
    return [...this.#states.keys()].filter((node) => this.trouble(node) !== undefined)
  }

  async adopt(): Promise<void> {
    const { warehouse } = this.#request
    if (warehouse.kind === 'open') await (await this.#open()).adopt(warehouse.session)
  }

  /** Binds models, which come in topological order: what they read before them. */
  async add(models: readonly Model[]): Promise<void> {
    for (const model of models) {
      if (!this.#states.has(model.id)) await this.#addModel(model)
    }
    await this.#flush()
  }

  /** Asks whether a query binds over nodes whose columns are known. Undefined where it does. */
  check(sql: string, reads: readonly string[], wrong: (result: BoundQuery) => void): void {
    const key = this.#key(sql, reads)
    if (this.#request.store.get(key) === true) return
    for (const node of reads) this.#make(node)
    const done = (result: BoundQuery): void => {
      if (result.ok) this.#request.store.set(key, true)
      else wrong(result)
    }
    this.#waiting.push({ query: { sql }, done })
  }

  /** Asks for the type that a word of the engine means; nothing is said of one that the warehouse alone may know. */
  askType(word: string, done: (type: EngineType) => void): void {
    const sql = typesQuery([word])
    const key = this.#key(sql ?? '', [])
    const [kept] = columnsOf(this.#request.store.get(key)) ?? []
    if (kept) done({ type: kept })
    if (sql === undefined) done({ reason: 'its text does not end where it begins' })
    if (sql === undefined || kept) return
    const name = { schema: typesSchema, name: `t${this.#types++}` }
    this.#waiting.push({ query: { name, sql }, done: (result) => this.#typeFound(key, result, done) })
  }

  #typeFound(key: string, result: BoundQuery, done: (type: EngineType) => void): void {
    if (!result.ok) {
      if (result.because === 'mistake' || this.#request.warehouse.kind === 'none')
        done({ reason: result.error.message })
      return
    }
    const [column] = result.columns
    if (!column) return
    this.#request.store.set(key, result.columns as unknown as Json)
    done({ type: column })
  }

  /** Ends with the answers to everything asked. */
  async finish(): Promise<void> {
    await this.#flush()
  }

  async close(): Promise<void> {
    await (await this.#binder)?.close()
  }

  #open(): Promise<Binder> {
    this.#binder ??= this.#request.openBinder()
    return this.#binder
  }

  async #addModel(model: Model): Promise<void> {
    const { existing, building, unresolved } = this.#request
    const there = building && !this.#wanted.has(model.id) ? existing(model.relation) : undefined
    const reason = unresolved.get(model.id)
    if (there) this.#states.set(model.id, { kind: 'known', columns: there })
    else if (reason !== undefined) this.setTrouble(model.id, { kind: 'unbound', reason })
    else await this.#bindModel(model)
  }

  async #bindModel(model: Model): Promise<void> {
    const reads = relationsRead(model.sql)
    const self = reads.includes(model.id)
    const columns = self ? (this.#request.existing(model.relation) ?? this.#declared(model)) : undefined
    if (self && !columns) {
      this.setTrouble(model.id, { kind: 'unbound', reason: 'it reads itself, and has not been built yet' })
      return
    }
    if (columns) this.#states.set(model.id, { kind: 'known', columns })
    for (const node of reads) this.#addSource(node)
    const waits = reads.some((node) => this.#states.get(node)?.kind === 'pending')
    if ((waits && this.#asksFirst()) || this.#waiting.length >= mostWaiting) await this.#flush()
    const root = this.#rootAmong(reads)
    if (root !== undefined) this.setTrouble(model.id, { kind: 'unchecked', root })
    else this.#lookUp(model, reads)
  }

  /** Whether what a model returns is asked before its readers: where most is known already, the answer spares binding them. */
  #asksFirst(): boolean {
    return this.#answers < earlyAnswers || this.#hits > this.#misses
  }

  #lookUp(model: Model, reads: readonly string[]): void {
    const isPartitioned = model.config.materialized === 'incremental'
    const statement = this.statements.fill(model.sql, isPartitioned ? model.partitioning?.grid : undefined)
    const areKnown = reads.every((node) => this.columns(node) !== undefined)
    const keptAs = `${model.config.materialized === 'view' ? 'view' : 'table'} ${statement.sql}`
    const kept = areKnown ? columnsOf(this.#request.store.get(this.#key(keptAs, reads))) : undefined
    if (kept) {
      this.#hits++
      this.#states.set(model.id, { kind: 'known', columns: kept })
      return
    }
    this.#misses++
    for (const node of reads) this.#make(node)
    const key = areKnown ? this.#key(keptAs, reads) : undefined
    const isView =
      model.config.materialized === 'view' &&
      (withoutType.test(statement.sql) || reads.some((node) => this.#mayLackTypes(node)))
    if (isView) this.#views.add(model.id)
    this.#made.add(model.id)
    this.#states.set(model.id, { kind: 'pending' })
    this.#texts.delete(model.id)
    const done = (result: BoundQuery): void => this.#finished(model, { reads, statement, keptAs, key }, result)
    this.#waiting.push({ query: { name: model.relation, sql: statement.sql, ...(isView ? { view: true } : {}) }, done })
  }

  #mayLackTypes(node: string): boolean {
    const { typeOfNull } = this.#request.adapter.features
    return this.columns(node)?.some(({ type }) => type === typeOfNull) ?? this.#views.has(node)
  }

  #finished({ id }: Model, bound: Bound, result: BoundQuery): void {
    const { reads, statement, keptAs } = bound
    const root = this.#rootAmong(reads.filter((node) => node !== id))
    if (root !== undefined) this.setTrouble(id, { kind: 'unchecked', root })
    else if (result.ok) {
      this.#request.store.set(bound.key ?? this.#key(keptAs, reads), result.columns as unknown as Json)
      this.#states.set(id, { kind: 'known', columns: result.columns })
    } else if (result.because === 'rows') this.setTrouble(id, { kind: 'unbound', reason: rowsReason })
    else this.setTrouble(id, { kind: 'error', error: result.error, statement, absent: result.because === 'absent' })
  }

  #rootAmong(reads: readonly string[]): string | undefined {
    for (const node of reads) {
      const trouble = this.trouble(node)
      if (trouble) return trouble.kind === 'unchecked' ? trouble.root : node
    }
    return undefined
  }

  #addSource(node: string): void {
    const source = this.statements.source(node)
    if (!source || this.#states.has(node)) return
    const columns = this.#request.existing(this.statements.relation(node)) ?? this.#declared(source)
    if (columns) this.#states.set(node, { kind: 'known', columns })
    else this.setTrouble(node, { kind: 'unbound', reason: this.#sourceReason() })
  }

  #sourceReason(): string {
    const { warehouse } = this.#request
    if (warehouse.kind === 'closed')
      return `the warehouse, which knows its columns, cannot be read: ${warehouse.reason}`
    return 'its columns are not known: the warehouse does not have it, and not all are declared with a data_type'
  }

  #declared({ columns }: Pick<SourceDefinition, 'columns'>): readonly Column[] | undefined {
    const { dialect } = this.#request.adapter
    if (columns.length === 0 || columns.some(({ type }) => type === undefined)) return undefined
    return columns.map(({ name, type = '' }) => ({ name, type: dialect.type(type) ?? type }))
  }

  /** Has a relation made whose columns are known, unless the binder has it. */
  #make(node: string): void {
    const columns = this.columns(node)
    if (!columns || this.#made.has(node)) return
    this.#made.add(node)
    const done = (result: BoundQuery): void => {
      // Types that are declared in words the engine does not know.
      if (!result.ok)
        this.setTrouble(node, {
          kind: 'unbound',
          reason: `its columns mean nothing to the engine: ${result.error.message}`,
        })
    }
    this.#waiting.push({ query: { name: this.statements.relation(node), columns }, done })
  }

  #key(sql: string, reads: readonly string[]): string {
    return this.#request.store.keyOf('bound', sql, ...reads.map((node) => this.#text(node)))
  }

  /** The columns of a node as text. */
  #text(node: string): string {
    const known = this.#texts.get(node)
    if (known !== undefined) return known
    const text = `${node} ${JSON.stringify(this.columns(node) ?? null)}`
    this.#texts.set(node, text)
    return text
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    this.#answers++
    const binder = await this.#open()
    const results = await binder.bind(waiting.map(({ query }) => query))
    for (const [i, { done }] of waiting.entries()) {
      const result = results[i]
      if (result) done(result)
    }
  }
}

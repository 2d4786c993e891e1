import type { Catalog, Column } from '../adapters/contract.ts'
import type { Assertion } from '../assertions/index.ts'
import { type Grid, parsePartition, partitionKey, type Window } from '../calendar/index.ts'
import type { Graph, Input, Model } from '../compiler/index.ts'
import { plainConfig, plainGraph, plainLocation, plainModel, plainSource } from '../compiler/testing.ts'
import { bug, type Checked } from '../diagnostics/index.ts'
import type { SourceFileState, SourceSignal } from '../extract/index.ts'
import type { Head, InputRecord, OutcomeRange, PublishedRange, RelationRecord } from '../ledger/index.ts'
import type { ModelConfig, SourceDefinition } from '../project/index.ts'
import { changedInput, currentInputs, inputState, lastInputs, needsPartitions, plan } from './index.ts'
import type { Batch, Plan, PlanOptions, PlanRequest, Reason } from './plan.ts'
import { viewColumns } from './views.ts'

/** Builders of graphs, ledgers and warehouses in memory, for the planner's tests alone. */

export const utcDays: Grid = { unit: 'day', timeZone: 'UTC' }
export const newYorkDays: Grid = { unit: 'day', timeZone: 'America/New_York' }

/** The ordinal of `2013-01-05`. */
export function day(text: string, grid: Grid = newYorkDays): number {
  return parsePartition(grid, text) ?? bug(`no partition ${text}`)
}

/** The UTC instant of `2013-01-05T05:00:00Z`. */
export function instant(text: string): number {
  return Date.parse(text)
}

export interface ModelOptions {
  readonly materialized?: ModelConfig['materialized']
  readonly grid?: Grid
  readonly inputs?: readonly Input[]
  readonly dependsOn?: readonly string[]
  readonly begin?: number
  readonly end?: number
  readonly batch?: number
  readonly fingerprint?: string
  readonly settled?: string
  readonly config?: Partial<ModelConfig>
}

/** A model; partitioned when it has a grid. */
export function model(id: string, options: ModelOptions = {}): Model {
  const { grid, inputs = [], begin, end, settled } = options
  const materialized = options.materialized ?? (grid ? 'incremental' : 'table')
  return plainModel(id, {
    config: { ...plainConfig, materialized, ...options.config },
    ...(grid ? { partitioning: { column: 'day', type: 'date' as const, grid } } : {}),
    ...(begin === undefined ? {} : { begin }),
    ...(end === undefined ? {} : { end }),
    batch: options.batch ?? 366,
    sql: { pieces: [] },
    dependsOn: options.dependsOn ?? [...new Set(inputs.map((input) => input.upstream))],
    inputs,
    fingerprint: options.fingerprint ?? `code of ${id}`,
    ...(settled === undefined ? {} : { settled }),
  })
}

export function windowOn(upstream: string, grid: Grid, reach: { before?: number; after?: number } = {}): Input {
  const { before = 0, after = 0 } = reach
  return { kind: 'window', key: `${upstream}:${before}:${after}`, upstream, grid, reach: { before, after } }
}

export function referenceTo(upstream: string, onChange: 'keep' | 'rebuild' = 'keep'): Input {
  return { kind: 'reference', key: upstream, upstream, onChange }
}

export function wholeOf(upstream: string): Input {
  return { kind: 'whole', key: upstream, upstream }
}

export interface SourceOptions {
  /** Null: the paths hold no date. */
  readonly grid?: Grid | null
  readonly lateBy?: number
  readonly changeSignal?: 'files' | 'none'
}

export function fileSource(id: string, options: SourceOptions = {}): SourceDefinition {
  const [, , name = ''] = id.split('.')
  const grid = options.grid === null ? {} : { grid: options.grid ?? utcDays }
  return plainSource(id, {
    origin: {
      kind: 'files',
      pattern: `data/${name}/*.csv`,
      format: 'csv',
      compression: 'none',
      ...grid,
      lateBy: options.lateBy ?? 0,
    },
    changeSignal: options.changeSignal ?? 'files',
  })
}

/** A blocking assertion of a model. */
export function assertion(node: string, hash: string): Assertion {
  return {
    id: `${node}.${hash}`,
    name: hash,
    type: 'not_null',
    node,
    arguments: {},
    severity: 'error',
    scope: { kind: 'window' },
    warnIf: { operator: '!=', value: 0, percent: false },
    errorIf: { operator: '!=', value: 0, percent: false },
    limit: 10,
    storeFailures: true,
    tags: [],
    description: '',
    reads: [node],
    hash,
    blocking: true,
    location: plainLocation,
  }
}

/** A published partition. */
interface Row {
  readonly version: number
  readonly fingerprint: string
  readonly settled: boolean
  readonly partial: boolean
  readonly inputs: readonly InputRecord[]
  readonly retired: boolean
}

interface Stored {
  version: number
  rows: Map<number, Row>
  outcomes: Map<number, OutcomeRange>
  columns?: string
  head?: Head | undefined
  /** What it was cut by when it was first published. */
  grid?: Grid
}

/** What building a partition gives. */
type Built = 'changed' | 'equal' | { readonly failed: string }

export interface ApplyOptions {
  /** Default: every build changes the rows. */
  readonly build?: (model: Model, ordinal: number) => Built
  /** Default: every partition is settled. */
  readonly settled?: (model: Model, ordinal: number) => boolean
  /** Stops as a killed process does, before this batch. */
  readonly killBefore?: string
}

/** A project, its warehouse and its ledger: changed by hand, planned, and built as a runner would. */
export class World {
  models: readonly Model[]
  sources: readonly SourceDefinition[]
  assertions: readonly Assertion[] = []
  now: number
  readonly files = new Map<string, SourceFileState & { readonly source: string }>()
  readonly stored = new Map<string, Stored>()
  readonly columns = new Map<string, readonly Column[]>()

  constructor(now: number, models: readonly Model[], sources: readonly SourceDefinition[] = []) {
    this.now = now
    this.models = models
    this.sources = sources
  }

  graph(): Graph {
    const { models, sources, assertions } = this
    return plainGraph({ timeZone: 'America/New_York', models, sources, assertions, layers: [] })
  }

  /** Adds or changes a file of a source. */
  file(source: string, ordinal: number | undefined, hash = 'a'): void {
    const path = `${source}/${ordinal ?? 'all'}`
    const place = ordinal === undefined ? {} : { ordinal }
    this.files.set(path, { source, path, size: 1, modified: 1, hash, gone: false, ...place })
  }

  /** Files for every partition of a window. */
  fill(source: string, window: Window): void {
    for (let ordinal = window.start; ordinal < window.end; ordinal++) this.file(source, ordinal)
  }

  deleteFile(source: string, ordinal: number): void {
    const path = `${source}/${ordinal}`
    this.files.set(path, { ...(this.files.get(path) ?? bug(`no file ${path}`)), gone: true })
  }

  /** Drops the relation behind the back of the ledger. */
  drop(id: string): void {
    this.columns.delete(id)
  }

  replace(changed: Model): void {
    this.models = this.models.map((existing) => (existing.id === changed.id ? changed : existing))
  }

  signals(): SourceSignal[] {
    return this.sources.map((source) => {
      const files = [...this.files.values()].filter((file) => file.source === source.id)
      return { source: source.id, files: files.map(({ source: _, ...file }) => file) }
    })
  }

  catalog(): Catalog {
    const present = this.models.filter((existing) => this.columns.has(existing.id))
    return {
      relations: present.map(({ id, relation, config }) => ({
        ...relation,
        kind: config.materialized === 'view' ? ('view' as const) : ('table' as const),
        columns: this.columns.get(id) ?? [],
      })),
    }
  }

  store(id: string): Stored {
    const known = this.stored.get(id) ?? { version: 0, rows: new Map(), outcomes: new Map() }
    this.stored.set(id, known)
    return known
  }

  relations(headsOnly: (id: string) => boolean = () => false): Map<string, RelationRecord> {
    return new Map([...this.stored].map(([id, stored]) => [id, this.record(id, stored, headsOnly(id))]))
  }

  private record(id: string, stored: Stored, headOnly: boolean): RelationRecord {
    const relation = this.models.find((existing) => existing.id === id)?.relation ?? { schema: '', name: '' }
    return {
      node: id,
      relation,
      ...(stored.grid ? { grid: stored.grid, column: 'day' } : {}),
      version: stored.version,
      ...(stored.head ? { head: { ...stored.head, clean: stored.head.clean && stored.outcomes.size === 0 } } : {}),
      ...(stored.columns === undefined ? {} : { columns: stored.columns }),
      published: headOnly ? [] : rangesOf(stored.rows),
      outcomes: [...stored.outcomes.values()].sort((a, b) => a.start - b.start),
    }
  }

  request(options: Partial<PlanOptions> = {}): PlanRequest {
    return {
      graph: this.graph(),
      ledger: { relations: this.relations(), files: [] },
      catalog: this.catalog(),
      sources: this.signals(),
      now: this.now,
      options: {
        selected: this.models.map(({ id }) => id),
        force: false,
        rebuildOlderCode: false,
        onCodeChange: 'keep',
        yes: false,
        retryFailed: false,
        ...options,
      },
    }
  }

  check(options: Partial<PlanOptions> = {}): Checked<Plan> {
    return plan(this.request(options))
  }

  plan(options: Partial<PlanOptions> = {}): Plan {
    const { value, diagnostics } = this.check(options)
    return value ?? bug(diagnostics.map(({ message }) => message).join('; '))
  }

  /** Plans as the command line does: heads first, then the partitions that are needed. */
  planByHeads(options: Partial<PlanOptions> = {}): { plan: Plan; needed: readonly string[] } {
    const full = this.request(options)
    const heads = { ...full, ledger: { relations: this.relations(() => true), files: [] } }
    const needed = needsPartitions(heads)
    const ledger = { relations: this.relations((id) => !needed.includes(id)), files: [] }
    const { value, diagnostics } = plan({ ...full, ledger })
    return { plan: value ?? bug(diagnostics.map(({ message }) => message).join('; ')), needed }
  }

  /** Builds what the plan says, one batch after the other, as a runner would; returns the ids of the partitions built. */
  apply(planned: Plan, options: ApplyOptions = {}): string[] {
    const built: string[] = []
    // As the leases are taken: what is about to be written is no longer known to be complete.
    for (const { model: id } of planned.steps) {
      const stored = this.store(id)
      if (stored.head) stored.head = { ...stored.head, clean: false }
    }
    for (const step of planned.steps) {
      for (const batch of step.batches) {
        if (batch.id === options.killBefore) return built
        built.push(...this.buildBatch(batch, options))
      }
    }
    for (const id of Object.keys(planned.heads)) this.recordHead(id, planned)
    return built
  }

  private buildBatch(batch: Batch, options: ApplyOptions): string[] {
    const model = this.models.find((existing) => existing.id === batch.model) ?? bug(`no model ${batch.model}`)
    const stored = this.store(model.id)
    const version = stored.version + 1
    const built: string[] = []
    for (const part of batch.parts) {
      const { start, end } = part.window ?? { start: 0, end: 1 }
      for (let ordinal = start; ordinal < end; ordinal++) {
        if (part.certainty === 'if-changed' && !this.isChanged(model, ordinal)) continue
        built.push(model.partitioning ? `${model.id}@${ordinal}` : model.id)
        this.buildPartition(model, ordinal, version, options)
      }
    }
    return built
  }

  private isChanged(model: Model, ordinal: number): boolean {
    const at = model.partitioning ? ordinal : 'all'
    const record = this.record(model.id, this.store(model.id), false)
    if (model.config.materialized === 'view') return record.columns !== viewColumns(model, this.graph(), this.catalog())
    const last = lastInputs(record, at)
    const moved = last && changedInput(last, currentInputs(model, at, this.state()), model)
    return last === undefined || isReason(moved)
  }

  private state() {
    return inputState(this.graph(), this.relations(), this.signals())
  }

  private buildPartition(model: Model, ordinal: number, version: number, options: ApplyOptions): void {
    const stored = this.store(model.id)
    const inputs = currentInputs(model, model.partitioning ? ordinal : 'all', this.state())
    const result = options.build?.(model, ordinal) ?? 'changed'
    const { fingerprint } = model
    if (typeof result === 'object') {
      const trial = { inputs, fingerprint, assertions: [result.failed], message: result.failed, at: this.now }
      stored.outcomes.set(ordinal, { start: ordinal, end: ordinal + 1, status: 'assertion-failed', ...trial })
      return
    }
    const before = stored.rows.get(ordinal)
    const kept = before && result === 'equal' ? before.version : version
    stored.version = Math.max(stored.version, kept)
    const settled = options.settled?.(model, ordinal) ?? true
    const partial = model.partitioning !== undefined && this.isPartial(model.partitioning.grid, ordinal)
    stored.rows.set(ordinal, { version: kept, fingerprint, settled, partial, inputs, retired: false })
    stored.outcomes.delete(ordinal)
    if (model.partitioning) stored.grid = model.partitioning.grid
    if (model.config.materialized === 'view') stored.columns = viewColumns(model, this.graph(), this.catalog())
    if (!this.columns.has(model.id)) this.columns.set(model.id, [{ name: 'day', type: 'DATE' }])
  }

  private isPartial(grid: Grid, ordinal: number): boolean {
    return (parsePartition(grid, new Date(this.now).toISOString().slice(0, 10)) ?? 0) <= ordinal
  }

  private recordHead(id: string, planned: Plan): void {
    const stored = this.store(id)
    const rows = [...stored.rows.values()]
    if (stored.outcomes.size > 0 || rows.some((row) => !row.settled)) return
    const model = this.models.find((existing) => existing.id === id) ?? bug(`no model ${id}`)
    const upstreams = { ...planned.heads[id] }
    for (const step of planned.steps)
      if (step.model in upstreams) upstreams[step.model] = String(this.store(step.model).version)
    const due = planned.due[id]
    stored.head = { fingerprint: model.fingerprint, upstreams, clean: true, ...(due ? { due } : {}) }
  }
}

function isReason(moved: ReturnType<typeof changedInput>): boolean {
  return moved?.kind === 'upstream-changed' || moved?.kind === 'source-changed'
}

function rangesOf(rows: ReadonlyMap<number, Row>): PublishedRange[] {
  const ranges: (PublishedRange & { end: number; key: string })[] = []
  for (const [ordinal, row] of [...rows].sort(([a], [b]) => a - b)) {
    const key = JSON.stringify(row)
    const last = ranges.at(-1)
    if (last && last.end === ordinal && last.key === key) last.end = ordinal + 1
    else ranges.push({ start: ordinal, end: ordinal + 1, ...row, builtFrom: 1, builtTo: 1, rows: 10, key })
  }
  return ranges.map(({ key: _, ...range }) => range)
}

function nameReason(reason: Reason): string {
  if (reason.kind === 'upstream-changed' || reason.kind === 'columns-changed')
    return `${reason.kind} ${reason.upstream}`
  if (reason.kind === 'source-changed') return `${reason.kind} ${reason.source}`
  return reason.kind === 'polls' ? `polls ${reason.because}` : reason.kind
}

/** What a plan says, one line a part and a kept range: `analytics.a 2013-01-01..2013-01-03 never-built`. */
export function lines(world: World, planned: Plan): string[] {
  const span = (id: string, window: Window | undefined): string => {
    const grid = world.models.find((existing) => existing.id === id)?.partitioning?.grid
    if (!window || !grid) return id
    return `${id} ${partitionKey(grid, window.start)}..${partitionKey(grid, window.end - 1)}`
  }
  const parts = planned.steps.flatMap((step) =>
    step.batches.flatMap((batch) =>
      batch.parts.map((part) => {
        const certainty = part.certainty === 'if-changed' ? 'if-changed: ' : ''
        return `${span(step.model, part.window)} ${certainty}${nameReason(part.reason)}`
      }),
    ),
  )
  const kept = planned.kept
    .filter(({ why }) => why.kind !== 'up-to-date')
    .map(({ model: id, window, why }) => `${span(id, window)} kept: ${Object.values(why).join(' ')}`)
  return [...parts, ...kept]
}

import type { Dialect, Features, RelationName } from '../adapters/contract.ts'
import { type Grid, parsePartition } from '../calendar/index.ts'
import { type Checked, type Diagnostic, diagnose, type Location, locate } from '../diagnostics/index.ts'
import {
  type ModelConfig,
  type ModelFile,
  type Project,
  parseModelConfig,
  parseSeedConfig,
  type RawConfig,
} from '../project/index.ts'
import { oneStatement } from '../sql/index.ts'
import { attachmentProblems } from './attachments.ts'
import { contractProblems } from './contract.ts'
import type { Partitioning } from './graph.ts'
import { longNames } from './long-names.ts'
import { modelId } from './names.ts'
import type { Rendered } from './rendered.ts'

/** A model that was rendered and whose settings are known, before it is linked to the others. */
export interface Draft {
  readonly id: string
  readonly file: ModelFile
  readonly config: ModelConfig
  readonly raw: RawConfig
  readonly relation: RelationName
  /** Where the target that this one defers to stores it. */
  readonly relationElsewhere?: RelationName
  readonly partitioning?: Partitioning
  readonly begin?: number
  readonly end?: number
  readonly batch: number
  readonly settled?: string
  readonly rendered: Rendered
}

/** What the settings are judged by. */
export interface Judge {
  readonly project: Project
  readonly dialect: Dialect
  readonly features: Features
  /** Where a model is stored. */
  readonly relationOf: (file: ModelFile, config: ModelConfig, raw: RawConfig) => Checked<RelationName>
  /** Where the target that this one defers to stores it; undefined: it defers to none. */
  readonly relationElsewhere: (file: ModelFile, config: ModelConfig, raw: RawConfig) => RelationName | undefined
}

/** Most partitions in one statement unless the config says otherwise: a year. */
const defaultBatch = { hour: 744, day: 365, month: 12, year: 1 } as const

/** Bytes that names of staged relations take in addition. */
const stagingReserve = 16

function partitioningOf(config: ModelConfig): Partitioning | undefined {
  if (!config.partitionBy) return undefined
  const { column, type, unit, timeZone } = config.partitionBy
  return { column, type, grid: { unit, timeZone } }
}

function strategyProblems(config: ModelConfig, judge: Judge, at: (key: string) => Location): Diagnostic[] {
  const { materialized } = config
  if (materialized === 'view' || materialized === 'ephemeral') return []
  const strategy = materialized === 'incremental' ? config.strategy : materialized === 'seed' ? 'table' : materialized
  const { dialect, project, features } = judge
  // What was appended cannot be told from what was not, unless its record commits with it.
  const canAppend = features.transactions
  if (dialect.write[strategy] && (strategy !== 'append' || canAppend)) return []
  const known = Object.keys(dialect.write)
    .filter((name) => name !== 'table' && name !== 'history' && (name !== 'append' || canAppend))
    .sort()
  return [diagnose('strategy-unsupported', { strategy, engine: project.target.type, known }, at('materialized'))]
}

/** A note: the engine keeps every table whole. */
function piecesNote(config: ModelConfig, { dialect, project }: Judge, at: Location): Diagnostic[] {
  if (!config.tablePartitions || dialect.ddl.pieces) return []
  const reason = `${project.target.type} keeps every table whole`
  return [diagnose('key-without-effect', { key: 'table_partitions', reason }, at)]
}

function bound(text: string | undefined, key: string, grid: Grid | undefined, at: Location): Checked<number> {
  if (text === undefined || !grid) return { value: undefined, diagnostics: [] }
  const value = parsePartition(grid, text)
  if (value !== undefined) return { value, diagnostics: [] }
  return { value, diagnostics: [diagnose('invalid-bound', { key, value: text, unit: grid.unit }, at)] }
}

function emptyRange({ begin, end }: ModelConfig, at: Location): Diagnostic {
  const detail = `is ${end}, which does not lie after \`begin\`, ${begin}: no partition is left`
  return diagnose('config-conflict', { key: 'end', detail, help: 'end names the partition after the last' }, at)
}

/** The predicate of `settled` as one expression, so that it can stand in parentheses. */
function settledOf(config: ModelConfig, at: Location): Checked<string> {
  if (config.settled === undefined) return { value: undefined, diagnostics: [] }
  const check = oneStatement({ pieces: [{ text: config.settled }] })
  if (check.ok) {
    const text = check.statement.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')
    return { value: text, diagnostics: [] }
  }
  const { fault, text } = check.problem
  return { value: undefined, diagnostics: [diagnose('not-one-statement', { subject: '`settled`', fault, text }, at)] }
}

function tooLong(relation: RelationName, features: Features, at: Location): Diagnostic[] {
  const length = new TextEncoder().encode(relation.name).length
  const limit = features.identifierLimit - stagingReserve
  return length <= limit ? [] : [diagnose('identifier-too-long', { name: relation.name, length, limit }, at)]
}

function batchOf(config: ModelConfig, rendered: Rendered, partitioning: Partitioning | undefined): number {
  if (!partitioning) return 1
  // Each reads the one before it, which has to be published by then.
  if (rendered.uses.filters.some(({ filter }) => filter.isThis)) return 1
  return config.batch ?? (rendered.uses.printsBounds ? 1 : defaultBatch[partitioning.grid.unit])
}

/** Checks the settings of a rendered model. Absent without diagnostics: the model is disabled. */
export function draftOf(file: ModelFile, rendered: Rendered, judge: Judge): Checked<Draft> {
  const raw = rendered.config
  const { timeZone } = judge.project
  const parsed = file.isSeed ? parseSeedConfig(raw, { timeZone }) : parseModelConfig(raw, { timeZone })
  const config = parsed.value
  if (!config?.enabled) return { value: undefined, diagnostics: parsed.diagnostics }
  const at = (key: string): Location => raw[key]?.location ?? locate(file.file, 0, 0)
  const partitioning = partitioningOf(config)
  const named = judge.relationOf(file, config, raw)
  const relation = named.value
  if (!relation) return { value: undefined, diagnostics: [...parsed.diagnostics, ...named.diagnostics] }
  const relationElsewhere = judge.relationElsewhere(file, config, raw)
  const begin = bound(config.begin, 'begin', partitioning?.grid, at('begin'))
  const end = bound(config.end, 'end', partitioning?.grid, at('end'))
  const settled = settledOf(config, at('settled'))
  const isEmpty = begin.value !== undefined && end.value !== undefined && end.value <= begin.value
  return {
    value: {
      id: modelId(file),
      file,
      config,
      raw,
      relation,
      ...(relationElsewhere ? { relationElsewhere } : {}),
      ...(partitioning ? { partitioning } : {}),
      ...(begin.value === undefined ? {} : { begin: begin.value }),
      ...(end.value === undefined ? {} : { end: end.value }),
      ...(settled.value === undefined ? {} : { settled: settled.value }),
      batch: batchOf(config, rendered, partitioning),
      rendered,
    },
    diagnostics: [
      ...parsed.diagnostics,
      ...named.diagnostics,
      ...strategyProblems(config, judge, at),
      ...attachmentProblems({ config, raw }, judge.dialect, judge.project.target.type),
      ...contractProblems({ id: modelId(file), file, config, raw }),
      ...piecesNote(config, judge, at('table_partitions')),
      ...begin.diagnostics,
      ...end.diagnostics,
      ...(isEmpty ? [emptyRange(config, at('end'))] : []),
      ...settled.diagnostics,
      ...tooLong(relation, judge.features, at('alias')),
      ...longNames(rendered.text, file.file, judge.features.identifierLimit),
    ],
  }
}

/** Models that would be stored under one name, whatever its capitals: an error at the later one. Ephemerals are not stored. */
export function relationCollisions(drafts: readonly Draft[]): Diagnostic[] {
  const first = new Map<string, Draft>()
  return drafts.flatMap((draft) => {
    if (draft.config.materialized === 'ephemeral') return []
    const { schema, name } = draft.relation
    const key = JSON.stringify([schema.toLowerCase(), name.toLowerCase()])
    const other = first.get(key)
    if (!other) {
      first.set(key, draft)
      return []
    }
    const parameters = { model: draft.id, other: other.id, relation: `${schema}.${name}` }
    return [diagnose('relation-collision', parameters, draft.raw.alias?.location ?? locate(draft.file.file, 0, 0))]
  })
}

import type { Column, Connection } from '../../adapters/contract.ts'
import type { AssertionTarget } from '../../assertions/index.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Diagnostic, Failure } from '../../diagnostics/index.ts'
import {
  allFiles,
  type BuildSite,
  type CheckedPartition,
  type Judgement,
  ordinalSql,
  ordinalsOf,
  readableSql,
  relationSql,
  type Staged,
  type WantedFiles,
  windowLiterals,
  withFiles,
} from '../site/index.ts'
import { checkBeginnings, checkKeys, keyOfRows, namedIn, strategyOf } from '../strategy/index.ts'
import { factsOf, partitionsOf } from './facts.ts'
import { type Inspection, inspect } from './inspect.ts'
import { judgeMeasured } from './judgement.ts'
import { type CompiledAssertion, compileAll, type Judged } from './measure.ts'
import { strayRows } from './stray.ts'

/** What scans of staged rows showed, and what their assertions were counted on. */
interface StagedInspection extends Inspection {
  readonly compiled: readonly CompiledAssertion[]
  readonly judged: Judged
}

export interface Checked {
  /** Every partition of the window, also those without rows. */
  readonly partitions: readonly CheckedPartition[]
  /** Assertions that stop a partition's publication: their hashes, by ordinal. */
  readonly failed: ReadonlyMap<number, readonly string[]>
  /** Ordinals of which all that fails is acknowledged. */
  readonly acknowledged: readonly number[]
  readonly judgements: readonly Judgement[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The staged columns as the table has them: one that it is still to take is null in its rows. */
function oldColumns(
  published: readonly Column[],
  staged: Staged,
  column: (name: string) => string,
  quote = column,
): readonly string[] {
  const known = new Set(published.map(({ name }) => name.toLowerCase()))
  return staged.columns.map(({ name }) => (known.has(name.toLowerCase()) ? column(name) : `null as ${quote(name)}`))
}

/** Old rows and staged ones, as the table will hold them: `t` and `s`, of the same columns. */
function mergedRows(site: BuildSite, model: Model, staged: Staged, old: readonly string[], rest: string): string {
  const { quote } = site.adapter.dialect
  const names = staged.columns.map(({ name }) => name)
  const [table, rows] = [relationSql(site, model.relation), relationSql(site, staged.relation)]
  const same = namedIn(names, keyOfRows(model))
    .map((key) => `s.${quote(key)} = t.${quote(key)}`)
    .join(' and ')
  const { merge } = model.config
  const taken = merge?.update && new Set([...namedIn(names, merge.update), ...namedIn(names, keyOfRows(model))])
  const kept = new Set(taken ? names.filter((name) => !taken.has(name)) : namedIn(names, merge?.exclude ?? []))
  const [key = ''] = namedIn(names, keyOfRows(model))
  const brought = names.map((name) => {
    const column = quote(name)
    return kept.has(name)
      ? `case when t.${quote(key)} is null then s.${column} else t.${column} end as ${column}`
      : `s.${column}`
  })
  const joined = kept.size > 0 ? ` left join ${table} as t on ${same}` : ''
  const others = `select ${old.join(', ')} from ${table} as t`
  return `(${others} where not exists (select 1 from ${rows} as s where ${same})${rest} union all select ${brought.join(', ')} from ${rows} as s${joined})`
}

/** The table as it will be when the window's staged rows are written; undefined where they are all that it will hold. */
function wholeTable(site: BuildSite, model: Model, window: Window, staged: Staged): string | undefined {
  const published = site.relations.find(model.relation)
  const strategy = strategyOf(model)
  // What a history is judged by is the rows as they are now.
  if (strategy === 'table' || strategy === 'history' || published?.kind !== 'table') return undefined
  const { quote } = site.adapter.dialect
  const isMissingDeleted = model.config.merge?.deleteMissing === true
  if (!model.partitioning && isMissingDeleted) return undefined
  const outside = (alias: string): string => {
    if (!model.partitioning) return ''
    const column = `${alias}${quote(model.partitioning.column)}`
    const { start, end } = windowLiterals(site, model, window)
    return `(${column} < ${start} or ${column} >= ${end})`
  }
  if (strategy === 'merge') {
    const old = oldColumns(published.columns, staged, (name) => `t.${quote(name)}`, quote)
    return mergedRows(site, model, staged, old, isMissingDeleted ? ` and ${outside('t.')}` : '')
  }
  const columns = staged.columns.map(({ name }) => quote(name)).join(', ')
  const where = strategy === 'append' ? '' : ` where ${outside('')}`
  return `(select ${oldColumns(published.columns, staged, quote).join(', ')} from ${relationSql(site, model.relation)}${where} union all select ${columns} from ${relationSql(site, staged.relation)})`
}

/** Relations by node, the model itself as it is judged. */
function readerOf(site: BuildSite, model: Model, own: string): AssertionTarget['relation'] {
  return (node) => (node === model.id ? own : readableSql(site, node))
}

function targetOf(site: BuildSite, model: Model, window: Window, staged: Staged): AssertionTarget {
  const partition = ordinalSql(site, model)
  const whole = wholeTable(site, model, window, staged)
  return {
    rows: relationSql(site, staged.relation),
    ...(partition ? { partition } : {}),
    ...(whole ? { whole } : {}),
    relation: readerOf(site, model, relationSql(site, staged.relation)),
  }
}

/**
 * Scans staged rows for their facts, and counts for the assertions: on the staged rows, or, without partitions, on the table as
 * it will be.
 */
async function inspectStaged(site: BuildSite, model: Model, staged: Staged, judged: Judged): Promise<StagedInspection> {
  const { target } = judged
  const assertions = site.blocking.get(model.id) ?? []
  const facts = factsOf(site, model, staged)
  if (model.partitioning || target.whole === undefined) {
    const compiled = compileAll(site, assertions, target)
    return { compiled, judged, ...(await inspect(site, judged, compiled, facts, model.id)) }
  }
  const whole = target.whole
  const table = { ...judged, target: { rows: whole, relation: readerOf(site, model, whole) } }
  const compiled = compileAll(site, assertions, table.target)
  const { rows } = await inspect(site, judged, [], facts, model.id)
  if (compiled.length === 0) return { compiled, judged, rows, measured: new Map() }
  const { measured } = await inspect(site, table, compiled, { aggregates: [] }, model.id)
  return { compiled, judged: table, rows, measured }
}

/** Every file source that blocking assertions of a model read beside its rows. */
function filesJudged(site: BuildSite, model: Model): WantedFiles {
  const assertions = site.blocking.get(model.id) ?? []
  return allFiles(
    site,
    assertions.flatMap(({ reads }) => reads),
  )
}

/**
 * Judges staged rows: one scan for counts, checksums, `settled` and all aggregate assertions. Throws `Failure` for what fails
 * the batch whole: rows outside the window, or without a partition.
 */
export function check(
  site: BuildSite,
  model: Model,
  window: Window,
  staged: Staged,
  connection: Connection,
): Promise<Checked> {
  return withFiles(site, connection, filesJudged(site, model), (reading) =>
    checkRows(reading, model, window, staged, connection),
  )
}

async function checkRows(
  site: BuildSite,
  model: Model,
  window: Window,
  staged: Staged,
  connection: Connection,
): Promise<Checked> {
  const target = targetOf(site, model, window, staged)
  const ordinals = ordinalsOf(window)
  const inspected = await inspectStaged(site, model, staged, { connection, target, ordinals })
  const { compiled, judged, rows, measured } = inspected
  if (target.partition !== undefined) {
    const stray = await strayRows(site, model, window, rows, {
      connection,
      from: target.rows,
      partition: target.partition,
    })
    if (stray.length > 0) throw new Failure(...stray)
  }
  await checkKeys(site, model, staged, connection)
  await checkBeginnings(site, model, staged, connection)
  const failed = new Map<number, string[]>()
  const unknown = new Set<number>()
  const judgements: Judgement[] = []
  for (const one of compiled) {
    const result = measured.get(one) ?? bug(`${one.assertion.id} was not measured`)
    const judgement = await judgeMeasured(site, one, result, judged, { model, staged: true, versions: '' })
    judgements.push(judgement)
    for (const ordinal of judgement.failing) {
      failed.set(ordinal, [...(failed.get(ordinal) ?? []), one.assertion.hash])
      if (!judgement.acknowledged.includes(ordinal)) unknown.add(ordinal)
    }
  }
  const partitions = partitionsOf(model, rows, ordinals)
  const diagnostics = judgements.flatMap((judgement) => judgement.outcome.diagnostics)
  const acknowledged = [...failed.keys()].filter((ordinal) => !unknown.has(ordinal))
  return { partitions, failed, acknowledged, judgements, diagnostics }
}

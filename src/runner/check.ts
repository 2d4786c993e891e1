import type { Connection } from '../adapters/contract.ts'
import type { AssertionTarget } from '../assertions/index.ts'
import type { Window } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { bug, type Diagnostic, Failure } from '../diagnostics/index.ts'
import { allFiles, type WantedFiles, withFiles } from './bring-files.ts'
import type { BuildSite } from './context.ts'
import { type Facts, inspect } from './inspect.ts'
import type { CheckedPartition, Staged } from './job.ts'
import { judgeMeasured } from './judgement.ts'
import { compileAll } from './measure.ts'
import { ordinalsOf } from './names.ts'
import { ordinalSql, readableSql, relationSql, windowLiterals } from './statement.ts'
import { strayRows } from './stray.ts'
import type { Judgement } from './verdict.ts'

export interface Checked {
  /** Every partition of the window, also those without rows. */
  readonly partitions: readonly CheckedPartition[]
  /** Assertions that stop a partition's publication: their hashes, by ordinal. */
  readonly failed: ReadonlyMap<number, readonly string[]>
  readonly judgements: readonly Judgement[]
  readonly diagnostics: readonly Diagnostic[]
}

/** A partition without rows: it has the same checksum in every table, and is open where anything can be. */
export function emptyPartition(model: Model, ordinal: number): CheckedPartition {
  return { ordinal, rows: 0, checksum: '0', settled: !model.settled }
}

/** The table as it will be when the window's staged rows have replaced the published ones. */
function wholeTable(site: BuildSite, model: Model, window: Window, staged: Staged): string | undefined {
  const published = site.relations.find(model.relation)
  if (!model.partitioning || published?.kind !== 'table') return undefined
  const { start, end } = windowLiterals(site, model, window)
  const { quote } = site.adapter.dialect
  const column = quote(model.partitioning.column)
  const columns = staged.columns.map(({ name }) => quote(name)).join(', ')
  // A column that the table is still to take is null in its other rows.
  const known = new Set(published.columns.map(({ name }) => name.toLowerCase()))
  const old = staged.columns.map(({ name }) => (known.has(name.toLowerCase()) ? quote(name) : `null as ${quote(name)}`))
  const rest = `select ${old.join(', ')} from ${relationSql(site, model.relation)} where ${column} < ${start} or ${column} >= ${end}`
  return `(${rest} union all select ${columns} from ${relationSql(site, staged.relation)})`
}

function targetOf(site: BuildSite, model: Model, window: Window, staged: Staged): AssertionTarget {
  const partition = ordinalSql(site, model)
  const whole = wholeTable(site, model, window, staged)
  return {
    rows: relationSql(site, staged.relation),
    ...(partition ? { partition } : {}),
    ...(whole ? { whole } : {}),
    relation: (node) => (node === model.id ? relationSql(site, staged.relation) : readableSql(site, node)),
  }
}

/** The aggregates of the scan that are no assertions: two of the checksum, and the count of rows that are not settled. */
function factsOf({ adapter }: BuildSite, model: Model, staged: Staged): Facts {
  const excluded = new Set(model.config.checksumExclude.map((name) => name.toLowerCase()))
  const columns = staged.columns.filter(({ name }) => !excluded.has(name.toLowerCase()))
  const { row, sums } = adapter.dialect.checksum(columns)
  const unsettled = model.settled ? [`count(case when (${model.settled}\n) then null else 1 end)`] : []
  return { row, aggregates: [...sums('elt_row'), ...unsettled] }
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
  const compiled = compileAll(site, site.blocking.get(model.id) ?? [], target)
  const judged = { connection, target, ordinals }
  const { rows, measured } = await inspect(site, judged, compiled, factsOf(site, model, staged), model.id)
  if (target.partition !== undefined) {
    const stray = await strayRows(site, model, window, rows, {
      connection,
      from: target.rows,
      partition: target.partition,
    })
    if (stray.length > 0) throw new Failure(...stray)
  }
  const failed = new Map<number, string[]>()
  const judgements: Judgement[] = []
  for (const one of compiled) {
    const result = measured.get(one) ?? bug(`${one.assertion.id} was not measured`)
    const judgement = await judgeMeasured(site, one, result, judged, { model, staged: true, versions: '' })
    judgements.push(judgement)
    for (const ordinal of judgement.failing) failed.set(ordinal, [...(failed.get(ordinal) ?? []), one.assertion.hash])
  }
  const found = new Map(rows.map((row) => [row.ordinal, row]))
  const partitions = ordinals.map((ordinal) => {
    const row = found.get(ordinal)
    if (!row) return emptyPartition(model, ordinal)
    const [first, second, unsettled] = row.values
    return {
      ordinal,
      rows: row.rows,
      checksum: `${row.rows}:${String(first)}:${String(second)}`,
      settled: !model.settled || Number(unsettled) === 0,
    }
  })
  const diagnostics = judgements.flatMap((judgement) => judgement.outcome.diagnostics)
  return { partitions, failed, judgements, diagnostics }
}

import { join } from 'node:path'
import { lengthOf, parsePartition, type Window } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { bug, diagnose, Failure } from '../diagnostics/index.ts'
import { filesRead, type Plan } from '../planner/index.ts'
import { fill, type HoleValues, type SqlText, type Statement } from '../sql/index.ts'
import { locateValue } from './command-line.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'

/** The text of a source's files as a table expression; without a window all of them. */
function filesSql(compiled: Compiled, plan: Plan, source: string, window: Window | undefined): string {
  const { adapter, directory, graph } = compiled
  const definition = graph.sources.find(({ id }) => id === source) ?? bug(`no source ${source}`)
  if (definition.origin.kind !== 'files') return bug(`${source} has no files`)
  const { format, compression } = definition.origin
  const offered = plan.sources.find((signal) => signal.source === source)?.files ?? []
  const wanted = offered.filter(
    ({ gone, ordinal }) =>
      !gone && (!window || ordinal === undefined || (ordinal >= window.start && ordinal < window.end)),
  )
  const columns = definition.columns.map(({ name, type }) => ({ name, type: type ?? bug(`${name} has no type`) }))
  const paths = wanted.map((file) => join(directory, file.path))
  const sql = adapter.dialect.readFiles({ paths, format, compression, columns })
  if (sql === undefined)
    throw new Failure(diagnose('files-unsupported', { model: source, source }, definition.location))
  return sql
}

function relationSql({ adapter, graph }: Compiled, node: string): string {
  const { quote } = adapter.dialect
  const model = graph.models.find(({ id }) => id === node)
  if (model) return `${quote(model.relation.schema)}.${quote(model.relation.name)}`
  const origin = graph.sources.find(({ id }) => id === node)?.origin
  return origin?.kind === 'relation'
    ? `${quote(origin.schema)}.${quote(origin.identifier)}`
    : bug(`${node} is no relation`)
}

function holeValues(compiled: Compiled, files: HoleValues['files']): HoleValues {
  const { dialect } = compiled.adapter
  return {
    relation: (node) => relationSql(compiled, node),
    files,
    literal: (type, value) => dialect.literal({ type, value }),
  }
}

/** The window that a person wants to see the SQL of: `--partition`, else the newest due partition; none without partitions. */
export function windowToShow(context: Context, plan: Plan, model: Model): Window | undefined {
  if (!model.partitioning || model.config.materialized !== 'incremental') return undefined
  const { partition } = context.options
  if (partition !== undefined) {
    const ordinal = parsePartition(model.partitioning.grid, partition)
    if (ordinal !== undefined) return { start: ordinal, end: ordinal + 1 }
    const parameters = { option: '--partition', text: partition }
    throw new Failure(diagnose('invalid-partition', parameters, locateValue(context.line, partition)))
  }
  const due = plan.due[model.id]
  if (due && lengthOf(due) > 0) return { start: due.end - 1, end: due.end }
  throw new Failure(diagnose('no-partition-to-show', { model: model.name }, model.location))
}

/** The SELECT of a model, complete for a window of its partitions. */
export function modelSql(compiled: Compiled, plan: Plan, model: Model, window: Window | undefined): Statement {
  const values = holeValues(compiled, (source) =>
    filesSql(compiled, plan, source, filesRead(model, source, window, compiled.graph)),
  )
  const grid = model.partitioning?.grid
  return fill(model.sql, grid && window ? { ...values, grid, window } : values)
}

/** SQL without a window: a singular assertion, an inline query. */
export function wholeSql(compiled: Compiled, plan: Plan, sql: SqlText): Statement {
  return fill(
    sql,
    holeValues(compiled, (source) => filesSql(compiled, plan, source, undefined)),
  )
}

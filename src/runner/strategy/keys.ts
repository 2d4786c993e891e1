import type { Column, Connection } from '../../adapters/contract.ts'
import { windowsOf } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose, Failure, nearest } from '../../diagnostics/index.ts'
import {
  all,
  type BuildSite,
  keyOf,
  ordinalSql,
  relationSql,
  rowText,
  type Staged,
  type Workshop,
  windowLiterals,
  withoutPersonal,
} from '../site/index.ts'
import { keyOfRows, strategyOf } from './strategy.ts'

const folded = (name: string): string => name.toLowerCase()

/** Columns as they are named in a relation, where settings name them in other capitals. */
export function namedIn(columns: readonly string[], wanted: readonly string[]): readonly string[] {
  const known = new Map(columns.map((name) => [folded(name), name]))
  return wanted.map((name) => known.get(folded(name)) ?? name)
}

/** Columns that the settings of a merge name and that the query does not return: known before a row is read. */
export function keyColumnFaults(model: Model, columns: readonly Column[]): Diagnostic[] {
  const { merge, history } = model.config
  const names = columns.map(({ name }) => name)
  const known = new Set(names.map(folded))
  const missing = (setting: string, wanted: readonly string[] = []): Diagnostic[] =>
    wanted
      .filter((column) => !known.has(folded(column)))
      .map((column) => {
        const parameters = { model: model.id, setting, column, columns: names, nearest: nearest(column, names) }
        return diagnose('key-column-missing', parameters, model.location)
      })
  return [
    ...missing('unique_key', keyOfRows(model)),
    ...missing('check_cols', history?.checkColumns),
    ...missing('merge_update_columns', merge?.update),
    ...missing('merge_exclude_columns', merge?.exclude),
  ]
}

function keysOf({ adapter }: Pick<Workshop, 'adapter'>, model: Model, columns: readonly string[]): string[] {
  return namedIn(columns, keyOfRows(model)).map(adapter.dialect.quote)
}

/** Whether staged rows can be told apart. Throws `Failure` for keys that are null, or there twice: no row is written then. */
export async function checkKeys(site: BuildSite, model: Model, staged: Staged, connection: Connection): Promise<void> {
  const keys = keysOf(
    site,
    model,
    staged.columns.map(({ name }) => name),
  )
  if (keys.length === 0) return
  const from = relationSql(site, staged.relation)
  const isNull = keys.map((key) => `${key} is null`).join(' or ')
  const listed = keys.join(', ')
  const twice = `select ${listed}, count(*) as elt_rows from ${from} where not (${isNull}) group by ${listed} having count(*) > 1`
  const options = { signal: site.stop, label: model.id }
  const [nulls] = await connection.query(
    `select count(*) as total, count(case when ${isNull} then 1 end) as nulls from ${from}`,
    options,
  )
  const [doubles] = await connection.query(
    `select count(*) as keys, coalesce(sum(elt_rows), 0) as elt_rows from (${twice}) as twice`,
    options,
  )
  const about = { model: model.id, key: keyOfRows(model), total: Number(nulls?.total ?? 0) }
  const faults: Diagnostic[] = []
  if (Number(nulls?.nulls ?? 0) > 0) {
    const select = `select * from ${from} where ${isNull}`
    const found = await connection.query(site.adapter.dialect.firstRows(select, 3), options)
    const rows = withoutPersonal(site, [model.id], found).map(rowText)
    faults.push(diagnose('null-keys', { ...about, rows: Number(nulls?.nulls), sample: rows }, model.location))
  }
  if (Number(doubles?.keys ?? 0) > 0) {
    const found = await connection.query(site.adapter.dialect.firstRows(twice, 3), options)
    const rows = withoutPersonal(site, [model.id], found).map(
      ({ elt_rows: count, ...key }) => `${rowText(key)} in ${count} rows`,
    )
    const counts = { keys: Number(doubles?.keys), rows: Number(doubles?.elt_rows) }
    faults.push(diagnose('duplicate-keys', { ...about, ...counts, sample: rows }, model.location))
  }
  if (faults.length > 0) throw new Failure(...faults)
}

/** Staged rows whose key is published in another partition: pairs of `s` and `t`, each with its partition. */
function elsewhere(site: BuildSite, model: Model, staged: Staged, ordinals: readonly number[], keys: string[]): string {
  const { merge } = model.config
  const partition = ordinalSql(site, model)
  const windows = windowsOf(ordinals)
  const written = (column: string) =>
    windows.map(({ start, end }) => `(${column} >= ${start} and ${column} < ${end})`).join(' or ')
  const rows = (from: string, where = ''): string =>
    `(select ${keys.join(', ')}, ${partition} as elt_partition from ${from}${where})`
  const join = keys.map((key) => `s.${key} = t.${key}`).join(' and ')
  // Rows of the window that were not returned for their partition are deleted in any case.
  const others = merge?.deleteMissing ? ` and not (${written('t.elt_partition')})` : ''
  return `${rows(relationSql(site, staged.relation))} as s join ${rows(relationSql(site, model.relation), scopeOf(site, model, ordinals))} as t on ${join}
where (${written('s.elt_partition')}) and s.elt_partition <> t.elt_partition${others}`
}

/** The partitions that are searched for keys that lie elsewhere. */
function scopeOf(site: BuildSite, model: Model, ordinals: readonly number[]): string {
  const { merge, partitionBy } = model.config
  if (merge?.keyScope === undefined || merge.moves || !partitionBy) return ''
  const [first = 0] = ordinals
  const window = { start: first - merge.keyScope, end: (ordinals.at(-1) ?? first) + 1 + merge.keyScope }
  const { start, end } = windowLiterals(site, model, window)
  const column = site.adapter.dialect.quote(model.partitioning?.column ?? partitionBy.column)
  return ` where ${column} >= ${start} and ${column} < ${end}`
}

/**
 * The other partitions that lose rows because their key is staged for one of these: none unless the model says `moves`. Throws
 * `Failure` otherwise. To be asked in the publishing transaction, before anything is written.
 */
export async function partitionsLeft(
  site: BuildSite,
  model: Model,
  staged: Staged,
  ordinals: readonly number[],
  connection: Connection,
): Promise<number[]> {
  if (strategyOf(model) !== 'merge' || !model.partitioning || ordinals.length === 0) return []
  const columns = site.relations.find(model.relation)?.columns ?? staged.columns
  const keys = keysOf(
    site,
    model,
    columns.map(({ name }) => name),
  )
  const pairs = elsewhere(site, model, staged, ordinals, keys)
  const options = { signal: site.stop, label: model.id }
  const found = await connection.query(
    `select t.elt_partition as elt_partition, count(*) as elt_rows from ${pairs} group by t.elt_partition`,
    options,
  )
  if (found.length === 0) return []
  if (model.config.merge?.moves) {
    const left = found.map((row) => Number(row.elt_partition)).filter((ordinal) => !ordinals.includes(ordinal))
    return left.sort((a, b) => a - b)
  }
  const select = `select ${keys.map((key) => `s.${key}`).join(', ')}, s.elt_partition as elt_staged, t.elt_partition as elt_published from ${pairs}`
  const rows = await connection.query(site.adapter.dialect.firstRows(select, 3), options)
  const shown = withoutPersonal(site, [model.id], rows).map(({ elt_staged: to, elt_published: from, ...key }) => {
    return `${rowText(key)}: published in ${keyOf(model, Number(from))}, returned for ${keyOf(model, Number(to))}`
  })
  const total = found.reduce((sum, row) => sum + Number(row.elt_rows), 0)
  const window = { start: ordinals[0] ?? all.start, end: (ordinals.at(-1) ?? all.start) + 1 }
  const partitions = [...new Set([window.start, window.end - 1])].map((ordinal) => keyOf(model, ordinal)).join(' … ')
  const parameters = { model: model.id, key: keyOfRows(model), rows: total, partitions, sample: shown }
  throw new Failure(diagnose('key-moved', parameters, model.location))
}

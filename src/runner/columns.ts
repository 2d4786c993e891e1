import type { Column } from '../adapters/contract.ts'
import type { Model } from '../compiler/index.ts'
import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { Workshop } from './context.ts'
import { relationSql } from './statement.ts'

const folded = (name: string): string => name.toLowerCase()

function duplicates(columns: readonly Column[]): string[] {
  const seen = new Set<string>()
  return columns.map((column) => column.name).filter((name) => seen.has(folded(name)) || !seen.add(folded(name)))
}

/** What is wrong with the partition column of a query's result. */
function partitionColumnFault(workshop: Workshop, model: Model, columns: readonly Column[]): Diagnostic | undefined {
  if (!model.partitioning) return undefined
  const { column, type } = model.partitioning
  const found = columns.find(({ name }) => folded(name) === folded(column))
  if (!found) {
    const names = columns.map(({ name }) => name)
    const parameters = { model: model.id, column, columns: names, nearest: nearest(column, names) }
    return diagnose('partition-column-missing', parameters, model.location)
  }
  const engineType = workshop.adapter.dialect.type(type)
  if (engineType === undefined || engineType.toLowerCase() === found.type.toLowerCase()) return undefined
  const parameters = { model: model.id, column, expected: type, actual: found.type }
  return diagnose('partition-column-type', parameters, model.location)
}

/** How a query's columns differ from those of the published table. */
export interface ColumnChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly retyped: readonly string[]
}

/** Undefined when they agree: order and the case of names do not matter. */
export function columnChanges(published: readonly Column[], staged: readonly Column[]): ColumnChanges | undefined {
  const before = new Map(published.map((column) => [folded(column.name), column]))
  const after = new Map(staged.map((column) => [folded(column.name), column]))
  const names = (columns: readonly Column[]): string[] => columns.map(({ name }) => name)
  const added = names(staged.filter(({ name }) => !before.has(folded(name))))
  const removed = names(published.filter(({ name }) => !after.has(folded(name))))
  const retyped = staged.flatMap(({ name, type }) => {
    const old = before.get(folded(name))
    return old && old.type !== type ? [`${name} (${old.type} to ${type})`] : []
  })
  return added.length + removed.length + retyped.length > 0 ? { added, removed, retyped } : undefined
}

/** What forbids to publish rows with these columns, known before a row is read. */
export function columnFaults(workshop: Workshop, model: Model, columns: readonly Column[]): Diagnostic[] {
  const twice = duplicates(columns)
  if (twice.length > 0) return [diagnose('duplicate-columns', { model: model.id, columns: twice }, model.location)]
  const fault = partitionColumnFault(workshop, model, columns)
  if (fault) return [fault]
  const published = workshop.relations.find(model.relation)
  if (!model.partitioning || published?.kind !== 'table') return []
  const changes = columnChanges(published.columns, columns)
  if (!changes) return []
  const drop = `drop table ${relationSql(workshop, model.relation)}`
  return [diagnose('schema-changed', { model: model.id, ...changes, drop }, model.location)]
}

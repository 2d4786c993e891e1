import type { WriteRequest } from '../contract.ts'
import { historyStatements } from '../history.ts'
import { relation } from '../standard-text.ts'
import { insert, list, mergeParts, stagedRows } from '../standard-write.ts'

/** Whether two rows differ in some columns, as they are stored: so that every type can be compared. */
function differ(columns: readonly string[], first: string, second: string): string {
  return `record_image_ne(row(${list(columns, first)}), row(${list(columns, second)}))`
}

/**
 * Brings staged rows in by their key; to be run in one transaction, by the only one who writes. Not by MERGE, which 14 does not
 * have, nor by `on conflict`, which needs an index. Rows are compared as they are stored, so that every type can be, and those
 * that come out equal are not touched.
 */
export function merge(request: WriteRequest): readonly string[] {
  const { columns, window, deleteMissing, moves } = request
  const { keys, same, within, update } = mergeParts(request, differ)
  if (window?.ranges.length === 0) return []
  if (request.empty && !moves) return [insert(request)]
  const target = relation(request.target)
  const staged = `(${stagedRows(request)}) as s`
  const missing = [...(within ? [within] : []), `not exists (select from ${staged} where ${keys})`].join(' and ')
  return [
    ...(deleteMissing ? [`delete from ${target} as t where ${missing}`] : []),
    ...(update ? [`update ${target} as t set ${update.set} from ${staged} where ${same} and ${update.where}`] : []),
    `insert into ${target} (${list(columns)}) select ${list(columns, 's.')} from ${staged} where not exists (select from ${target} as t where ${same})`,
  ]
}

/** Keeps the versions of rows. */
export function history(request: WriteRequest): readonly string[] {
  return historyStatements(request, differ)
}

import type { WriteRequest } from '../contract.ts'
import { historyStatements } from '../history.ts'
import { quote, relation } from '../standard-text.ts'
import { insert, list, mergeParts, stagedRows } from '../standard-write.ts'

/** Whether two rows differ in some columns. */
function differ(columns: readonly string[], first: string, second: string): string {
  const each = columns.map((column) => `${first}${quote(column)} is distinct from ${second}${quote(column)}`)
  return each.length > 0 ? each.join(' or ') : 'false'
}

/** Brings staged rows in by their key. Rows that come out equal are not touched. */
export function merge(request: WriteRequest): readonly string[] {
  const { target, columns, window, deleteMissing, moves } = request
  const { same, within, update } = mergeParts(request, differ)
  if (window?.ranges.length === 0) return []
  if (request.empty && !moves) return [insert(request)]
  const goes = within
    ? `when not matched by source and ${within} then delete`
    : 'when not matched by source then delete'
  return [
    [
      `merge into ${relation(target)} as t using (${stagedRows(request)}) as s on ${same}`,
      ...(update ? [`when matched and (${update.where}) then update set ${update.set}`] : []),
      `when not matched then insert (${list(columns)}) values (${list(columns, 's.')})`,
      ...(deleteMissing ? [goes] : []),
    ].join('\n'),
  ]
}

/** Keeps the versions of rows. */
export function history(request: WriteRequest): readonly string[] {
  return historyStatements(request, differ)
}

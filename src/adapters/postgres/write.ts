import type { WriteRequest } from '../contract.ts'
import { quote, relation } from './text.ts'

/** The rows of the window: any of its ranges. */
function inWindow(window: NonNullable<WriteRequest['window']>): string {
  const column = quote(window.column)
  const ranges = window.ranges.map((r) => `${column} >= ${r.start} and ${column} < ${r.end}`)
  return ranges.length === 1 ? ranges.join('') : ranges.map((r) => `(${r})`).join(' or ')
}

/** Deletes the ranges of the target and inserts the staged rows of the same ranges; to be run in one transaction. */
export function replacePartition(request: WriteRequest): readonly string[] {
  if (!request.window) return replaceTable(request)
  if (request.window.ranges.length === 0) return []
  const columns = request.columns.map(quote).join(', ')
  const where = inWindow(request.window)
  return [
    ...(request.empty ? [] : [`delete from ${relation(request.target)} where ${where}`]),
    `insert into ${relation(request.target)} (${columns}) select ${columns} from ${relation(request.staging)} where ${where}`,
  ]
}

/** Replaces all rows; to be run in one transaction. Readers see the old ones until it commits, which `truncate` would not let them. */
export function replaceTable(request: WriteRequest): readonly string[] {
  const columns = request.columns.map(quote).join(', ')
  return [
    ...(request.empty ? [] : [`delete from ${relation(request.target)}`]),
    `insert into ${relation(request.target)} (${columns}) select ${columns} from ${relation(request.staging)}`,
  ]
}

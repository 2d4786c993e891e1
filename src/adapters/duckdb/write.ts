import { bug } from '../../diagnostics/index.ts'
import type { WriteRequest } from '../contract.ts'
import { historyStatements } from '../history.ts'
import { quote, relation } from './text.ts'

type Ranges = NonNullable<WriteRequest['window']>

/** The rows of the window: any of its ranges. */
function inWindow(window: Ranges, alias = ''): string {
  const column = `${alias}${quote(window.column)}`
  const ranges = window.ranges.map((r) => `${column} >= ${r.start} and ${column} < ${r.end}`)
  return ranges.length === 1 ? ranges.join('') : ranges.map((r) => `(${r})`).join(' or ')
}

function list(columns: readonly string[], alias = ''): string {
  return columns.map((column) => `${alias}${quote(column)}`).join(', ')
}

/** Staged rows that are to be written, as a SELECT. */
function stagedRows({ staging, window, columns }: WriteRequest): string {
  return `select ${list(columns)} from ${relation(staging)}${window ? ` where ${inWindow(window)}` : ''}`
}

function insert(request: WriteRequest): string {
  return `insert into ${relation(request.target)} (${list(request.columns)}) ${stagedRows(request)}`
}

/** Whether two rows differ in some columns. */
function differ(columns: readonly string[], first: string, second: string): string {
  const each = columns.map((column) => `${first}${quote(column)} is distinct from ${second}${quote(column)}`)
  return each.length > 0 ? each.join(' or ') : 'false'
}

/** Deletes the ranges of the target and inserts the staged rows of the same ranges; to be run in one transaction. */
export function replacePartition(request: WriteRequest): readonly string[] {
  if (!request.window) return replaceTable(request)
  if (request.window.ranges.length === 0) return []
  const where = inWindow(request.window)
  return [...(request.empty ? [] : [`delete from ${relation(request.target)} where ${where}`]), insert(request)]
}

/** Replaces all rows; to be run in one transaction. */
export function replaceTable(request: WriteRequest): readonly string[] {
  return [...(request.empty ? [] : [`delete from ${relation(request.target)}`]), insert(request)]
}

/** Inserts the staged rows beside those that are there. */
export function append(request: WriteRequest): readonly string[] {
  return request.window?.ranges.length === 0 ? [] : [insert(request)]
}

/**
 * Brings staged rows in by their key. Rows that come out equal are not touched. Without `moves` a key has no row outside of the
 * window, so that only the window is looked at.
 */
export function merge(request: WriteRequest): readonly string[] {
  const { target, columns, window, uniqueKey = bug('a merge without a key'), deleteMissing, moves, updated } = request
  if (window?.ranges.length === 0) return []
  if (request.empty && !moves) return [insert(request)]
  const keys = uniqueKey.map((column) => `t.${quote(column)} = s.${quote(column)}`)
  const within = window ? `(${inWindow(window, 't.')})` : undefined
  const on = [...keys, ...(within && !moves ? [within] : [])].join(' and ')
  const taken = (updated ?? columns).filter((column) => !uniqueKey.includes(column))
  const differs = differ(taken, 't.', 's.')
  const set = taken.map((column) => `${quote(column)} = s.${quote(column)}`).join(', ')
  const goes = within
    ? `when not matched by source and ${within} then delete`
    : 'when not matched by source then delete'
  return [
    [
      `merge into ${relation(target)} as t using (${stagedRows(request)}) as s on ${on}`,
      ...(taken.length > 0 ? [`when matched and (${differs}) then update set ${set}`] : []),
      `when not matched then insert (${list(columns)}) values (${list(columns, 's.')})`,
      ...(deleteMissing ? [goes] : []),
    ].join('\n'),
  ]
}

/** Keeps the versions of rows. */
export function history(request: WriteRequest): readonly string[] {
  return historyStatements(request, { quote, relation, differ })
}

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

/** Whether two rows differ in some columns, as they are stored: so that every type can be compared. */
function differ(columns: readonly string[], first: string, second: string): string {
  return `record_image_ne(row(${list(columns, first)}), row(${list(columns, second)}))`
}

/** Deletes the ranges of the target and inserts the staged rows of the same ranges; to be run in one transaction. */
export function replacePartition(request: WriteRequest): readonly string[] {
  if (!request.window) return replaceTable(request)
  if (request.window.ranges.length === 0) return []
  const where = inWindow(request.window)
  return [...(request.empty ? [] : [`delete from ${relation(request.target)} where ${where}`]), insert(request)]
}

/** Replaces all rows; to be run in one transaction. Readers see the old ones until it commits, which `truncate` would not let them. */
export function replaceTable(request: WriteRequest): readonly string[] {
  return [...(request.empty ? [] : [`delete from ${relation(request.target)}`]), insert(request)]
}

/** Inserts the staged rows beside those that are there. */
export function append(request: WriteRequest): readonly string[] {
  return request.window?.ranges.length === 0 ? [] : [insert(request)]
}

/**
 * Brings staged rows in by their key; to be run in one transaction, by the only one who writes. Not by MERGE, which 14 does not
 * have, nor by `on conflict`, which needs an index. Rows are compared as they are stored, so that every type can be, and those
 * that come out equal are not touched. Without `moves` a key has no row outside of the window, so that only the window is looked at.
 */
export function merge(request: WriteRequest): readonly string[] {
  const { columns, window, uniqueKey = bug('a merge without a key'), deleteMissing, moves, updated } = request
  if (window?.ranges.length === 0) return []
  if (request.empty && !moves) return [insert(request)]
  const target = relation(request.target)
  const staged = `(${stagedRows(request)}) as s`
  const keys = uniqueKey.map((column) => `t.${quote(column)} = s.${quote(column)}`).join(' and ')
  const within = window ? `(${inWindow(window, 't.')})` : undefined
  const same = [keys, ...(within && !moves ? [within] : [])].join(' and ')
  const taken = (updated ?? columns).filter((column) => !uniqueKey.includes(column))
  const set = taken.map((column) => `${quote(column)} = s.${quote(column)}`).join(', ')
  const differs = differ(taken, 't.', 's.')
  const missing = [...(within ? [within] : []), `not exists (select from ${staged} where ${keys})`].join(' and ')
  return [
    ...(deleteMissing ? [`delete from ${target} as t where ${missing}`] : []),
    ...(taken.length > 0 ? [`update ${target} as t set ${set} from ${staged} where ${same} and ${differs}`] : []),
    `insert into ${target} (${list(columns)}) select ${list(columns, 's.')} from ${staged} where not exists (select from ${target} as t where ${same})`,
  ]
}

/** Keeps the versions of rows. */
export function history(request: WriteRequest): readonly string[] {
  return historyStatements(request, { quote, relation, differ })
}

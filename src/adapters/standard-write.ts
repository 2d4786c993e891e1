import { bug } from '../diagnostics/index.ts'
import type { WriteRequest } from './contract.ts'
import { quote, relation } from './standard-text.ts'

type Ranges = NonNullable<WriteRequest['window']>

/** The rows of the window: any of its ranges. */
function inWindow(window: Ranges, alias = ''): string {
  const column = `${alias}${quote(window.column)}`
  const ranges = window.ranges.map((r) => `${column} >= ${r.start} and ${column} < ${r.end}`)
  return ranges.length === 1 ? ranges.join('') : ranges.map((r) => `(${r})`).join(' or ')
}

/** Quoted columns; the alias is followed by a dot. */
export function list(columns: readonly string[], alias = ''): string {
  return columns.map((column) => `${alias}${quote(column)}`).join(', ')
}

/** Staged rows that are to be written, as a SELECT. */
export function stagedRows({ staging, window, columns }: WriteRequest): string {
  return `select ${list(columns)} from ${relation(staging)}${window ? ` where ${inWindow(window)}` : ''}`
}

/** All staged rows of the window, inserted. */
export function insert(request: WriteRequest): string {
  return `insert into ${relation(request.target)} (${list(request.columns)}) ${stagedRows(request)}`
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

/** Whether two rows differ in some columns, nulls being equal to each other; the aliases are followed by a dot. */
export type Differ = (columns: readonly string[], first: string, second: string) => string

/** The parts of a merge, in which `t` is a row of the target and `s` a staged one. */
export function mergeParts(request: WriteRequest, differ: Differ) {
  const { columns, window, uniqueKey = bug('a merge without a key'), moves, updated } = request
  const keys = uniqueKey.map((column) => `t.${quote(column)} = s.${quote(column)}`).join(' and ')
  const within = window ? `(${inWindow(window, 't.')})` : undefined
  const taken = (updated ?? columns).filter((column) => !uniqueKey.includes(column))
  return {
    keys,
    within,
    /** Without `moves` a key has no row outside of the window, so that only the window is looked at. */
    same: [keys, ...(within && !moves ? [within] : [])].join(' and '),
    /** What a row that is there takes; undefined: nothing. */
    update:
      taken.length > 0
        ? {
            set: taken.map((column) => `${quote(column)} = s.${quote(column)}`).join(', '),
            where: differ(taken, 't.', 's.'),
          }
        : undefined,
  }
}

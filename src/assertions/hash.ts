import { hash } from 'node:crypto'
import type { SqlText } from '../sql/index.ts'
import type { Assertion } from './assertion.ts'

/** The text of compiled SQL, holes as data; where it was written plays no part. */
function textOf(sql: SqlText): readonly unknown[] {
  return sql.pieces.map((piece) => ('hole' in piece ? piece.hole : piece.text))
}

/** Hash of what decides an assertion's answer: hexadecimal SHA-256, 32 characters. */
export function hashOf(
  assertion: Omit<
    Assertion,
    'hash' | 'id' | 'name' | 'tags' | 'description' | 'location' | 'storeFailures' | 'owner' | 'meta' | 'expires'
  >,
): string {
  const {
    type,
    node,
    column,
    partitionColumn,
    arguments: given,
    severity,
    where,
    scope,
    warnIf,
    errorIf,
    reads,
    onEmpty,
    failCalc,
  } = assertion
  const sorted = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))
  const sql = assertion.sql && textOf(assertion.sql)
  const deciding = [type, node, column, partitionColumn, sorted, severity, where, scope, warnIf, errorIf, reads, sql]
  // What most lack is left out there: an assertion that does not have it keeps the hash that it is known by.
  if (onEmpty !== undefined || failCalc !== undefined) deciding.push([onEmpty, failCalc])
  return hash('sha256', JSON.stringify(deciding.map((part) => part ?? null)), 'hex').slice(0, 32)
}

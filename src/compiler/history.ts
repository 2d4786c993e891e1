import type { Dialect } from '../adapters/contract.ts'
import type { HistoryConfig } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'

/**
 * The query of a history with the columns that its versions have beside the query's: each row as a version that begins when
 * the row says it changed, or at this moment, and has not ended.
 */
export function withVersions(sql: SqlText, history: HistoryConfig, dialect: Dialect): SqlText {
  const { quote } = dialect
  const { validFrom, validTo, isDeleted } = history.columns
  const { updatedAt, hardDeletes } = history
  const begin = updatedAt === undefined ? 'current_timestamp' : `current_rows.${quote(updatedAt)}`
  const added = [
    `${begin} as ${quote(validFrom)}`,
    // A null of the same type.
    `nullif(${begin}, ${begin}) as ${quote(validTo)}`,
    ...(hardDeletes === 'new_record' ? [`false as ${quote(isDeleted)}`] : []),
  ]
  const before = { text: `select current_rows.*, ${added.join(', ')} from (\n` }
  return { pieces: [before, ...sql.pieces, { text: '\n) as current_rows' }] }
}

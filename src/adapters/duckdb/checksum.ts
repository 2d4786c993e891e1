import { createHash } from 'node:crypto'
import type { Column } from '../contract.ts'
import { quote } from './text.ts'

/** A number that stands for a column's name and type. */
function salt(column: Column): bigint {
  return createHash('sha256').update(`${column.name}\0${column.type}`).digest().readBigUInt64LE(0)
}

/** A value as it is compared: floats to 12 significant digits, since parallel sums differ in the last bits. */
function comparable(column: Column): string {
  const name = quote(column.name)
  if (column.type !== 'DOUBLE' && column.type !== 'FLOAT') return name
  const digits = `11 - cast(floor(log10(abs(${name}))) as integer)`
  return `case when isfinite(${name}) and ${name} <> 0 then round(cast(${name} as double), ${digits}) else cast(${name} as double) end`
}

/**
 * Two sums over a hash of each row (DESIGN §7). A row's hash is taken of the sum of its values' hashes, each mixed with its
 * column's name and type: the order of columns and rows is of no matter, values cannot change places, and NULL adds nothing.
 * The engine's `hash` may differ between its releases; then equal rows are written once more, and nothing is lost.
 */
export function checksum(columns: readonly Column[]): readonly [string, string] {
  const values = columns.map(
    (c) =>
      `case when ${quote(c.name)} is null then 0::hugeint else hash(${comparable(c)}, ${salt(c)}::ubigint)::hugeint end`,
  )
  const row = `hash(${['1::hugeint', ...values].join(' + ')})`
  return [`cast(coalesce(sum(${row}), 0) as varchar)`, `cast(coalesce(sum(hash(${row})), 0) as varchar)`]
}

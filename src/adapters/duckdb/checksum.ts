import { createHash } from 'node:crypto'
import type { Column } from '../contract.ts'
import { quote } from '../standard-text.ts'

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
 * A hash of each row and two sums over it (DESIGN §7). A row's hash is taken of its values' hashes, each mixed with its
 * column's name and type, hashed once more (the engine mixes two values by XOR) and then combined by XOR: the order of columns is
 * of no matter, values cannot change places, and NULL adds nothing. Rows are summed, so that equal ones do not cancel out. The engine's `hash` may differ between its releases;
 * then equal rows are written once more, and nothing is lost.
 */
export function checksum(columns: readonly Column[]) {
  const values = columns.map(
    (c) =>
      `case when ${quote(c.name)} is null then 0::ubigint else hash(hash(${comparable(c)}, ${salt(c)}::ubigint)) end`,
  )
  return {
    row: `hash(${values.reduce((all, value) => `xor(${all}, ${value})`, '1::ubigint')})`,
    sums: (row: string) =>
      [`cast(coalesce(sum(${row}), 0) as varchar)`, `cast(coalesce(sum(hash(${row})), 0) as varchar)`] as const,
  }
}

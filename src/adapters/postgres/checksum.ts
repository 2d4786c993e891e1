import { createHash } from 'node:crypto'
import type { Column } from '../contract.ts'
import { quote } from '../standard-text.ts'

/** A number that stands for a column's name and type, as a literal of a signed 64-bit integer. */
function salt(column: Column): string {
  return `'${createHash('sha256').update(`${column.name}\0${column.type}`).digest().readBigInt64LE(0)}'::bigint`
}

const floats: ReadonlySet<string> = new Set(['double precision', 'real'])
const integers: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint'])

/**
 * A value as the text that is compared: floats to 12 significant digits, since parallel sums differ in the last bits; instants
 * in UTC, whatever zone a connection has. Adding zero takes the sign from a negative zero.
 */
function comparable({ name: column, type }: Column): string {
  const name = quote(column)
  if (floats.has(type)) {
    const value = `${name}::double precision`
    return `case when ${value} in ('NaN', 'Infinity', '-Infinity') then ${value}::text else to_char(${value} + 0, '9.99999999999EEEE') end`
  }
  return type.endsWith(' with time zone') && type.startsWith('timestamp')
    ? `(${name} at time zone 'UTC')::text`
    : `${name}::text`
}

function hashOf(column: Column): string {
  return integers.has(column.type)
    ? `hashint8extended(${quote(column.name)}, ${salt(column)})`
    : `hashtextextended((${comparable(column)}) collate "C", ${salt(column)})`
}

/**
 * A hash of each row and two sums over it (DESIGN §7). A row's hash is taken of its values' hashes, each salted with its
 * column's name and type and combined by XOR, so that the order of columns is of no matter and NULL adds nothing, and then hashed
 * once more. Rows are summed, so that equal ones do not cancel out; the sum of 64-bit integers is a number without bounds, it
 * never overflows. The engine's hashes may differ between its releases; then equal rows are written once more, and nothing is lost.
 */
export function checksum(columns: readonly Column[]) {
  const values = columns.map((column) => `coalesce(${hashOf(column)}, 0)`)
  return {
    row: `hashint8extended(${['1::bigint', ...values].join(' # ')}, 0)`,
    sums: (row: string) =>
      [`coalesce(sum(${row}), 0)::text`, `coalesce(sum(hashint8extended(${row}, 1)), 0)::text`] as const,
  }
}

import { nearest } from '../diagnostics/index.ts'

/** The logical types of columns, the same on every engine, each with the other names it goes by. */
const logical: Readonly<Record<string, readonly string[]>> = {
  boolean: ['bool'],
  integer: ['int'],
  bigint: [],
  double: ['float'],
  decimal: ['numeric'],
  text: ['string', 'varchar'],
  date: [],
  instant: ['timestamptz', 'timestamp with time zone'],
  local: ['timestamp', 'datetime'],
  time: [],
  json: [],
}

export const logicalTypes: readonly string[] = Object.keys(logical).map((type) =>
  type === 'decimal' ? 'decimal(p,s)' : type,
)

/** The logical type that a text names, as it is written in the graph (`decimal(10,2)`); undefined for an unknown one. */
export function logicalType(written: string): string | undefined {
  const match = /^([a-z][a-z ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(written.trim().toLowerCase())
  if (!match) return undefined
  const [, word = '', precision, scale = '0'] = match
  const name = Object.keys(logical).find((type) => type === word || logical[type]?.includes(word))
  if (name !== 'decimal') return precision === undefined || name === 'text' ? name : undefined
  if (precision === undefined || Number(precision) < 1 || Number(precision) > 38) return undefined
  return Number(scale) <= Number(precision) ? `decimal(${precision},${scale})` : undefined
}

export function nearestType(written: string): string | undefined {
  return nearest(written, [...Object.keys(logical), ...Object.values(logical).flat()])
}

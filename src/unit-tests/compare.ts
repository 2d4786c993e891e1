/** A row as its values, one for each column that is compared. */
export type Values = readonly unknown[]

/** How values are compared. */
export interface Comparing {
  /** How far numbers may lie apart; absent: twelve digits of floating ones must agree, and all of decimals. */
  readonly tolerance?: number
  /** Columns whose texts may be numbers of any length, as decimals are; others are compared as they are. */
  readonly isNumeric: (column: number) => boolean
  readonly ordered: boolean
}

/** Rows that have no equal on the other side; those that most likely are the same row stand together. */
export interface Difference {
  readonly missing: readonly Values[]
  readonly unexpected: readonly Values[]
  readonly differing: readonly { readonly expected: Values; readonly actual: Values }[]
}

/** Half a unit of the twelfth digit: sums in another order differ by less. */
const closeness = 5e-12

/** More rows than these are not looked through for those that most resemble each other: the square of it is tried. */
const mostPaired = 200

const number = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

function near(a: number, b: number, tolerance: number | undefined): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  if (tolerance !== undefined) return Math.abs(a - b) <= tolerance
  if (Number.isInteger(a) && Number.isInteger(b)) return false
  return Math.abs(a - b) <= closeness * Math.max(Math.abs(a), Math.abs(b))
}

/** Whether two values are equal: NULL is equal to NULL, numbers to those that are near enough. */
export function areEqual(a: unknown, b: unknown, numeric: boolean, tolerance: number | undefined): boolean {
  if (a === b) return true
  if (typeof a === 'number' && typeof b === 'number') return near(a, b, tolerance)
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => areEqual(item, b[i], numeric, tolerance))
  }
  if (a === null || b === null) return false
  if (typeof a === 'object' && typeof b === 'object') {
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
    const keys = Object.keys(left)
    const isSameShape = keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key))
    return isSameShape && keys.every((key) => areEqual(left[key], right[key], numeric, tolerance))
  }
  if (!numeric || !number.test(String(a)) || !number.test(String(b))) return false
  return tolerance === undefined ? sameDecimal(String(a), String(b)) : near(Number(a), Number(b), tolerance)
}

/** Whether two decimals are one number: `10` and `10.000` are, to the last digit of however many. */
function sameDecimal(a: string, b: string): boolean {
  const [left, right] = [plainDecimal(a), plainDecimal(b)]
  return left !== undefined && left === right
}

/** A decimal without zeros that say nothing; undefined for one with an exponent. */
function plainDecimal(text: string): string | undefined {
  const [, sign = '', before = '', after = ''] = /^([+-]?)0*(\d+?)(?:\.(\d+?)0*)?$/.exec(text) ?? []
  if (before === '') return undefined
  const digits = after === '' || after === '0' ? before : `${before}.${after}`
  return sign === '-' && digits !== '0' ? `-${digits}` : digits
}

function rowsEqual(a: Values, b: Values, { isNumeric, tolerance }: Comparing): boolean {
  return a.every((value, i) => areEqual(value, b[i], isNumeric(i), tolerance))
}

function equalCells(a: Values, b: Values, { isNumeric, tolerance }: Comparing): number {
  return a.filter((value, i) => areEqual(value, b[i], isNumeric(i), tolerance)).length
}

/** The same text for the same values, and no other. */
function textOf(row: Values): string {
  return JSON.stringify(row, (_, value: unknown) => {
    return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value
  })
}

/** Takes away what is on both sides to the last digit, each row as often as it is there. */
function withoutSame(expected: readonly Values[], actual: readonly Values[]): [Values[], Values[]] {
  const waiting = new Map<string, Values[]>()
  for (const row of expected) {
    const key = textOf(row)
    const same = waiting.get(key)
    if (same) same.push(row)
    else waiting.set(key, [row])
  }
  const left = actual.filter((row) => waiting.get(textOf(row))?.pop() === undefined)
  const gone = new Set([...waiting.values()].flat())
  return [expected.filter((row) => gone.has(row)), left]
}

/** For as many rows as there can be an equal one on the other side, which is nobody else's: its number, by that of the row. */
function matched(expected: readonly Values[], actual: readonly Values[], comparing: Comparing): Map<number, number> {
  const taken = new Map<number, number>()
  const find = (row: number, tried: Set<number>): boolean => {
    for (const [other, values] of actual.entries()) {
      if (tried.has(other) || !rowsEqual(expected[row] ?? [], values, comparing)) continue
      tried.add(other)
      const before = taken.get(other)
      if (before === undefined || find(before, tried)) {
        taken.set(other, row)
        return true
      }
    }
    return false
  }
  for (let row = 0; row < expected.length; row++) find(row, new Set())
  return new Map([...taken].map(([other, row]) => [row, other]))
}

/** Puts rows together that agree in most cells, in one at least. */
function paired(missing: readonly Values[], unexpected: readonly Values[], comparing: Comparing): Difference {
  if (missing.length > mostPaired || unexpected.length > mostPaired) return { missing, unexpected, differing: [] }
  const likeness = missing.flatMap((expected, row) =>
    unexpected.map((actual, other) => ({ row, other, cells: equalCells(expected, actual, comparing) })),
  )
  const partners = new Map<number, number>()
  const used = new Set<number>()
  for (const { row, other, cells } of likeness.sort((a, b) => b.cells - a.cells)) {
    if (cells === 0 || partners.has(row) || used.has(other)) continue
    partners.set(row, other)
    used.add(other)
  }
  return {
    missing: missing.filter((_, row) => !partners.has(row)),
    unexpected: unexpected.filter((_, other) => !used.has(other)),
    differing: missing.flatMap((expected, row) => {
      const actual = unexpected[partners.get(row) ?? -1]
      return actual ? [{ expected, actual }] : []
    }),
  }
}

/** Row by row, as they come. */
function compareInOrder(expected: readonly Values[], actual: readonly Values[], comparing: Comparing): Difference {
  const both = expected.slice(0, actual.length)
  return {
    missing: expected.slice(actual.length),
    unexpected: actual.slice(expected.length),
    differing: both.flatMap((row, i) => {
      const other = actual[i] ?? []
      return rowsEqual(row, other, comparing) ? [] : [{ expected: row, actual: other }]
    }),
  }
}

/** How rows differ from those expected: as a list, or, unless their order counts, as a bag in which each counts as often as it is there. */
export function compareRows(expected: readonly Values[], actual: readonly Values[], comparing: Comparing): Difference {
  if (comparing.ordered) return compareInOrder(expected, actual, comparing)
  const [missing, unexpected] = withoutSame(expected, actual)
  const pairs = matched(missing, unexpected, comparing)
  const used = new Set(pairs.values())
  return paired(
    missing.filter((_, row) => !pairs.has(row)),
    unexpected.filter((_, row) => !used.has(row)),
    comparing,
  )
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Comparing, compareRows, type Values } from './compare.ts'

const exactly: Comparing = { ordered: false, isNumeric: () => true }

const value = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('a', 'b', 'NULL', ''),
)
const rows = fc.array(fc.tuple(value, value), { maxLength: 8 })

/** What is left of a bag when another one is taken away, counted the slow way. */
function left(rows: readonly Values[], others: readonly Values[]): Values[] {
  const rest = [...others]
  return rows.filter((row) => {
    const at = rest.findIndex((other) => other.every((cell, i) => cell === row[i]))
    if (at < 0) return true
    rest.splice(at, 1)
    return false
  })
}

const sorted = (all: readonly Values[]) => all.map((row) => JSON.stringify(row)).sort()

describe('rows whose order does not count', () => {
  test('differ by exactly those that the other bag lacks', () => {
    fc.assert(
      fc.property(rows, rows, (expected, actual) => {
        const { missing, unexpected, differing } = compareRows(expected, actual, exactly)
        expect(sorted([...missing, ...differing.map((one) => one.expected)])).toEqual(sorted(left(expected, actual)))
        expect(sorted([...unexpected, ...differing.map((one) => one.actual)])).toEqual(sorted(left(actual, expected)))
      }),
    )
  })

  test('are equal in any order, and not when one is there once more', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (all, seed) => {
        const shuffled = [...all].sort((a, b) => (JSON.stringify([a, seed]) < JSON.stringify([b, seed]) ? 1 : -1))
        expect(compareRows(all, shuffled, exactly)).toEqual({ missing: [], unexpected: [], differing: [] })
        const [first] = all
        if (first) expect(compareRows(all, [...shuffled, first], exactly).unexpected).toEqual([first])
      }),
    )
  })

  test('hold decimals that are one number, to the last of their digits', () => {
    const differ = (a: unknown, b: unknown) =>
      compareRows([[a]], [[b]], exactly).unexpected.length > 0 ||
      compareRows([[a]], [[b]], exactly).differing.length > 0
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(8), (digits, zeros) => {
        const text = String(digits)
        expect(differ(text, `${text}.${'0'.repeat(zeros + 1)}`)).toBe(false)
        expect(differ(text, String(digits + 1n))).toBe(true)
        expect(differ(`${text}.5`, `${text}.5${'0'.repeat(zeros)}`)).toBe(false)
        expect(differ(`${text}.5`, `${text}.05`)).toBe(true)
      }),
    )
    expect(differ('-0.00', '0')).toBe(false)
  })

  test('are shown together where they agree in most cells', () => {
    const { missing, unexpected, differing } = compareRows(
      [
        ['UA', 1, 'late'],
        ['AA', 2, 'early'],
      ],
      [
        ['AA', 3, 'early'],
        ['DL', 9, 'lost'],
      ],
      exactly,
    )
    expect(differing).toEqual([{ expected: ['AA', 2, 'early'], actual: ['AA', 3, 'early'] }])
    expect({ missing, unexpected }).toEqual({ missing: [['UA', 1, 'late']], unexpected: [['DL', 9, 'lost']] })
  })
})

describe('numbers', () => {
  const one = (a: unknown, b: unknown, more: Partial<Comparing> = {}) =>
    compareRows([['x', a]], [['x', b]], { ...exactly, ...more }).differing.length === 0

  test('with twelve equal digits are equal, and whole ones to the last digit', () => {
    expect([one(0.1 + 0.2, 0.3), one(1e15 + 0.5, 1e15 + 0.625), one(1 / 3, 0.333333333)]).toEqual([true, true, false])
    expect([one(1e15, 1e15 + 1), one(Number.NaN, Number.NaN), one(0, null)]).toEqual([false, true, false])
  })

  test('may lie apart as far as the test says, decimals that come as texts, too', () => {
    expect([one(10, 10.4, { tolerance: 0.5 }), one(10, 11, { tolerance: 0.5 })]).toEqual([true, false])
    expect(one('123456789012345678.10', '123456789012345678.15', { tolerance: 0.1 })).toBe(true)
    expect(one('1.10', '1.15', { tolerance: 0.1, isNumeric: () => false })).toBe(false)
  })

  test('find their partners where each has several', () => {
    const result = compareRows([[1], [1.4]], [[1.1], [0.7]], { ...exactly, tolerance: 0.5 })
    expect(result).toEqual({ missing: [], unexpected: [], differing: [] })
  })

  test('in lists and records are compared as those beside them', () => {
    expect(one([1, { a: 0.1 + 0.2 }], [1, { a: 0.3 }])).toBe(true)
    expect(one([1, { a: 1 }], [1, { a: 2 }])).toBe(false)
    expect(one({ a: 1 }, { a: 1, b: null })).toBe(false)
  })
})

test('rows whose order counts are compared one by one', () => {
  const ordered = { ...exactly, ordered: true }
  expect(compareRows([['a'], ['b']], [['b'], ['a']], ordered).differing).toHaveLength(2)
  expect(compareRows([['a'], ['b']], [['a']], ordered)).toEqual({ missing: [['b']], unexpected: [], differing: [] })
})

import type { CasesByCheck } from './cases.ts'

const none = { rows: '', failures: 0 }
const pair = { columns: 'a integer, b integer, word varchar', empty: none } as const
const korean = { where: `word = '인천'` }

/** Of checks of a row's columns against each other. */
export const ofRecords: CasesByCheck = {
  columns_equal: {
    ...pair,
    given: { a: 'a', b: 'b' },
    passes: { rows: `(1, 1, 'x')`, failures: 0 },
    fails: { rows: `(1, 2, 'x'), (1, 1, 'x')`, failures: 1 },
    nulls: { rows: `(null, null, 'x'), (1, null, 'x'), (null, 1, 'x')`, failures: 2 },
    duplicates: { rows: `(1, 2, 'x'), (1, 2, 'x')`, failures: 2 },
    unicode: { rows: `(1, 2, '인천'), (1, 2, 'x')`, given: korean, failures: 1 },
    more: {
      'leaves out rows with any NULL': {
        rows: `(null, null, 'x'), (1, null, 'x'), (1, 2, 'x')`,
        given: { ignore_nulls: 'any' },
        failures: 1,
      },
    },
  },
  a_greater_than_b: {
    ...pair,
    given: { a: 'a', b: 'b' },
    passes: { rows: `(2, 1, 'x')`, failures: 0 },
    fails: { rows: `(1, 2, 'x'), (1, 1, 'x')`, failures: 2 },
    nulls: { rows: `(null, 1, 'x'), (1, null, 'x')`, failures: 0 },
    duplicates: { rows: `(1, 2, 'x'), (1, 2, 'x')`, failures: 2 },
    unicode: { rows: `(1, 2, '인천'), (1, 2, 'x')`, given: korean, failures: 1 },
    more: { 'lets equal values pass when told so': { rows: `(1, 1, 'x')`, given: { or_equal: true }, failures: 0 } },
  },
  pair_in_set: {
    columns: 'a integer, word varchar',
    empty: none,
    given: {
      columns: ['a', 'word'],
      pairs: [
        [1, 'x'],
        [2, '인천'],
      ],
    },
    passes: { rows: `(1, 'x')`, failures: 0 },
    fails: { rows: `(1, '인천'), (2, 'x'), (1, 'x')`, failures: 2 },
    nulls: { rows: `(null, 'x'), (1, null), (null, null)`, failures: 0 },
    duplicates: { rows: `(3, 'x'), (3, 'x')`, failures: 2 },
    unicode: { rows: `(2, '인천'), (2, '김포')`, failures: 1 },
    more: {
      'takes NULLs for values where a pair has one': {
        rows: `(1, null), (2, null), (null, 'x'), (3, 'x')`,
        given: {
          pairs: [
            [1, null],
            [3, 'x'],
          ],
        },
        failures: 2,
      },
      'reads SQL with quote: false': {
        rows: `(2, 'x'), (3, 'x')`,
        given: { pairs: [['1 + 1', "'x'"]], quote: false },
        failures: 1,
      },
    },
  },
  sum_equals: {
    ...pair,
    given: { columns: ['a', 'b'], total: 10 },
    passes: { rows: `(4, 6, 'x')`, failures: 0 },
    fails: { rows: `(4, 5, 'x'), (10, 0, 'x')`, failures: 1 },
    nulls: { rows: `(null, 10, 'x')`, failures: 0 },
    duplicates: { rows: `(1, 1, 'x'), (1, 1, 'x')`, failures: 2 },
    unicode: { rows: `(1, 1, '인천'), (1, 1, 'x')`, given: korean, failures: 1 },
    more: {
      'compares with SQL, within a tolerance': {
        rows: `(1, 2, '3'), (1, 2, '4'), (1, 2, '5')`,
        given: { total: 'cast(word as integer)', tolerance: 1 },
        failures: 1,
      },
      'sums up all rows': { rows: `(1, 2, 'x'), (3, 4, 'x')`, given: { of_all: true }, failures: 0, value: 0 },
      'sums up all rows that where leaves': {
        rows: `(4, 6, 'x'), (3, 4, 'y')`,
        given: { of_all: true, where: `word = 'x'` },
        failures: 0,
      },
      'sums up groups': {
        rows: `(4, 6, 'x'), (3, 4, 'y'), (1, 2, 'y')`,
        given: { of_all: true, group_by: ['word'] },
        failures: 0,
      },
      'finds groups whose sum is another': {
        rows: `(4, 6, 'x'), (3, 4, 'y'), (1, 1, 'z')`,
        given: { of_all: true, group_by: ['word'], total: 'count(*) * 10' },
        failures: 2,
      },
    },
  },
  unique_within_record: {
    ...pair,
    given: { columns: ['a', 'b'] },
    passes: { rows: `(1, 2, 'x')`, failures: 0 },
    fails: { rows: `(1, 1, 'x'), (1, 2, 'x')`, failures: 1 },
    nulls: { rows: `(null, null, 'x'), (1, null, 'x')`, failures: 0 },
    duplicates: { rows: `(1, 1, 'x'), (1, 1, 'x')`, failures: 2 },
    unicode: { rows: `(1, 1, '인천'), (1, 1, 'x')`, given: korean, failures: 1 },
    more: {
      'takes NULLs for equal where nothing is left out': {
        rows: `(null, null, 'x'), (1, null, 'x')`,
        given: { ignore_nulls: 'never' },
        failures: 1,
      },
    },
  },
  implies: {
    ...pair,
    // biome-ignore lint/suspicious/noThenProperty: the name that people write; nothing awaits it
    given: { if: 'a > 0', then: 'b > a -- more' },
    passes: { rows: `(1, 2, 'x'), (0, 0, 'x')`, failures: 0 },
    fails: { rows: `(1, 1, 'x')`, failures: 1 },
    nulls: { rows: `(null, 1, 'x'), (1, null, 'x')`, failures: 1 },
    duplicates: { rows: `(1, 1, 'x'), (1, 1, 'x')`, failures: 2 },
    unicode: { rows: `(1, 1, '인천'), (1, 1, 'x')`, given: { if: `word = '인천'` }, failures: 1 },
  },
  exactly_one: {
    ...pair,
    given: { columns: ['a', 'b'] },
    passes: { rows: `(1, null, 'x'), (null, 1, 'x')`, failures: 0 },
    fails: { rows: `(1, 1, 'x')`, failures: 1 },
    nulls: { rows: `(null, null, 'x')`, failures: 1 },
    duplicates: { rows: `(1, 1, 'x'), (1, 1, 'x')`, failures: 2 },
    unicode: { rows: `(1, 1, '인천'), (1, 1, 'x')`, given: korean, failures: 1 },
  },
  mutually_null: {
    ...pair,
    given: { columns: ['a', 'b'] },
    passes: { rows: `(1, 1, 'x'), (null, null, 'x')`, failures: 0 },
    fails: { rows: `(1, null, 'x'), (null, 1, 'x')`, failures: 2 },
    nulls: { rows: `(null, null, null)`, failures: 0 },
    duplicates: { rows: `(1, null, 'x'), (1, null, 'x')`, failures: 2 },
    unicode: { rows: `(1, null, '인천'), (1, null, 'x')`, given: korean, failures: 1 },
  },
}

import type { CasesByCheck } from './cases.ts'

const none = { rows: '', failures: 0 }
const steps = 'n integer, seen integer, word varchar'
const ranges = 'a integer, b integer, word varchar'

/** Of checks that look at the row before or after. */
export const ofOrder: CasesByCheck = {
  sequential: {
    column: 'n',
    columns: steps,
    passes: { rows: `(3, 0, 'x'), (1, 0, 'x'), (2, 0, 'x')`, failures: 0 },
    fails: { rows: `(1, 0, 'x'), (3, 0, 'x'), (4, 0, 'x'), (9, 0, 'x')`, failures: 2 },
    nulls: { rows: `(1, 0, 'x'), (null, 0, 'x'), (2, 0, 'x')`, failures: 0 },
    duplicates: { rows: `(1, 0, 'x'), (1, 0, 'x'), (2, 0, 'x')`, failures: 1 },
    empty: none,
    unicode: {
      rows: `(1, 0, '인천'), (2, 0, '인천'), (7, 0, '김포'), (9, 0, '김포')`,
      given: { group_by: ['word'] },
      failures: 1,
    },
    more: {
      'takes another step': { rows: `(10, 0, 'x'), (20, 0, 'x'), (25, 0, 'x')`, given: { interval: 10 }, failures: 1 },
    },
  },
  increasing: {
    column: 'n',
    columns: steps,
    given: { order_by: 'seen' },
    passes: { rows: `(1, 1, 'x'), (1, 2, 'x'), (5, 3, 'x')`, failures: 0 },
    fails: { rows: `(1, 1, 'x'), (5, 2, 'x'), (4, 3, 'x')`, failures: 1 },
    nulls: { rows: `(5, 1, 'x'), (null, 2, 'x'), (4, 3, 'x')`, failures: 1 },
    duplicates: { rows: `(1, 1, 'x'), (1, 2, 'x')`, given: { strict: true }, failures: 1 },
    empty: none,
    unicode: {
      rows: `(5, 1, '인천'), (1, 2, '김포'), (2, 3, '김포'), (4, 4, '인천')`,
      given: { group_by: ['word'] },
      failures: 1,
    },
    more: {
      'finds equal values where nothing orders the rows': {
        rows: `(3, 0, 'x'), (1, 0, 'x'), (3, 0, 'x')`,
        given: { order_by: null, strict: true },
        failures: 1,
      },
    },
  },
  decreasing: {
    column: 'n',
    columns: steps,
    given: { order_by: 'seen' },
    passes: { rows: `(5, 1, 'x'), (5, 2, 'x'), (1, 3, 'x')`, failures: 0 },
    fails: { rows: `(5, 1, 'x'), (1, 2, 'x'), (4, 3, 'x')`, failures: 1 },
    nulls: { rows: `(4, 1, 'x'), (null, 2, 'x'), (5, 3, 'x')`, failures: 1 },
    duplicates: { rows: `(1, 1, 'x'), (1, 2, 'x')`, given: { strict: true }, failures: 1 },
    empty: none,
    unicode: {
      rows: `(4, 1, '인천'), (2, 2, '김포'), (1, 3, '김포'), (5, 4, '인천')`,
      given: { group_by: ['word'] },
      failures: 1,
    },
    more: {
      'orders by the column itself where nothing else is said': {
        rows: `(3, 0, 'x'), (1, 0, 'x'), (3, 0, 'x')`,
        given: { order_by: null, strict: true },
        failures: 1,
      },
    },
  },
  mutually_exclusive_ranges: {
    columns: ranges,
    given: { lower: 'a', upper: 'b' },
    passes: { rows: `(1, 3, 'x'), (3, 5, 'x'), (9, 10, 'x')`, failures: 0 },
    fails: { rows: `(1, 4, 'x'), (3, 5, 'x'), (7, 6, 'x')`, failures: 2 },
    nulls: { rows: `(1, null, 'x'), (null, 9, 'x')`, failures: 2 },
    duplicates: { rows: `(1, 3, 'x'), (1, 3, 'x')`, failures: 1 },
    empty: none,
    unicode: { rows: `(1, 4, '인천'), (2, 5, '김포'), (3, 6, '인천')`, given: { partition_by: ['word'] }, failures: 1 },
    more: {
      'wants no gaps when they are not allowed': {
        rows: `(1, 3, 'x'), (4, 5, 'x'), (5, 6, 'x')`,
        given: { gaps: 'not_allowed' },
        failures: 1,
      },
      'wants gaps when they are required': {
        rows: `(1, 3, 'x'), (3, 5, 'x'), (6, 7, 'x')`,
        given: { gaps: 'required' },
        failures: 1,
      },
      'takes ranges of no length when they are allowed': {
        rows: `(1, 1, 'x'), (1, 2, 'x'), (4, 3, 'x')`,
        given: { zero_length: true },
        failures: 1,
      },
    },
  },
}

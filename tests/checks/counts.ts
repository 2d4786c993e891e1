import type { CasesByCheck } from './cases.ts'

/** Of checks that measure one value. */
export const ofCounts: CasesByCheck = {
  row_count: {
    columns: 'word varchar',
    given: { min: 1, max: 2 },
    passes: { rows: `('a'), ('b')`, failures: 0, value: 2 },
    fails: { rows: `('a'), ('b'), ('c')`, failures: 1, value: 3 },
    nulls: { rows: `(null)`, failures: 0, value: 1 },
    duplicates: { rows: `('a'), ('a'), ('a')`, failures: 1, value: 3 },
    empty: { rows: '', failures: 1 },
    unicode: { rows: `('인천'), ('김포'), ('제주')`, given: { where: `word <> '제주'` }, failures: 0, value: 2 },
    more: {
      'judges groups apart': { rows: `('a'), ('a'), ('a'), ('b')`, given: { group_by: ['word'] }, failures: 1 },
    },
  },
  not_empty: {
    columns: 'word varchar',
    passes: { rows: `('a')`, failures: 0, value: 1 },
    fails: { rows: `('a')`, given: { where: `word = 'b'` }, failures: 1, value: 0 },
    nulls: { rows: `(null), (null)`, failures: 0, value: 2 },
    duplicates: { rows: `('a'), ('a')`, failures: 0, value: 2 },
    empty: { rows: '', failures: 1 },
    unicode: { rows: `('인천'), ('김포')`, given: { where: `word = '인천'` }, failures: 0, value: 1 },
  },
  not_constant: {
    column: 'word',
    columns: 'word varchar, place varchar',
    passes: { rows: `('a', 'x'), ('b', 'x')`, failures: 0, value: 2 },
    fails: { rows: `('a', 'x')`, failures: 1, value: 1 },
    nulls: { rows: `(null, 'x'), (null, 'x')`, failures: 0 },
    duplicates: { rows: `('a', 'x'), ('a', 'y')`, failures: 1, value: 1 },
    empty: { rows: '', failures: 0 },
    unicode: {
      rows: `('a', '인천'), ('b', '인천'), ('c', '김포'), ('c', '김포')`,
      given: { group_by: ['place'] },
      failures: 1,
    },
  },
  at_least_one: {
    column: 'word',
    columns: 'word varchar, place varchar',
    passes: { rows: `(null, 'x'), ('a', 'x')`, failures: 0, value: 1 },
    fails: { rows: `(null, 'x'), (null, 'x')`, failures: 1, value: 0 },
    nulls: { rows: `(null, null)`, failures: 1, value: 0 },
    duplicates: { rows: `('a', 'x'), ('a', 'x')`, failures: 0, value: 2 },
    empty: { rows: '', failures: 1 },
    unicode: { rows: `('값', '인천'), (null, '김포'), (null, '김포')`, given: { group_by: ['place'] }, failures: 1 },
  },
  not_null_proportion: {
    column: 'word',
    columns: 'word varchar, place varchar',
    given: { min: 0.5, max: 0.75 },
    passes: { rows: `('a', 'x'), (null, 'x')`, failures: 0, value: 0.5 },
    fails: { rows: `('a', 'x'), (null, 'x'), (null, 'x'), (null, 'x')`, failures: 1, value: 0.25 },
    nulls: { rows: `(null, 'x')`, failures: 1, value: 0 },
    duplicates: { rows: `('a', 'x'), ('a', 'x')`, failures: 1, value: 1 },
    empty: { rows: '', failures: 0 },
    unicode: { rows: `('값', '인천'), (null, '인천'), (null, '김포')`, given: { group_by: ['place'] }, failures: 1 },
    more: {
      'measures the rows that where leaves': {
        rows: `('a', 'x'), (null, 'x'), (null, 'y')`,
        given: { where: `place = 'x'` },
        failures: 0,
        value: 0.5,
      },
      'leaves the bounds out with inclusive: false': {
        rows: `('a', 'x'), (null, 'x')`,
        given: { inclusive: false },
        failures: 1,
        value: 0.5,
      },
    },
  },
}

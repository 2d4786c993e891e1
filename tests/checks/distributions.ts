import type { CasesByCheck } from './cases.ts'

const none = { rows: '', failures: 0 }
const words = { column: 'word', columns: 'word varchar', empty: none } as const
const numbers = { column: 'n', columns: 'n double precision, word varchar', empty: none } as const
const korean = { where: `word = '인천'` }
/** Ten values of one kind, and one that is far from them. */
const far = Array.from({ length: 12 }, (_, i) => `(${i % 2}, 'x')`).join(', ')

/** Of checks that measure the values of a column, or how they are distributed. */
export const ofDistributions: CasesByCheck = {
  distinct_count: {
    ...words,
    given: { min: 2, max: 3 },
    passes: { rows: `('a'), ('b')`, failures: 0, value: 2 },
    fails: { rows: `('a'), ('b'), ('c'), ('d')`, failures: 1, value: 4 },
    nulls: { rows: `('a'), (null)`, failures: 1, value: 1 },
    duplicates: { rows: `('a'), ('a')`, failures: 1, value: 1 },
    empty: { rows: '', failures: 1 },
    unicode: { rows: `('인천'), ('김포')`, failures: 0, value: 2 },
    more: { 'judges groups apart': { rows: `('a'), ('b')`, given: { group_by: ['word'] }, failures: 2 } },
  },
  equal_distinct_count: {
    ...words,
    given: { to: "ref('airports')", field: 'faa' },
    otherColumns: 'faa varchar',
    passes: { rows: `('a'), ('b'), ('b')`, others: `('x'), ('y')`, failures: 0, value: 0 },
    fails: { rows: `('a'), ('b')`, others: `('x')`, failures: 1, value: 1 },
    nulls: { rows: `('a'), (null)`, others: `('x'), (null)`, failures: 0 },
    duplicates: { rows: `('a'), ('a')`, others: `('x'), ('y')`, failures: 1, value: -1 },
    unicode: { rows: `('인천')`, others: `('인천'), ('김포')`, failures: 1, value: -1 },
  },
  unique_proportion: {
    ...words,
    given: { min: 0.75 },
    passes: { rows: `('a'), ('b'), ('c'), ('c')`, failures: 0, value: 0.75 },
    fails: { rows: `('a'), ('a')`, failures: 1, value: 0.5 },
    nulls: { rows: `('a'), (null), (null)`, failures: 0, value: 1 },
    duplicates: { rows: `('a'), ('a'), ('a'), ('a')`, failures: 1, value: 0.25 },
    unicode: { rows: `('인천'), ('인천'), ('김포'), ('김포')`, failures: 1, value: 0.5 },
  },
  metric_between: {
    ...numbers,
    given: { metric: 'mean', min: 1, max: 3 },
    passes: { rows: `(1, 'x'), (5, 'x')`, failures: 0, value: 3 },
    fails: { rows: `(1, 'x'), (6, 'x')`, failures: 1, value: 3.5 },
    nulls: { rows: `(null, 'x'), (2, 'x')`, failures: 0, value: 2 },
    duplicates: { rows: `(4, 'x'), (4, 'x')`, failures: 1, value: 4 },
    unicode: { rows: `(9, 'x'), (2, '인천')`, given: korean, failures: 0, value: 2 },
    more: {
      'knows the least value': { rows: `(0, 'x'), (9, 'x')`, given: { metric: 'min' }, failures: 1, value: 0 },
      'knows the greatest value': { rows: `(0, 'x'), (9, 'x')`, given: { metric: 'max' }, failures: 1, value: 9 },
      'knows the sum': { rows: `(1, 'x'), (2, 'x')`, given: { metric: 'sum' }, failures: 0, value: 3 },
      'knows the median': {
        rows: `(1, 'x'), (2, 'x'), (90, 'x'), (4, 'x')`,
        given: { metric: 'median' },
        failures: 0,
        value: 3,
      },
      'knows the variance': { rows: `(1, 'x'), (3, 'x')`, given: { metric: 'variance' }, failures: 0, value: 2 },
      'knows the deviation of one value to be none': { rows: `(1, 'x')`, given: { metric: 'stddev' }, failures: 0 },
      'knows quantiles': {
        rows: `(0, 'x'), (1, 'x'), (2, 'x'), (3, 'x'), (4, 'x')`,
        given: { metric: 'quantile', quantile: 0.25, inclusive: false },
        failures: 1,
        value: 1,
      },
      'takes SQL for a bound': { rows: `(4, 'x'), (4, 'x')`, given: { min: null, max: 'count(*) * 2' }, failures: 0 },
      'judges groups apart': { rows: `(9, 'x'), (1, 'y')`, given: { group_by: ['word'] }, failures: 1 },
      'has no metric of no values': { rows: `(null, 'x')`, failures: 0 },
    },
  },
  quantiles: {
    ...numbers,
    given: {
      quantiles: [0.5, 1],
      ranges: [
        [1, 2],
        [null, 9],
      ],
    },
    passes: { rows: `(1, 'x'), (2, 'x'), (9, 'x')`, failures: 0 },
    fails: { rows: `(4, 'x'), (5, 'x'), (10, 'x')`, failures: 2 },
    nulls: { rows: `(null, 'x'), (1, 'x')`, failures: 0 },
    duplicates: { rows: `(5, 'x'), (5, 'x')`, failures: 1 },
    unicode: { rows: `(5, 'x'), (1, '인천')`, given: korean, failures: 0 },
  },
  distinct_values: {
    ...words,
    given: { values: ['a', '인천'] },
    passes: { rows: `('a')`, failures: 0 },
    fails: { rows: `('a'), ('b'), ('c'), ('c')`, failures: 2 },
    nulls: { rows: `(null)`, failures: 0 },
    duplicates: { rows: `('b'), ('b')`, failures: 1 },
    unicode: { rows: `('인천'), ('김포')`, failures: 1 },
    more: {
      'finds what is missing': { rows: `('a'), ('b')`, given: { set: 'contain' }, failures: 1 },
      'finds everything missing among NULLs': { rows: `(null)`, given: { set: 'contain' }, failures: 2 },
      'asks for the same set': { rows: `('a'), ('b')`, given: { set: 'equal' }, failures: 2 },
      'is content with the same set': { rows: `('a'), ('인천'), ('a')`, given: { set: 'equal' }, failures: 0 },
      'counts each of its values once': {
        rows: `('b')`,
        given: { set: 'contain', values: ['a', 'a', 'b'] },
        failures: 1,
      },
    },
  },
  most_common_in: {
    ...words,
    given: { values: ['a', '인천'] },
    passes: { rows: `('a'), ('a'), ('b')`, failures: 0 },
    fails: { rows: `('a'), ('b'), ('b')`, failures: 1 },
    nulls: { rows: `(null), (null), ('a')`, failures: 0 },
    duplicates: { rows: `('b'), ('b'), ('a')`, failures: 1 },
    unicode: { rows: `('인천'), ('인천'), ('김포')`, failures: 0 },
    more: {
      'asks for all that are equally common': { rows: `('a'), ('b')`, failures: 1 },
      'is content with one of them': { rows: `('a'), ('b')`, given: { ties: 'any' }, failures: 0 },
      'finds none of them': { rows: `('c'), ('b')`, given: { ties: 'any' }, failures: 2 },
      'looks at several': { rows: `('a'), ('a'), ('a'), ('b'), ('b'), ('c')`, given: { top: 2 }, failures: 1 },
    },
  },
  z_score: {
    ...numbers,
    passes: { rows: `(1, 'x'), (2, 'x'), (3, 'x')`, failures: 0 },
    fails: { rows: `${far}, (100, 'x')`, failures: 1 },
    nulls: { rows: `(null, 'x'), (1, 'x'), (2, 'x')`, failures: 0 },
    duplicates: { rows: `(1, 'x'), (1, 'x')`, failures: 0 },
    unicode: { rows: `${far}, (100, '인천')`, given: { where: `word <> '인천'` }, failures: 0 },
    more: {
      'judges groups apart': { rows: `${far}, (100, 'y'), (101, 'y')`, given: { group_by: ['word'] }, failures: 0 },
      'compares with rows before': {
        rows: `(1, 'a'), (2, 'b'), (1, 'c'), (9, 'd'), (9, 'e'), (9, 'f')`,
        given: { window: 3, order_by: 'word' },
        failures: 1,
      },
    },
  },
  within_n_stdevs: {
    ...numbers,
    given: { group_by: ['word'], n: 1 },
    passes: { rows: `(1, 'a'), (2, 'b')`, failures: 0 },
    fails: { rows: `(1, 'a'), (1, 'b'), (1, 'c'), (9, 'd')`, failures: 1 },
    nulls: { rows: `(null, 'a'), (1, 'b'), (1, 'c')`, failures: 0 },
    duplicates: { rows: `(1, 'a'), (1, 'b'), (1, 'c'), (5, 'd'), (5, 'd')`, failures: 1 },
    unicode: { rows: `(1, '인천'), (1, '김포'), (1, '제주'), (9, '대구')`, failures: 1 },
  },
}

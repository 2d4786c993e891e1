import type { CasesByCheck } from './cases.ts'

const words = 'word varchar'
const none = { rows: '', failures: 0 }

/** Of checks that judge each row by itself. */
export const ofRows: CasesByCheck = {
  not_null: {
    column: 'word',
    columns: words,
    passes: { rows: `('a'), ('')`, failures: 0 },
    fails: { rows: `('a'), (null)`, failures: 1 },
    nulls: { rows: `(null), (null)`, failures: 2 },
    duplicates: { rows: `('a'), ('a')`, failures: 0 },
    empty: none,
    unicode: { rows: `('지연'), (null)`, failures: 1 },
  },
  accepted_values: {
    column: 'word',
    columns: words,
    given: { values: ['landed', '지연', "o'hare"] },
    passes: { rows: `('landed'), ('o''hare')`, failures: 0 },
    fails: { rows: `('landed'), ('Landed'), ('')`, failures: 2 },
    nulls: { rows: `(null)`, failures: 0 },
    duplicates: { rows: `('lost'), ('lost')`, failures: 2 },
    empty: none,
    unicode: { rows: `('지연'), ('지연 ')`, failures: 1 },
  },
  not_accepted_values: {
    column: 'word',
    columns: words,
    given: { values: ['', '없음'] },
    passes: { rows: `('a'), (' ')`, failures: 0 },
    fails: { rows: `(''), ('a')`, failures: 1 },
    nulls: { rows: `(null)`, failures: 0 },
    duplicates: { rows: `(''), ('')`, failures: 2 },
    empty: none,
    unicode: { rows: `('없음'), ('있음')`, failures: 1 },
  },
  accepted_range: {
    column: 'n',
    columns: 'n double precision, word varchar',
    given: { min_value: -5, max_value: 10 },
    passes: { rows: `(-5, 'a'), (10, 'a'), (0, 'a')`, failures: 0 },
    fails: { rows: `(-5.1, 'a'), (10.5, 'a'), (0, 'a')`, failures: 2 },
    nulls: { rows: `(null, null)`, failures: 0 },
    duplicates: { rows: `(11, 'a'), (11, 'a')`, failures: 2 },
    empty: none,
    unicode: {
      rows: `(1, '김포'), (2, '인천')`,
      failures: 1,
      given: { max_value: `case when word = '김포' then 0 else 5 end` },
    },
    more: {
      'leaves its bounds out with inclusive: false': {
        rows: `(-5, 'a'), (10, 'a')`,
        given: { inclusive: false },
        failures: 2,
      },
    },
  },
  expression_is_true: {
    columns: 'a integer, b integer, word varchar',
    given: { expression: 'a <= b -- always' },
    passes: { rows: `(1, 1, 'x'), (1, 2, 'x')`, failures: 0 },
    fails: { rows: `(2, 1, 'x'), (1, 2, 'x')`, failures: 1 },
    nulls: { rows: `(null, 1, 'x'), (1, null, null)`, failures: 0 },
    duplicates: { rows: `(2, 1, 'x'), (2, 1, 'x')`, failures: 2 },
    empty: none,
    unicode: { rows: `(1, 1, '지연'), (1, 1, 'x')`, given: { expression: `word = '지연'` }, failures: 1 },
    more: {
      'counts what fail_calc says of the failing rows': {
        rows: `(5, 1, 'x'), (7, 1, 'x')`,
        given: { fail_calc: 'sum(a)' },
        failures: 12,
      },
      'judges the rows that where leaves': {
        rows: `(2, 1, 'x'), (2, 1, 'y')`,
        given: { where: `word = 'y'` },
        failures: 1,
      },
    },
  },
}

import type { CasesByCheck } from './cases.ts'

const none = { rows: '', failures: 0 }

/** Of checks that compare rows of one relation. */
export const ofUniqueness: CasesByCheck = {
  unique: {
    column: 'word',
    columns: 'word varchar',
    passes: { rows: `('a'), ('A'), ('')`, failures: 0 },
    fails: { rows: `('a'), ('a'), ('b')`, failures: 1 },
    nulls: { rows: `(null), (null), ('a')`, failures: 0 },
    duplicates: { rows: `('a'), ('a'), ('a'), ('b'), ('b')`, failures: 3 },
    empty: none,
    unicode: { rows: `('인천'), ('인천'), ('김포')`, failures: 1 },
  },
  unique_key: {
    columns: 'a integer, word varchar',
    given: { columns: ['a', 'word'] },
    passes: { rows: `(1, 'x'), (1, 'y'), (2, 'x')`, failures: 0 },
    fails: { rows: `(1, 'x'), (1, 'x')`, failures: 1 },
    nulls: { rows: `(null, 'x'), (null, 'x'), (1, null), (1, null)`, failures: 2 },
    duplicates: { rows: `(1, 'x'), (1, 'x'), (1, 'x')`, failures: 2 },
    empty: none,
    unicode: { rows: `(1, '인천'), (1, '인천')`, failures: 1 },
  },
  complete_partitions: {
    columns: 'day date, word varchar',
    only: 'partitioned',
    passes: { rows: `(date '2024-01-01', 'a'), (date '2024-01-02', 'a')`, failures: 0 },
    fails: { rows: `(date '2024-01-01', 'a'), (date '2024-01-05', 'a')`, failures: 3 },
    nulls: { rows: `(date '2024-01-01', null), (date '2024-01-03', null)`, failures: 1 },
    duplicates: { rows: `(date '2024-01-01', 'a'), (date '2024-01-01', 'a')`, failures: 0 },
    empty: none,
    unicode: {
      rows: `(date '2024-01-01', '인천'), (date '2024-01-02', '제주'), (date '2024-01-04', '인천')`,
      failures: 2,
      given: { where: `word = '인천'` },
    },
  },
}

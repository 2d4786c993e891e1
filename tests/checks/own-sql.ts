import type { CasesByCheck } from './cases.ts'

const none = { rows: '', failures: 0 }
const old = (word: string, n: number): string => Array.from({ length: n }, () => `(1, '${word}')`).join(', ')
const recent = (word: string, n: number): string => Array.from({ length: n }, () => `(2, '${word}')`).join(', ')

/** Of checks that compare distributions, or are SQL of their own. */
export const ofOwnSql: CasesByCheck = {
  distribution_shift: {
    column: 'word',
    columns: 'a integer, word varchar',
    given: { baseline: 'a = 1', threshold: 0.2, method: 'ks' },
    passes: { rows: `${old('x', 4)}, ${old('y', 4)}, ${recent('x', 2)}, ${recent('y', 2)}`, failures: 0, value: 0 },
    fails: { rows: `${old('x', 4)}, ${recent('x', 1)}, ${recent('y', 1)}`, failures: 1, value: 0.5 },
    nulls: { rows: `(1, null), (2, null)`, failures: 0 },
    duplicates: { rows: `${old('x', 2)}, ${recent('y', 2)}`, failures: 1, value: 1 },
    empty: none,
    unicode: { rows: `${old('인천', 4)}, ${recent('김포', 2)}, ${recent('인천', 2)}`, failures: 1, value: 0.5 },
    more: {
      'has nothing to compare without a baseline': { rows: recent('x', 3), failures: 0 },
      'leaves out what where leaves out': {
        rows: `${old('x', 4)}, ${recent('x', 1)}, ${recent('y', 1)}`,
        given: { where: `word = 'x'` },
        failures: 0,
        value: 0,
      },
    },
  },
  custom_sql: {
    columns: 'a integer, word varchar',
    given: { rows: 'select word from judged group by word having count(*) > 1 order by 1 -- twice' },
    passes: { rows: `(1, 'x'), (2, 'y')`, failures: 0 },
    fails: { rows: `(1, 'x'), (2, 'x'), (1, 'y')`, failures: 1 },
    nulls: { rows: `(1, null), (2, null)`, failures: 1 },
    duplicates: { rows: `(1, 'x'), (1, 'x'), (1, 'y'), (1, 'y')`, failures: 2 },
    empty: none,
    unicode: { rows: `(1, '인천'), (2, '인천')`, failures: 1 },
    more: {
      'reads the rows that where leaves': { rows: `(1, 'x'), (2, 'x')`, given: { where: 'a = 1' }, failures: 0 },
      'judges one number': {
        rows: `(1, 'x'), (4, 'x')`,
        given: { rows: null, value: 'select max(a) - min(a) from judged', max: 2 },
        failures: 1,
        value: 3,
      },
      'lets a number pass that is NULL': {
        rows: `(null, 'x')`,
        given: { rows: null, value: 'select sum(a) from judged', max: 2 },
        failures: 0,
      },
    },
  },
}

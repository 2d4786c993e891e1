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
}

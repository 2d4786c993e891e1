import type { CasesByCheck } from './cases.ts'

const rows = `(1, 'a', '인천')`
/** Three columns, one of which needs quotes. */
const three = { columns: 'a integer, word varchar, "공항" varchar', only: 'plain' } as const
const some = { rows, failures: 0 }

/** Of checks of which columns there are. NULLs, duplicates and rows at all play no part. */
export const ofColumns: CasesByCheck = {
  column_exists: {
    ...three,
    given: { columns: ['A', 'word'] },
    passes: some,
    fails: { rows, given: { columns: ['a', 'b', 'c'] }, failures: 2 },
    nulls: { rows: `(null, null, null)`, failures: 0 },
    duplicates: { rows: `${rows}, ${rows}`, given: { columns: ['b'] }, failures: 1 },
    empty: { rows: '', given: { columns: ['a', 'b'] }, failures: 1 },
    unicode: { rows, given: { columns: ['공항', '도시'] }, failures: 1 },
  },
  columns_absent: {
    ...three,
    given: { columns: ['email', 'b*'] },
    passes: some,
    fails: { rows, given: { columns: ['W*D', 'a'] }, failures: 2 },
    nulls: { rows: `(null, null, null)`, failures: 0 },
    duplicates: { rows: `${rows}, ${rows}`, given: { columns: ['a*', '*a'] }, failures: 1 },
    empty: { rows: '', given: { columns: ['a'] }, failures: 1 },
    unicode: { rows, given: { columns: ['공*'] }, failures: 1 },
    more: {
      'takes other signs by themselves': { rows, given: { columns: ['.', 'wor', 'ord', 'w*x*d'] }, failures: 0 },
    },
  },
  columns_match: {
    ...three,
    given: { columns: ['WORD', 'a', '공항'] },
    passes: some,
    fails: { rows, given: { columns: ['a', 'b'] }, failures: 3 },
    nulls: { rows: `(null, null, null)`, failures: 0 },
    duplicates: { rows: `${rows}, ${rows}`, given: { columns: ['a', 'word'] }, failures: 1 },
    empty: { rows: '', given: { columns: ['a', 'word'] }, failures: 1 },
    unicode: { rows, given: { columns: ['a', 'word', '공항'], ordered: true }, failures: 0 },
    more: {
      'finds another order': { rows, given: { ordered: true }, failures: 2 },
      'lets others be there': { rows, given: { columns: ['a'], allow_extra: true, ordered: true }, failures: 0 },
    },
  },
  column_count: {
    ...three,
    given: { min: 2, max: 3 },
    passes: { rows, failures: 0 },
    fails: { rows, given: { max: 2 }, failures: 1 },
    nulls: { rows: `(null, null, null)`, given: { equals: 4, min: null, max: null }, failures: 1 },
    duplicates: { rows: `${rows}, ${rows}`, failures: 0 },
    empty: { rows: '', given: { max: 2 }, failures: 1 },
    unicode: { rows, failures: 0 },
  },
  column_type: {
    ...three,
    column: 'a',
    given: { types: ['nonsense', 'int4'] },
    passes: some,
    fails: { rows, given: { types: ['bigint', 'date'] }, failures: 1 },
    nulls: { rows: `(null, null, null)`, failures: 0 },
    duplicates: { rows: `${rows}, ${rows}`, given: { types: 'boolean' }, failures: 1 },
    empty: { rows: '', given: { types: 'boolean' }, failures: 1 },
    unicode: { rows, given: { types: ['정수', 'INTEGER'] }, failures: 0 },
  },
}

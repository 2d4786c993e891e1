import type { CasesByCheck } from './cases.ts'

/** Of checks that read another relation. */
export const ofRelations: CasesByCheck = {
  relationships: {
    column: 'word',
    columns: 'word varchar',
    otherColumns: 'faa varchar',
    given: { to: "ref('airports')", field: 'faa' },
    passes: { rows: `('ICN')`, others: `('ICN'), ('GMP')`, failures: 0 },
    fails: { rows: `('ICN'), ('XXX')`, others: `('ICN')`, failures: 1 },
    nulls: { rows: `(null), ('ICN')`, others: `(null), ('ICN')`, failures: 0 },
    duplicates: { rows: `('XXX'), ('XXX')`, others: `('ICN'), ('ICN')`, failures: 2 },
    empty: { rows: '', others: '', failures: 0 },
    unicode: { rows: `('인천'), ('제주')`, others: `('인천')`, failures: 1 },
  },
}

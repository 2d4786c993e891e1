import type { CasesByCheck } from './cases.ts'
import { ofColumns } from './columns.ts'
import { ofCounts } from './counts.ts'
import { ofDistributions } from './distributions.ts'
import { ofDocuments } from './documents.ts'
import { ofOrder } from './order.ts'
import { ofOwnSql } from './own-sql.ts'
import { ofRecords } from './records.ts'
import { ofRelations } from './relations.ts'
import { ofRows } from './rows.ts'
import { ofTexts } from './texts.ts'
import { ofTimes } from './times.ts'
import { ofUniqueness } from './uniqueness.ts'

export type { Case, CasesByCheck, CheckCases } from './cases.ts'

/** The cases of every check of the catalogue. A check without any fails the tests. */
export const cases: CasesByCheck = {
  ...ofRows,
  ...ofUniqueness,
  ...ofCounts,
  ...ofOrder,
  ...ofRelations,
  ...ofTexts,
  ...ofRecords,
  ...ofDistributions,
  ...ofColumns,
  ...ofOwnSql,
  ...ofDocuments,
  ...ofTimes,
}

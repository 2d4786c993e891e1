import type { Definition } from '../definition.ts'
import { judgeRows } from './predicate.ts'

export const notNull: Definition = {
  summary: 'A row fails when the column is NULL.',
  nulls: 'fail',
  empty: 'passes',
  example: 'columns: [{ name: carrier, data_tests: [not_null] }]',
  column: 'required',
  arguments: {},
  ofRows: true,
  label: () => '',
  compile: (compilation) => judgeRows(compilation, `${compilation.column()} is null`),
}

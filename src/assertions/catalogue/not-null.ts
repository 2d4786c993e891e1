import type { Definition } from '../definition.ts'
import { judgeRows } from './predicate.ts'

export const notNull: Definition = {
  summary: 'A row fails when the column is NULL. An empty relation passes.',
  example: 'columns: [{ name: carrier, data_tests: [not_null] }]',
  column: 'required',
  arguments: {},
  label: () => '',
  compile: (compilation) => judgeRows(compilation, `${compilation.column()} is null`),
}

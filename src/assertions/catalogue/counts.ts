import type { Arguments, Definition } from '../definition.ts'
import { boundLabel, boundProblem, countArguments, groupArgument, judgeValue } from './measured.ts'

/** Numbers of rows have no bound below 0. */
function label(given: Arguments): string {
  const isRange = given.equals === undefined && (given.min !== undefined || given.max !== undefined)
  return boundLabel(isRange ? { min: 0, ...given } : given)
}

export const rowCount: Definition = {
  summary:
    'Fails, with one failure, when the rows of a partition (or of the relation, without partitions; or of each group) are fewer than `min`, more than `max`, or not `equals`.',
  nulls: 'play no part',
  empty: 'has 0 rows, which fails a `min`; groups without rows are not seen',
  example: '- row_count: { min: 1 }',
  column: 'none',
  arguments: { ...countArguments, ...groupArgument },
  measures: 'the number of rows',
  problem: boundProblem,
  label,
  compile: (compilation) =>
    judgeValue(compilation, { aggregate: (only) => `count(${only('*')})`, name: 'rows', whenEmpty: 0 }),
}

export const notEmpty: Definition = {
  summary: 'Fails when a partition (or the relation, without partitions) has no row.',
  nulls: 'play no part',
  empty: 'fails',
  example: '- not_empty',
  column: 'none',
  arguments: {},
  measures: 'the number of rows',
  label: () => '',
  compile: (compilation) =>
    judgeValue(compilation, {
      aggregate: (only) => `count(${only('*')})`,
      name: 'rows',
      whenEmpty: 0,
      bounds: { min: 1 },
    }),
}

export const notConstant: Definition = {
  summary:
    'Fails when the column has one and the same value in all rows of a partition (or of the relation, or of a group).',
  nulls: 'are not judged',
  empty: 'passes: there is no value',
  example: '- not_constant: { group_by: [carrier] }',
  column: 'required',
  arguments: groupArgument,
  measures: 'the number of distinct values',
  label: boundLabel,
  compile: (compilation) =>
    judgeValue(compilation, {
      // Of no value at all nothing is said.
      aggregate: (only) => `nullif(count(distinct ${only(compilation.column())}), 0)`,
      name: 'distinct',
      bounds: { min: 2 },
    }),
}

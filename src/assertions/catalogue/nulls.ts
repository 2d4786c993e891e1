import type { Arguments, Compilation, Definition } from '../definition.ts'
import { boundArguments, boundLabel, boundProblem, groupArgument, judgeValue } from './measured.ts'
import { judgeRows } from './predicate.ts'
import { literals, values } from './values.ts'

const listed = (given: Arguments): string => ((given.columns ?? []) as readonly string[]).join(', ')

/** The columns judged, quoted: the one that the check is written at, or those that it lists. */
function columnsOf({ assertion, dialect, column }: Compilation): readonly string[] {
  const columns = assertion.arguments.columns as readonly string[] | undefined
  return columns?.map(dialect.quote) ?? [column()]
}

export const notNull: Definition = {
  summary: 'A row fails when the column, or one of `columns`, is NULL.',
  nulls: 'fail',
  empty: 'passes',
  example: 'columns: [{ name: carrier, data_tests: [not_null] }]',
  column: 'required',
  arguments: { columns: { kind: 'columns', help: 'several columns instead of one' } },
  ofRows: true,
  label: listed,
  compile: (compilation) => {
    const missing = columnsOf(compilation).map((column) => `${column} is null`)
    return judgeRows(compilation, missing.length === 1 ? (missing[0] ?? '') : `(${missing.join(' or ')})`)
  },
}

export const alwaysNull: Definition = {
  summary: 'A row fails when the column is not NULL.',
  nulls: 'pass',
  empty: 'passes',
  example: '- always_null: { column_name: retired_code }',
  column: 'required',
  arguments: {},
  ofRows: true,
  label: () => '',
  compile: (compilation) => judgeRows(compilation, `${compilation.column()} is not null`),
}

export const notNullProportion: Definition = {
  summary: 'Fails when the share of rows in which the column is not NULL is less than `min`, or more than `max`.',
  nulls: 'lower the share',
  empty: 'passes: there is no share',
  example: '- not_null_proportion: { min: 0.95 }',
  column: 'required',
  arguments: { ...boundArguments, ...groupArgument },
  measures: 'the share of rows with a value',
  isShare: true,
  problem: boundProblem,
  label: boundLabel,
  compile: (compilation) => {
    const double = compilation.dialect.type('double')
    const column = compilation.column()
    const aggregate = (only: (expression: string) => string): string =>
      `cast(count(${only(column)}) as ${double}) / nullif(count(${only('*')}), 0)`
    return judgeValue(compilation, { aggregate, name: 'share' })
  },
}

export const atLeastOne: Definition = {
  summary: 'Fails when the column has no value at all, in a partition (or the relation, or one of the groups).',
  nulls: 'are no values',
  empty: 'fails; groups without rows are not seen',
  example: '- at_least_one: { group_by: [carrier] }',
  column: 'required',
  arguments: groupArgument,
  measures: 'the number of values',
  label: boundLabel,
  compile: (compilation) =>
    judgeValue(compilation, {
      aggregate: (only) => `count(${only(compilation.column())})`,
      name: 'values',
      whenEmpty: 0,
      bounds: { min: 1 },
    }),
}

export const missing: Definition = {
  summary:
    'A row fails when the column is NULL, is one of `missing_values`, or is a text in which the regular expression `missing_format` is found.',
  nulls: 'fail',
  empty: 'passes',
  example: "- missing: { missing_values: ['', n/a], error_if: '> 5 %' }",
  column: 'required',
  arguments: {
    missing_values: { kind: 'values', help: 'values that stand for none' },
    missing_format: { kind: 'text', help: 'a regular expression of the engine' },
    quote: values.quote,
  },
  ofRows: true,
  label: (given) =>
    [...((given.missing_values ?? []) as readonly string[]), given.missing_format ?? ''].join(', ').replace(/, $/, ''),
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { missing_values: stand, missing_format: format } = assertion.arguments
    const column = compilation.column()
    const pattern = typeof format === 'string' ? dialect.literal({ type: 'text', value: format }) : undefined
    const bad = [
      `${column} is null`,
      ...(stand === undefined ? [] : [`${column} in (${literals(compilation, 'missing_values')})`]),
      ...(pattern === undefined ? [] : [dialect.functions.checks.matches(column, pattern, false)]),
    ]
    return judgeRows(compilation, `(${bad.join(' or ')})`)
  },
}

export const notEmptyString: Definition = {
  summary: 'A row fails when the column is an empty text, or, unless `trim: false`, nothing but spaces.',
  nulls: 'pass (add not_null)',
  empty: 'passes',
  example: '- not_empty_string',
  column: 'required',
  arguments: { trim: { kind: 'flag', help: 'whether spaces around are left out; default `true`' } },
  ofRows: true,
  label: (given) => (given.trim === false ? 'untrimmed' : ''),
  compile: (compilation) => {
    const column = compilation.column()
    const text = compilation.assertion.arguments.trim === false ? column : `trim(${column})`
    return judgeRows(compilation, `${text} = ''`)
  },
}

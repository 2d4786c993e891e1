import type { Json } from '../../project/index.ts'
import type { Arguments, Compilation, Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { groupArgument, groupingOf, groupsOf } from './measured.ts'
import { all, judgeQuery, whereClause } from './predicate.ts'
import { literal, values } from './values.ts'

const valuesOf = (given: Arguments): readonly Json[] => (given.values ?? []) as readonly Json[]

/** Each value once, as a literal. */
function members({ assertion, dialect }: Compilation): readonly string[] {
  const { arguments: given } = assertion
  return [...new Set(valuesOf(given).map((value) => literal(dialect, value, given.quote)))]
}

/** What partitions are grouped by and shown with; not with the column judged, which is shown by itself. */
function shownApart(compilation: Compilation): ReturnType<typeof groupingOf> {
  const column = compilation.column()
  const { groupBy, shown } = groupingOf(compilation)
  return { groupBy, shown: shown.filter((name) => !name.endsWith(` as ${column}`)) }
}

/** The rows that say which values are missing: one for each, of each partition that has other rows. */
function missingValues(compilation: Compilation): string[] {
  const { dialect, from, where } = compilation
  const { groupBy, shown } = shownApart(compilation)
  const column = compilation.column()
  const problem = `${dialect.literal({ type: 'text', value: 'missing' })} as ${dialect.quote('problem')}`
  return members(compilation).map((value) => {
    const columns = [...shown, `${value} as ${column}`, problem].join(', ')
    const found = `case when ${all(where, `${column} = ${value}`)} then 1 end`
    return `select ${columns} from ${from} as judged${groupBy} having count(${found}) = 0`
  })
}

/** The values that are none of the set, of each partition. */
function strangeValues(compilation: Compilation): string {
  const { dialect, from, where } = compilation
  const { groupBy, shown } = shownApart(compilation)
  const column = compilation.column()
  const problem = `${dialect.literal({ type: 'text', value: 'not in the set' })} as ${dialect.quote('problem')}`
  const apart = groupBy === '' ? ` group by ${column}` : `${groupBy}, ${column}`
  const rows = whereClause(where, `${column} not in (${members(compilation).join(', ')})`)
  return `select ${[...shown, column, problem].join(', ')} from ${from} as judged${rows}${apart}`
}

const distinctValues: Definition = {
  summary:
    'Fails when the distinct values of the column are not what `set` says: `in`: all of them are among `values`; `contain`: all of `values` are among them; `equal`: both. Values, not rows, are counted as failures.',
  nulls: 'are no values',
  empty: 'has no values: passes with `in`, else every one of `values` is missing',
  example: '- distinct_values: { values: [landed, cancelled, diverted], set: equal }',
  column: 'required',
  arguments: {
    ...values,
    set: { kind: 'choice', choices: ['in', 'contain', 'equal'], help: 'default `in`' },
  },
  label: (given) => `${given.set ?? 'in'} ${valuesOf(given).map(String).join(', ')}`,
  compile: (compilation) => {
    const { assertion, dialect, where } = compilation
    const { set = 'in' } = assertion.arguments
    const column = compilation.column()
    const all_ = members(compilation)
    const list = all_.join(', ')
    const distinct = (condition: string): string =>
      `count(distinct case when ${all(where, condition)} then ${column} end)`
    const strange = set === 'contain' ? [] : [distinct(`${column} not in (${list})`)]
    const absent = set === 'in' ? [] : [`${all_.length} - ${distinct(`${column} in (${list})`)}`]
    const rows = [
      ...(set === 'contain' ? [] : [strangeValues(compilation)]),
      ...(set === 'in' ? [] : missingValues(compilation)),
    ]
    return {
      measure: {
        kind: 'aggregate',
        expression: [...strange, ...absent].join(' + '),
        whenEmpty: set === 'in' ? 0 : all_.length,
      },
      failingRows: dialect.firstRows(`select * from (${rows.join(' union all ')}) as problems`, assertion.limit),
    }
  },
}

const mostCommonIn: Definition = {
  summary:
    'Fails when the most common value of the column (of a partition, or of the relation) is none of `values`. Of several that are equally common all must be, or one with `ties: any`.',
  nulls: 'are no values',
  empty: 'passes: there is no value',
  example: '- most_common_in: { values: [landed] }',
  column: 'required',
  arguments: {
    ...values,
    top: { kind: 'count', help: 'how many of the most common values are judged; default 1' },
    ties: { kind: 'choice', choices: ['all', 'any'], help: 'default `all`' },
  },
  problem: ({ top, ties }) => {
    if (top === 0) return 'has a `top` of 0'
    return ties === 'any' && top !== undefined && top !== 1 ? 'has `ties: any` beside `top`' : undefined
  },
  label: ({ top, ties, ...given }) =>
    `${top === undefined ? '' : `${top}: `}${valuesOf(given).map(String).join(', ')}${ties === 'any' ? ' any' : ''}`,
  compile: (compilation) => {
    const { assertion, dialect, from, where, partition } = compilation
    const { top = 1, ties } = assertion.arguments
    const column = compilation.column()
    const ordinal = partition ?? '0'
    const rows = dialect.quote('rows')
    const counted = `select ${ordinal} as elt_partition, ${column}, count(*) as ${rows} from ${from} as judged${whereClause(where, `${column} is not null`)} group by ${partition === undefined ? '' : `${partition}, `}${column}`
    const ranked = `select *, rank() over (partition by elt_partition order by ${rows} desc) as elt_rank from (${counted}) as counted`
    const isIn = `${column} in (${members(compilation).join(', ')})`
    const common = `select *, max(case when ${isIn} then 1 else 0 end) over (partition by elt_partition) as elt_any from (${ranked}) as ranked where elt_rank <= ${top}`
    const bad = ties === 'any' ? 'elt_any = 0' : `not (${isIn})`
    const failing = `select elt_partition, ${column}, ${rows} from (${common}) as common where ${bad}`
    const [name, failures] = [dialect.quote('partition'), dialect.quote('failures')]
    return {
      measure: {
        kind: 'query',
        sql: `select elt_partition as ${name}, count(*) as ${failures} from (${failing}) as failing group by elt_partition`,
      },
      failingRows: dialect.firstRows(`select ${column}, ${rows} from (${failing}) as failing`, assertion.limit),
    }
  },
}

/** The mean and the deviation of other rows beside each, and the condition that a row is too far from them. */
function scored({ assertion, dialect, column }: Compilation, over: string): { columns: string; bad: string } {
  const value = `cast(${column()} as ${dialect.type('double')})`
  const deviation = dialect.functions.checks.standardDeviation(value)
  const limit = dialect.literal({ type: 'number', value: Number(assertion.arguments.n ?? 3) })
  return {
    columns: `avg(${value}) over (${over}) as elt_mean, ${deviation} over (${over}) as elt_deviation`,
    bad: `elt_deviation > 0 and abs(${value} - elt_mean) > ${limit} * elt_deviation`,
  }
}

const deviations = { n: { kind: 'number', help: 'how many standard deviations are fine; default 3' } } as const

const positive = (n: Json | undefined): string | undefined =>
  typeof n === 'number' && n <= 0 ? 'has an `n` that is not above 0' : undefined

const named = (words: string, of: Json | undefined): string =>
  of === undefined ? '' : ` ${words} ${(of as readonly string[]).join(', ')}`

const zScore: Definition = {
  summary:
    'A row fails when its value is more than `n` standard deviations (of a sample) away from the mean: of its partition, of the relation with `scope: table`, of its group, or, with `window`, of so many rows before it.',
  nulls: 'are left out',
  empty: 'passes; so do rows where there is no deviation: of fewer than two values, or of equal ones',
  example: '- z_score: { n: 4, group_by: [carrier] }',
  column: 'required',
  arguments: {
    ...deviations,
    ...groupArgument,
    window: { kind: 'count', help: 'how many rows before it a row is compared with; needs `order_by`' },
    order_by: { kind: 'expression', help: 'the order of the rows' },
  },
  problem: ({ n, window, order_by: order }) => {
    if ((window === undefined) !== (order === undefined)) return 'needs `window` and `order_by` together'
    return typeof window === 'number' && window < 2 ? 'has a `window` of fewer than 2 rows' : positive(n)
  },
  label: ({ n, window, order_by: order, group_by: groups }) =>
    `${n ?? 3}${window === undefined ? '' : ` of ${window} before over ${order}`}${named('by', groups)}`.replace(
      /\s+/g,
      ' ',
    ),
  compile: (compilation) => {
    const { assertion, from, where, partition } = compilation
    const { window, order_by: order } = assertion.arguments
    const apart = [...(partition === undefined ? [] : [partition]), ...groupsOf(compilation)]
    const over = [
      ...(apart.length === 0 ? [] : [`partition by ${apart.join(', ')}`]),
      ...(typeof order === 'string' ? [`order by ${enclosed(order)}`] : []),
      ...(window === undefined ? [] : [`rows between ${Number(window)} preceding and 1 preceding`]),
    ]
    const { columns, bad } = scored(compilation, over.join(' '))
    const rows = whereClause(where, `${compilation.column()} is not null`)
    return judgeQuery(
      compilation,
      (ordinal) =>
        `select * from (select *, ${columns}${ordinal} from ${from} as judged${rows}) as scored where ${bad}`,
    )
  },
}

const withinStandardDeviations: Definition = {
  summary:
    'The column is summed up by `group_by`, and a sum fails that is more than `n` standard deviations (of a sample) away from the mean of all sums. It judges the table.',
  nulls: 'add nothing; groups of nothing else are left out',
  empty: 'passes; so do sums where there is no deviation: fewer than two, or equal ones',
  example: '- within_n_stdevs: { column_name: amount, group_by: [order_date], n: 4 }',
  column: 'required',
  arguments: {
    ...deviations,
    group_by: { ...groupArgument.group_by, required: true, help: 'columns by which to sum up' },
  },
  ofWhole: true,
  problem: ({ n }) => positive(n),
  label: ({ n, group_by: groups }) => `${n ?? 3}${named('of sums by', groups)}`,
  compile: (compilation) => {
    const { from, where } = compilation
    const column = compilation.column()
    const groups = groupsOf(compilation).join(', ')
    const { columns, bad } = scored(compilation, '')
    const sums = `select ${groups}, sum(${column}) as ${column} from ${from} as judged${whereClause(where, `${column} is not null`)} group by ${groups}`
    return judgeQuery(
      compilation,
      () => `select * from (select *, ${columns} from (${sums}) as summed) as scored where ${bad}`,
    )
  },
}

/** Checks of how the values of a column are distributed. */
export const distributionChecks: Readonly<Record<string, Definition>> = {
  distinct_values: distinctValues,
  most_common_in: mostCommonIn,
  within_n_stdevs: withinStandardDeviations,
  z_score: zScore,
}

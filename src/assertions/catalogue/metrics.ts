import type { Json } from '../../project/index.ts'
import type { Arguments, Compilation, Definition } from '../definition.ts'
import { judgeAgainst, otherArguments } from './compare.ts'
import {
  boundArguments,
  boundLabel,
  boundProblem,
  countArguments,
  groupArgument,
  groupingOf,
  judgeValue,
  withinBounds,
} from './measured.ts'
import { whereClause } from './predicate.ts'

const distinctCount: Definition = {
  summary: 'Fails when the column has fewer distinct values than `min`, more than `max`, or not `equals`.',
  nulls: 'are no values',
  empty: 'has 0 distinct values; groups without rows are not seen',
  example: '- distinct_count: { min: 10 }',
  column: 'required',
  arguments: { ...countArguments, ...groupArgument },
  measures: 'the number of distinct values',
  problem: boundProblem,
  label: boundLabel,
  compile: (compilation) => {
    const column = compilation.column()
    return judgeValue(compilation, {
      aggregate: (only) => `count(distinct ${only(column)})`,
      name: 'distinct',
      whenEmpty: 0,
    })
  },
}

const equalDistinctCount: Definition = {
  summary: 'Fails when the column does not have as many distinct values as `field` of `to`.',
  nulls: 'are no values',
  empty: 'has 0 distinct values',
  example: "- equal_distinct_count: { to: ref('airports'), field: faa }",
  column: 'required',
  arguments: {
    ...otherArguments,
    field: { kind: 'column', ofOther: true, help: 'column of the other one; default: of the same name' },
  },
  measures: 'the difference between the numbers of distinct values',
  ofWhole: true,
  label: (given) => `${given.to}${given.field === undefined ? '' : `.${given.field}`}`,
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const field = dialect.quote(String(assertion.arguments.field ?? assertion.column))
    return judgeAgainst(compilation, {
      own: `count(distinct ${compilation.column()})`,
      other: `count(distinct ${field})`,
      isCount: true,
      isNumber: true,
      good: (own, other) => `${own} = ${other}`,
    })
  },
}

const uniqueProportion: Definition = {
  summary:
    'Fails when the share of distinct values among all values of the column is less than `min`, or more than `max`: 1 where no value is there twice.',
  nulls: 'are no values',
  empty: 'passes: there is no share',
  example: '- unique_proportion: { min: 0.9 }',
  column: 'required',
  arguments: { ...boundArguments, ...groupArgument },
  measures: 'the share of distinct values',
  isShare: true,
  problem: boundProblem,
  label: boundLabel,
  compile: (compilation) => {
    const double = compilation.dialect.type('double')
    const column = compilation.column()
    const aggregate = (only: (expression: string) => string): string =>
      `cast(count(distinct ${only(column)}) as ${double}) / nullif(count(${only(column)}), 0)`
    return judgeValue(compilation, { aggregate, name: 'share' })
  },
}

const metrics = ['min', 'max', 'mean', 'median', 'sum', 'stddev', 'variance', 'quantile'] as const

/** The aggregate of a metric. */
function aggregateOf(given: Arguments, expression: string, { dialect }: Compilation): string {
  const { checks } = dialect.functions
  switch (metrics.find((one) => one === given.metric)) {
    case 'mean':
      return `avg(${expression})`
    case 'median':
      return checks.quantile(expression, 0.5)
    case 'quantile':
      return checks.quantile(expression, Number(given.quantile))
    case 'stddev':
      return checks.standardDeviation(expression)
    case 'variance':
      return checks.variance(expression)
    default:
      return `${given.metric}(${expression})`
  }
}

const isShare = (value: Json | undefined): boolean => typeof value === 'number' && value >= 0 && value <= 1

const metricBetween: Definition = {
  summary:
    'Fails when a metric of the column is less than `min`, more than `max`, or not `equals`. Standard deviation and variance are those of a sample; a quantile between two values is interpolated.',
  nulls: 'are left out; of no values there is no metric, which passes',
  empty: 'passes: there is no metric',
  example: '- metric_between: { metric: mean, min: 5, max: 20 }',
  column: 'required',
  arguments: {
    metric: { kind: 'choice', choices: metrics, required: true, help: 'what is measured' },
    quantile: { kind: 'number', help: 'of `quantile`: below which share of the values it lies, 0 to 1' },
    min: { kind: 'bound', help: 'least good value' },
    max: { kind: 'bound', help: 'greatest good value' },
    equals: { kind: 'bound', help: 'the only good value' },
    inclusive: boundArguments.inclusive,
    ...groupArgument,
  },
  measures: 'the metric',
  problem: (given, isBounded) => {
    if (given.metric === 'quantile' && !isShare(given.quantile)) return 'needs a `quantile` from 0 to 1'
    if (given.metric !== 'quantile' && given.quantile !== undefined) return 'has a `quantile` and another `metric`'
    return boundProblem(given, isBounded)
  },
  label: (given) =>
    `${given.metric}${given.quantile === undefined ? '' : ` ${given.quantile}`} ${boundLabel(given)}`.trim(),
  compile: (compilation) => {
    const { arguments: given } = compilation.assertion
    const column = compilation.column()
    return judgeValue(compilation, {
      aggregate: (only) => aggregateOf(given, only(column), compilation),
      name: given.metric === 'quantile' ? `quantile ${given.quantile}` : String(given.metric),
    })
  },
}

const rangesOf = (given: Arguments): readonly (readonly Json[])[] =>
  (given.ranges ?? []) as readonly (readonly Json[])[]

const sharesOf = (given: Arguments): readonly number[] => (given.quantiles ?? []) as readonly number[]

/** A range of two bounds, either of which may be open. */
const isRange = ([least, most, ...more]: readonly Json[]): boolean =>
  more.length === 0 && [least, most].every((bound) => bound === null || typeof bound === 'number')

const quantiles: Definition = {
  summary:
    'Fails, with one failure for each, when quantiles of the column lie outside of their ranges. Quantiles between two values are interpolated.',
  nulls: 'are left out; of no values there are no quantiles, which passes',
  empty: 'passes: there are no quantiles',
  example: '- quantiles: { quantiles: [0.05, 0.5, 0.95], ranges: [[-30, null], [0, 15], [null, 120]] }',
  column: 'required',
  arguments: {
    quantiles: { kind: 'numbers', required: true, help: 'shares, from 0 to 1' },
    ranges: { kind: 'rows', required: true, help: '`[least, greatest]` of each; null: no bound' },
  },
  problem: (given) => {
    if (!sharesOf(given).every(isShare)) return 'has `quantiles` that are not from 0 to 1'
    if (!rangesOf(given).every(isRange)) return 'has `ranges` that are not two numbers, or null, each'
    return sharesOf(given).length === rangesOf(given).length ? undefined : 'needs as many `ranges` as `quantiles`'
  },
  label: (given) =>
    sharesOf(given)
      .map(
        (share, i) =>
          `${share}: ${boundLabel({ min: rangesOf(given)[i]?.[0] ?? '', max: rangesOf(given)[i]?.[1] ?? '' })}`,
      )
      .join(', '),
  compile: (compilation) => {
    const { assertion, dialect, from, where } = compilation
    const { arguments: given } = assertion
    const column = compilation.column()
    const quantile = (expression: string, i: number): string =>
      dialect.functions.checks.quantile(expression, sharesOf(given)[i] ?? 0)
    const bad = (expression: string): string[] =>
      rangesOf(given).flatMap(([min = null, max = null], i) => {
        const good = withinBounds({ min, max }, quantile(expression, i), dialect)
        return good === undefined ? [] : [`not (${good})`]
      })
    const judged = where === undefined ? column : `case when ${where} then ${column} end`
    const counted = bad(judged).map((condition) => `case when ${condition} then 1 else 0 end`)
    const { groupBy, shown: partition } = groupingOf(compilation)
    const shown = [
      ...partition,
      ...sharesOf(given).map((share, i) => `${quantile(column, i)} as ${dialect.quote(`quantile ${share}`)}`),
    ]
    const having = bad(column).length === 0 ? ' having 1 = 0' : ` having ${bad(column).join(' or ')}`
    return {
      measure: { kind: 'aggregate', expression: counted.length === 0 ? '0' : counted.join(' + '), whenEmpty: 0 },
      failingRows: dialect.firstRows(
        `select ${shown.join(', ')} from ${from} as judged${whereClause(where)}${groupBy}${having}`,
        assertion.limit,
      ),
    }
  },
}

/** Checks that measure one number of a column, or several. */
export const metricChecks: Readonly<Record<string, Definition>> = {
  distinct_count: distinctCount,
  equal_distinct_count: equalDistinctCount,
  metric_between: metricBetween,
  quantiles,
  unique_proportion: uniqueProportion,
}

import type { Arguments, Compilation, Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { whereClause } from './predicate.ts'

const methods = ['psi', 'kl', 'chi2', 'ks'] as const
type Method = (typeof methods)[number]

const methodOf = ({ method }: Arguments): Method => methods.find((one) => one === method) ?? 'psi'

/** The values of both sides, each with whether it is of the baseline; as numbers of intervals where `bins` are wanted. */
function valuesOf(compilation: Compilation): string {
  const { assertion, dialect, from, where } = compilation
  const { baseline, bins } = assertion.arguments
  const column = compilation.column()
  const side = `case when ${enclosed(String(baseline))} then 1 else 0 end as elt_baseline`
  const all = `select ${column} as elt_value, ${side} from ${from} as judged${whereClause(where, `${column} is not null`)}`
  if (bins === undefined) return all
  const value = `cast(elt_value as ${dialect.type('double')})`
  const bounds = `select min(${value}) as elt_least, max(${value}) as elt_most from (${all}) as every`
  const place = `floor((${value} - elt_least) / nullif(elt_most - elt_least, 0) * ${bins})`
  const bin = `case when ${place} >= ${bins} then ${bins} - 1 else coalesce(${place}, 0) end`
  return `select ${bin} as elt_value, elt_baseline from (${all}) as every cross join (${bounds}) as bounds`
}

/** How often each value occurs on both sides, with the totals of all. */
function countsOf(compilation: Compilation): string {
  const double = compilation.dialect.type('double')
  const here = `cast(count(case when elt_baseline = 0 then 1 end) as ${double}) as elt_here`
  const there = `cast(count(case when elt_baseline = 1 then 1 end) as ${double}) as elt_there`
  const counts = `select elt_value, ${here}, ${there} from (${valuesOf(compilation)}) as sides group by elt_value`
  const totals = 'sum(elt_here) over () as elt_all_here, sum(elt_there) over () as elt_all_there'
  const upTo =
    'sum(elt_here) over (order by elt_value) as elt_to_here, sum(elt_there) over (order by elt_value) as elt_to_there'
  return `select *, ${totals}, ${upTo}, count(*) over () as elt_values from (${counts}) as counts`
}

/** Half a row more of each value: no share is 0. */
const here = '((elt_here + 0.5) / (elt_all_here + 0.5 * elt_values))'
const there = '((elt_there + 0.5) / (elt_all_there + 0.5 * elt_values))'
const expected = `(elt_all_here * ${there})`

const statistics: Readonly<Record<Method, string>> = {
  psi: `sum((${here} - ${there}) * ln(${here} / ${there}))`,
  kl: `sum(${here} * ln(${here} / ${there}))`,
  chi2: `sum((elt_here - ${expected}) * (elt_here - ${expected}) / ${expected})`,
  ks: 'max(abs(elt_to_here / elt_all_here - elt_to_there / elt_all_there))',
}

const distributionShift: Definition = {
  summary:
    'Fails when the values of the column are distributed otherwise than in the rows of `baseline`, by more than `threshold`: the population stability index (`psi`), the Kullback-Leibler divergence (`kl`), the statistic of Pearson’s test (`chi2`, which grows with the number of rows), or the greatest distance of both cumulative shares (`ks`). Of all but `ks`, each value counts half a row more on both sides.',
  nulls: 'are left out; rows for which `baseline` is NULL are judged',
  empty: 'passes: there is nothing to compare where one side has no values',
  example:
    '- distribution_shift: { column_name: delay, baseline: "flight_date < date \'2024-02-01\'", bins: 10, threshold: 0.2 }',
  column: 'required',
  arguments: {
    baseline: { kind: 'expression', required: true, help: 'which rows the others are compared with' },
    method: { kind: 'choice', choices: methods, help: 'default `psi`' },
    threshold: { kind: 'number', help: 'the greatest good value' },
    bins: { kind: 'count', help: 'compares intervals of equal width instead of values' },
  },
  measures: 'the shift',
  ofWhole: true,
  weaker: 'it tells the statistic, not how likely it is by chance',
  problem: ({ threshold, bins }, isBounded) => {
    if (bins === 0) return 'has no `bins`'
    return threshold === undefined && !isBounded ? 'needs a `threshold`' : undefined
  },
  label: ({ method, threshold, baseline, bins }) =>
    `${method ?? 'psi'} ${threshold ?? ''} from ${baseline}${bins === undefined ? '' : ` in ${bins} bins`}`.replace(
      /\s+/g,
      ' ',
    ),
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { arguments: given } = assertion
    const [name, failures, value] = ['partition', 'failures', 'value'].map(dialect.quote)
    const counts = countsOf(compilation)
    const compared = `from (${counts}) as counted where elt_all_here > 0 and elt_all_there > 0`
    const measured = `select ${statistics[methodOf(given)]} as elt_shift ${compared}`
    const { threshold } = given
    const limit = typeof threshold === 'number' ? dialect.literal({ type: 'number', value: threshold }) : undefined
    const bad = limit === undefined ? '0' : `case when elt_shift > ${limit} then 1 else 0 end`
    const over = limit === undefined ? '' : ` where elt_shift > ${limit}`
    const shown = `elt_value as ${compilation.column()}, elt_here as ${dialect.quote('here')}, elt_there as ${dialect.quote('there')}`
    return {
      measure: {
        kind: 'query',
        sql: `select 0 as ${name}, ${bad} as ${failures}, elt_shift as ${value} from (${measured}) as measured`,
      },
      failingRows: dialect.firstRows(
        `select ${shown} from (${counts}) as counted cross join (${measured}) as measured${over}`,
        assertion.limit,
      ),
    }
  },
}

/** Checks of one distribution against another one. */
export const shiftChecks: Readonly<Record<string, Definition>> = { distribution_shift: distributionShift }

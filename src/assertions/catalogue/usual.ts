import type { Argument, Arguments, Compilation, CompiledCheck, Definition } from '../definition.ts'
import type { UsualRule } from '../usual.ts'
import { whereClause } from './predicate.ts'

/** Arguments of every check that compares a partition with those before it. */
const anomalyArguments = {
  sensitivity: {
    kind: 'number',
    help: 'how many times the usual deviation (1.4826 × the median deviation) is too much; default `3.5`',
  },
  direction: {
    kind: 'choice',
    choices: ['both', 'drop', 'rise'],
    help: 'whether only a `drop` or only a `rise` is bad; default `both`',
  },
  min_change: { kind: 'number', help: 'a change of fewer percent is none; default `15`' },
  min_difference: { kind: 'number', help: 'nor is a smaller difference, which is what to say of shares; default `0`' },
  training: { kind: 'count', help: 'how many partitions before it are looked at; default 84, without seasons 30' },
  min_history: {
    kind: 'count',
    help: 'with fewer of its season it learns, and never fails; default 4, without seasons 7',
  },
  seasonality: {
    kind: 'choice',
    choices: ['day_of_week', 'hour_of_day', 'hour_of_week', 'none'],
    help: 'which partitions are alike; default: of days `day_of_week`, of hours `hour_of_week`, else `none`',
  },
} as const satisfies Readonly<Record<string, Argument>>

/** After how many partitions a season comes back, by the unit of partitions. */
const seasons: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  day: { day_of_week: 7 },
  hour: { hour_of_day: 24, hour_of_week: 168 },
}

const usualSeason: Readonly<Record<string, string>> = { day: 'day_of_week', hour: 'hour_of_week' }

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

function anomalyRule(given: Arguments, unit: string): UsualRule {
  const seasonality = typeof given.seasonality === 'string' ? given.seasonality : (usualSeason[unit] ?? 'none')
  const season = seasons[unit]?.[seasonality] ?? 1
  return {
    kind: 'anomaly',
    sensitivity: numberOr(given.sensitivity, 3.5),
    direction: given.direction === 'drop' || given.direction === 'rise' ? given.direction : 'both',
    minChange: numberOr(given.min_change, 15),
    minDifference: numberOr(given.min_difference, 0),
    training: numberOr(given.training, season > 1 ? 12 * season : 30),
    minHistory: Math.max(1, numberOr(given.min_history, season > 1 ? 4 : 7)),
    season,
  }
}

function problem(given: Arguments): string | undefined {
  const negative = ['sensitivity', 'min_change', 'min_difference', 'max_drop_pct', 'max_rise_pct'].find(
    (key) => numberOr(given[key], 0) < 0,
  )
  return negative === undefined ? undefined : `has a negative \`${negative}\``
}

/** A value of each partition; whether it is good, those before it say. */
function judgeHistory(
  { assertion, dialect, from, partition, where }: Compilation,
  aggregate: (only: (expression: string) => string) => string,
  whenEmpty?: number,
): CompiledCheck {
  const only = (expression: string): string =>
    where === undefined ? expression : `case when ${where} then ${expression === '*' ? '1' : expression} end`
  const column = assertion.partitionColumn === undefined ? [] : [dialect.quote(assertion.partitionColumn)]
  const shown = column.map((name) => `min(${name}) as ${name}, `).join('')
  const groupBy = partition === undefined ? '' : ` group by ${partition}`
  const value = aggregate((expression) => expression)
  const select = `select ${shown}${value} as ${dialect.quote('value')} from ${from} as judged${whereClause(where)}${groupBy}`
  return {
    measure: {
      kind: 'aggregate',
      expression: '0',
      whenEmpty: 0,
      value: aggregate(only),
      ...(whenEmpty === undefined ? {} : { valueWhenEmpty: whenEmpty }),
    },
    failingRows: dialect.firstRows(select, assertion.limit),
  }
}

const common = {
  nulls: 'count as the value says',
  weaker: 'groups (dimensions) are not judged apart: write one for each, with `where`',
  usualSeverity: 'warn',
  needsPartitions: true,
  problem,
} as const satisfies Partial<Definition>

const ofRows: Pick<Definition, 'column' | 'measures' | 'empty' | 'compile'> = {
  column: 'none',
  measures: 'the number of rows',
  empty: 'has 0 rows, which is a value like others',
  compile: (compilation) => judgeHistory(compilation, (only) => `count(${only('*')})`, 0),
}

export const volumeAnomaly: Definition = {
  ...common,
  ...ofRows,
  summary:
    'A partition fails whose number of rows is far from that of earlier partitions of its season (the same weekday): by the median and the median deviation of these, without what was acknowledged of them. Until enough is known it learns, and never fails.',
  example: '- volume_anomaly: { direction: drop }',
  arguments: anomalyArguments,
  usual: anomalyRule,
  label: ({ direction }) => (typeof direction === 'string' && direction !== 'both' ? direction : ''),
}

export const volumeChange: Definition = {
  ...common,
  ...ofRows,
  summary:
    'A partition fails whose number of rows is more than `max_drop_pct` below, or `max_rise_pct` above, that of the partition before it, or of the same weekday a week before. Without that partition it passes.',
  example: '- volume_change: { max_drop_pct: 50, versus: same_weekday }',
  arguments: {
    max_drop_pct: { kind: 'number', help: 'most percent that are missing' },
    max_rise_pct: { kind: 'number', help: 'most percent that are new' },
    versus: {
      kind: 'choice',
      choices: ['previous', 'same_weekday'],
      help: 'which partition it is compared with; default `previous`',
    },
  },
  problem: (given) =>
    given.max_drop_pct === undefined && given.max_rise_pct === undefined
      ? 'needs `max_drop_pct` or `max_rise_pct`'
      : problem(given),
  usual: ({ max_drop_pct: drop, max_rise_pct: rise, versus }, unit) => ({
    kind: 'change',
    ...(typeof drop === 'number' ? { maxDrop: drop } : {}),
    ...(typeof rise === 'number' ? { maxRise: rise } : {}),
    before: versus === 'same_weekday' ? (unit === 'hour' ? 168 : unit === 'day' ? 7 : 1) : 1,
  }),
  label: ({ max_drop_pct: drop, max_rise_pct: rise, versus }) => {
    const parts = [
      drop === undefined ? [] : [`-${String(drop)} %`],
      rise === undefined ? [] : [`+${String(rise)} %`],
    ].flat()
    return `${parts.join(' ')}${versus === 'same_weekday' ? ' versus same weekday' : ''}`
  },
}

/** What can be asked of a column. */
const metrics: Readonly<Record<string, (column: string, only: (expression: string) => string) => string>> = {
  null_share: (column, only) => `avg(${only(`case when ${column} is null then 1.0 else 0.0 end`)})`,
  zero_share: (column, only) => `avg(${only(`case when ${column} = 0 then 1.0 else 0.0 end`)})`,
  true_share: (column, only) => `avg(${only(`case when ${column} then 1.0 else 0.0 end`)})`,
  min: (column, only) => `min(${only(column)})`,
  max: (column, only) => `max(${only(column)})`,
  mean: (column, only) => `avg(${only(column)})`,
  length: (column, only) => `avg(${only(`length(${column})`)})`,
  distinct: (column, only) => `count(distinct ${only(column)})`,
}

export const columnAnomaly: Definition = {
  ...common,
  summary:
    'A partition fails in which a metric of the column (its share of NULLs, its mean, its number of distinct values …) is far from that of earlier partitions of its season, as in `volume_anomaly`.',
  nulls: 'are counted by `null_share`, count as neither zero nor true, and play no part in the other metrics',
  empty: 'has no value, and passes; `distinct` is 0',
  example:
    'columns: [{ name: departure_delay, data_tests: [column_anomaly: { metric: null_share, direction: rise }] }]',
  column: 'required',
  arguments: {
    metric: { kind: 'choice', required: true, choices: Object.keys(metrics), help: 'what is measured of the column' },
    ...anomalyArguments,
  },
  measures: 'the metric',
  usual: anomalyRule,
  label: ({ metric, direction }) =>
    `${String(metric)}${typeof direction === 'string' && direction !== 'both' ? ` ${direction}` : ''}`,
  compile: (compilation) => {
    const metric = String(compilation.assertion.arguments.metric)
    const column = compilation.column()
    const measured = metrics[metric] ?? (() => 'null')
    return judgeHistory(compilation, (only) => measured(column, only), metric === 'distinct' ? 0 : undefined)
  },
}

export const freshnessAnomaly: Definition = {
  ...common,
  summary:
    'A partition fails whose newest row, by the column, is unusually early or late: the hours from the first moment of its earliest row’s day to its newest row are far from those of earlier partitions of its season, as in `volume_anomaly`.',
  nulls: 'play no part',
  empty: 'has no value, and passes',
  example: 'columns: [{ name: observed_at, data_tests: [freshness_anomaly: { direction: drop }] }]',
  column: 'required',
  arguments: anomalyArguments,
  measures: 'the hours to its newest row',
  usual: anomalyRule,
  label: volumeAnomaly.label,
  compile: (compilation) => {
    const { dialect } = compilation
    const column = compilation.column()
    const moment = (expression: string): string => `cast(${expression} as ${dialect.type('local') ?? 'timestamp'})`
    const day = (only: string): string => dialect.functions.dateTruncate('day', moment(`min(${only})`))
    return judgeHistory(
      compilation,
      (only) =>
        `${dialect.functions.dateDifference('minute', day(only(column)), moment(`max(${only(column)})`))} / 60.0`,
    )
  },
}

export const anomaly: Definition = {
  ...common,
  summary:
    'A partition fails in which `value`, an aggregate over its rows, is far from that of earlier partitions of its season, as in `volume_anomaly`.',
  empty: 'has no value, and passes',
  example:
    '- anomaly: { value: "avg(case when cancelled then 1.0 else 0.0 end)", direction: rise, min_difference: 0.2 }',
  column: 'none',
  arguments: { value: { kind: 'expression', required: true, help: 'an aggregate' }, ...anomalyArguments },
  measures: 'the value',
  weaker: '`where` leaves rows out of the SQL that it shows, and not of `value`: say it there',
  usual: anomalyRule,
  problem,
  label: ({ value, direction }) =>
    `${String(value).replace(/\s+/g, ' ').trim()}${typeof direction === 'string' && direction !== 'both' ? ` ${direction}` : ''}`,
  compile: (compilation) => judgeHistory(compilation, () => `(${String(compilation.assertion.arguments.value)}\n)`),
}

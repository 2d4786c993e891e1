import type { DatePart } from '../../adapters/contract.ts'
import type { Compilation, CompiledCheck, Definition } from '../definition.ts'
import { groupArgument, groupsOf } from './measured.ts'
import { judgeQuery, whereClause } from './predicate.ts'

/** The rows with a value, with that of the row before as `elt_before`: within a group of a partition. */
function judgeSteps(compilation: Compilation, orderBy: string, bad: string): CompiledCheck {
  const { from, partition, where } = compilation
  const apart = [...(partition === undefined ? [] : [partition]), ...groupsOf(compilation)]
  const groups = apart.length === 0 ? '' : `partition by ${apart.join(', ')} `
  const column = compilation.column()
  return judgeQuery(compilation, (ordinal) => {
    const before = `lag(${column}) over (${groups}order by ${orderBy}) as elt_before`
    const rows = `select *, ${before}${ordinal} from ${from} as judged${whereClause(where, `${column} is not null`)}`
    return `select * from (${rows}) as ordered where ${bad}`
  })
}

const dateParts = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const satisfies DatePart[]

const by = (groups: unknown): string => (Array.isArray(groups) ? ` by ${groups.join(', ')}` : '')

export const sequential: Definition = {
  summary:
    'A row fails when its value is not the one before, in the order of the values, plus `interval`. Partitions are judged apart; `scope: table` judges one sequence.',
  nulls: 'are not judged',
  empty: 'passes',
  example: '- sequential: { interval: 1, datepart: day, group_by: [carrier] }',
  column: 'required',
  arguments: {
    interval: { kind: 'number', help: 'the step; default 1' },
    datepart: { kind: 'choice', choices: dateParts, help: 'of dates and times: the unit of the step' },
    ...groupArgument,
  },
  problem: ({ interval, datepart }) =>
    datepart !== undefined && interval !== undefined && !Number.isInteger(interval)
      ? 'has an `interval` of dates that is no whole number'
      : undefined,
  label: ({ interval, datepart, group_by: groups }) =>
    `${interval ?? 1}${typeof datepart === 'string' ? ` ${datepart}` : ''}${by(groups)}`,
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { interval, datepart } = assertion.arguments
    const step = dialect.literal({ type: 'number', value: Number(interval ?? 1) })
    const part = dateParts.find((one) => one === datepart)
    const next = part ? dialect.functions.dateAdd(part, step, 'elt_before') : `elt_before + ${step}`
    const column = compilation.column()
    return judgeSteps(compilation, column, `${column} <> ${next}`)
  },
}

/** Not in parentheses, so that it may say `desc`; a comment must not swallow what follows. */
const asWritten = (order: string): string => (order.includes('--') ? `${order}\n` : order)

/** A check that values go one way in some order. */
function monotonic(name: string, better: '>' | '<', words: string): Definition {
  return {
    summary: `A row fails when its value is ${words} than that of the row before it, in the order of \`order_by\`; with \`strict\` also when it is equal. Partitions are judged apart; \`scope: table\` judges one order.`,
    nulls: 'are left out',
    empty: 'passes',
    example: `- ${name}: { order_by: landed_at, group_by: [tail_number] }`,
    column: 'required',
    arguments: {
      order_by: {
        kind: 'expression',
        help: 'the order of the rows, as behind ORDER BY: `landed_at desc`; default: by the column itself, where only equal values are found',
      },
      ...groupArgument,
      strict: { kind: 'flag', help: 'whether equal values fail; default `false`' },
    },
    label: ({ order_by: order, group_by: groups, strict }) =>
      `${strict === true ? 'strictly ' : ''}${typeof order === 'string' ? `over ${order}` : ''}${by(groups)}`.trim(),
    compile: (compilation) => {
      const { order_by: order, strict } = compilation.assertion.arguments
      const column = compilation.column()
      const own = better === '>' ? column : `${column} desc`
      const good = `${column} ${better}${strict === true ? '' : '='} elt_before`
      return judgeSteps(compilation, typeof order === 'string' ? asWritten(order) : own, `not (${good})`)
    },
  }
}

export const increasing = monotonic('increasing', '>', 'less')
export const decreasing = monotonic('decreasing', '<', 'greater')

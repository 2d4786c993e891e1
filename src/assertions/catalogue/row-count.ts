import type { Json } from '../../project/index.ts'
import type { Definition } from '../definition.ts'
import { all, whereClause } from './predicate.ts'

function bounds(given: Readonly<Record<string, Json>>): readonly [number, number] {
  if (typeof given.equals === 'number') return [given.equals, given.equals]
  const least = typeof given.min === 'number' ? given.min : 0
  return [least, typeof given.max === 'number' ? given.max : Number.POSITIVE_INFINITY]
}

export const rowCount: Definition = {
  summary:
    'Fails, with one failure, when the rows of a partition (or of the relation, without partitions) are fewer than `min`, more than `max`, or not `equals`. An empty partition has 0 rows.',
  example: '- row_count: { min: 1 }',
  column: 'none',
  arguments: {
    min: { kind: 'count', required: false },
    max: { kind: 'count', required: false },
    equals: { kind: 'count', required: false },
  },
  problem: (given) => {
    const ranged = given.min !== undefined || given.max !== undefined
    if (given.equals !== undefined) return ranged ? 'has `equals` beside `min` or `max`' : undefined
    if (!ranged) return 'needs `min`, `max` or `equals`'
    const [least, most] = bounds(given)
    return least > most ? `has a \`min\` of ${least} above its \`max\` of ${most}` : undefined
  },
  label: (given) => {
    if (given.equals !== undefined) return String(given.equals)
    return `${given.min ?? 0}…${given.max ?? ''}`
  },
  compile: ({ assertion, dialect, from, partition, where }) => {
    const [least, most] = bounds(assertion.arguments)
    const number = (value: number): string => dialect.literal({ type: 'number', value })
    const good = (count: string): string =>
      all(`${count} >= ${number(least)}`, Number.isFinite(most) ? `${count} <= ${number(most)}` : undefined)
    const counted = where === undefined ? 'count(*)' : `count(case when ${where} then 1 end)`
    const groupBy = partition === undefined ? '' : ` group by ${partition}`
    const column = assertion.partitionColumn === undefined ? undefined : dialect.quote(assertion.partitionColumn)
    const shown = partition === undefined || column === undefined ? '' : `min(${column}) as ${column}, `
    return {
      measure: {
        kind: 'aggregate',
        expression: `case when ${good(counted)} then 0 else 1 end`,
        whenEmpty: least > 0 ? 1 : 0,
      },
      failingRows: dialect.firstRows(
        `select ${shown}count(*) as ${dialect.quote('rows')} from ${from} as judged${whereClause(where)}${groupBy} having not (${good('count(*)')})`,
        assertion.limit,
      ),
    }
  },
}

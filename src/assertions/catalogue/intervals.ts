import type { Definition } from '../definition.ts'
import { judgeQuery, whereClause } from './predicate.ts'

/** How an upper bound may stand to the next lower one. */
const kept = { allowed: '<=', not_allowed: '=', required: '<' } as const

export const mutuallyExclusiveRanges: Definition = {
  summary:
    'A row fails when its range from `lower` to `upper` is empty or reaches into the next one, in the order of the lower bounds. `gaps` says whether there may, must not or must be something between them.',
  nulls: 'fail in either bound',
  empty: 'passes',
  example:
    '- mutually_exclusive_ranges: { lower: valid_from, upper: valid_to, partition_by: [customer], gaps: not_allowed }',
  column: 'none',
  arguments: {
    lower: { kind: 'column', required: true, help: 'where a range begins' },
    upper: { kind: 'column', required: true, help: 'where it ends' },
    partition_by: { kind: 'columns', help: 'columns by whose values ranges are compared apart' },
    gaps: { kind: 'choice', choices: Object.keys(kept), help: 'default `allowed`' },
    zero_length: { kind: 'flag', help: 'whether a range may end where it begins; default `false`' },
  },
  label: ({ lower, upper, partition_by: groups, gaps }) =>
    `${lower}…${upper}${Array.isArray(groups) ? ` by ${groups.join(', ')}` : ''}${typeof gaps === 'string' ? ` gaps ${gaps}` : ''}`,
  compile: (compilation) => {
    const { assertion, dialect, from, partition, where } = compilation
    const { partition_by: groups, gaps, zero_length: isZeroFine } = assertion.arguments
    const [lower, upper] = [assertion.arguments.lower, assertion.arguments.upper].map((name) =>
      dialect.quote(String(name)),
    )
    const apart = [
      ...(partition === undefined ? [] : [partition]),
      ...((groups ?? []) as readonly string[]).map(dialect.quote),
    ]
    const by = apart.length === 0 ? '' : `partition by ${apart.join(', ')} `
    const relation = kept[gaps as keyof typeof kept] ?? kept.allowed
    const isRange = `coalesce(${lower} ${isZeroFine === true ? '<=' : '<'} ${upper}, false)`
    const isFree = `(elt_next is null or coalesce(${upper} ${relation} elt_next, false))`
    return judgeQuery(compilation, (ordinal) => {
      const next = `lead(${lower}) over (${by}order by ${lower}, ${upper}) as elt_next`
      const rows = `select *, ${next}${ordinal} from ${from} as judged${whereClause(where)}`
      return `select * from (${rows}) as ordered where not (${isRange} and ${isFree})`
    })
  },
}

import type { Compilation, Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { boundArguments, boundLabel, boundProblem, withinBounds } from './measured.ts'
import { whereClause } from './predicate.ts'

/** The judged rows under the name by which SQL that a person wrote reads them. */
function judgedRows({ from, where, dialect }: Compilation): string {
  return `with ${dialect.quote('judged')} as (select * from ${from} as elt_rows${whereClause(where)})`
}

const oneLine = (sql: unknown): string => String(sql).replace(/\s+/g, ' ').trim()

export const customSql: Definition = {
  summary:
    'The rows fail that the SELECT of `rows` returns; or the one number that the SELECT of `value` returns is less than `min`, more than `max`, or not `equals`. Both read the judged rows as `judged`, and judge all partitions together.',
  nulls: 'are what the SELECT makes of them; a number that is NULL passes',
  empty: 'is what the SELECT makes of it',
  example: '- custom_sql: { rows: select flight_id from judged group by 1 having count(*) > 2 }',
  column: 'none',
  arguments: {
    rows: { kind: 'expression', help: 'a SELECT of failing rows' },
    value: { kind: 'expression', help: 'a SELECT of one number' },
    ...boundArguments,
  },
  ofWhole: true,
  measures: 'the number that `value` returns, or that of failing rows',
  weaker:
    'it reads the judged rows only: what reads other relations is a singular assertion of `tests/sql`, or a macro',
  problem: (given, isBounded) => {
    if ((given.rows === undefined) === (given.value === undefined)) return 'needs `rows` or `value`, and not both'
    if (given.value !== undefined) return boundProblem(given, isBounded)
    const bound = ['min', 'max', 'equals'].find((name) => given[name] !== undefined)
    return bound === undefined ? undefined : `has \`${bound}\` beside \`rows\``
  },
  label: ({ rows, value, ...bounds }) =>
    rows === undefined ? `${oneLine(value)}: ${boundLabel(bounds)}`.replace(/: $/, '') : oneLine(rows),
  compile: (compilation) => {
    const { dialect, assertion } = compilation
    const { rows, value } = assertion.arguments
    const [name, failures, measured] = ['partition', 'failures', 'value'].map(dialect.quote)
    const judged = judgedRows(compilation)
    if (rows !== undefined) {
      const all = `${judged}\nselect * from ${enclosed(`\n${rows}\n`)} as written`
      return {
        measure: {
          kind: 'query',
          sql: `select 0 as ${name}, count(*) as ${failures}, count(*) as ${measured} from (${all}) as failing`,
        },
        failingRows: dialect.firstRows(all, assertion.limit),
      }
    }
    const number = `${judged}\nselect ${enclosed(`\n${value}\n`)} as ${measured}`
    const good = withinBounds(assertion.arguments, measured ?? '', dialect)
    const bad = good === undefined ? '0' : `case when not (${good}) then 1 else 0 end`
    const having = good === undefined ? '' : ` where not (${good})`
    return {
      measure: {
        kind: 'query',
        sql: `select 0 as ${name}, ${bad} as ${failures}, ${measured} from (${number}) as found`,
      },
      failingRows: dialect.firstRows(`select ${measured} from (${number}) as found${having}`, assertion.limit),
    }
  },
}

import type { Dialect } from '../../adapters/contract.ts'
import type { Json } from '../../project/index.ts'
import type { Argument, Arguments, Compilation, CompiledCheck, Definition } from '../definition.ts'
import { all, whereClause } from './predicate.ts'
import { bound } from './range.ts'

/** The arguments of a check that holds a number to bounds. */
export const boundArguments = {
  min: { kind: 'number', help: 'least good value' },
  max: { kind: 'number', help: 'greatest good value' },
  equals: { kind: 'number', help: 'the only good value' },
  inclusive: { kind: 'flag', help: '`false`: the bounds themselves are bad; default `true`' },
} as const satisfies Readonly<Record<string, Argument>>

/** The same for numbers of rows or values. */
export const countArguments = {
  min: { kind: 'count', help: 'least good number' },
  max: { kind: 'count', help: 'greatest good number' },
  equals: { kind: 'count', help: 'the only good number' },
  inclusive: boundArguments.inclusive,
} as const satisfies Readonly<Record<string, Argument>>

/** An argument by whose values a check judges groups apart. */
export const groupArgument = {
  group_by: { kind: 'columns', help: 'columns by whose values groups of rows are judged apart' },
} as const satisfies Readonly<Record<string, Argument>>

/** A number, a date, or SQL. */
const isBound = (value: Json | undefined): value is number | string => typeof value === 'string' || isNumber(value)

const isNumber = (value: Json | undefined): value is number => typeof value === 'number'

/** What is wrong with bounds: none at all where no condition of its own judges the value, or bounds that exclude each other. */
export const boundProblem: NonNullable<Definition['problem']> = ({ min, max, equals }, isBounded) => {
  const ranged = min !== undefined || max !== undefined
  if (equals !== undefined) return ranged ? 'has `equals` beside `min` or `max`' : undefined
  if (!ranged) return isBounded ? undefined : 'needs `min`, `max` or `equals`'
  return isNumber(min) && isNumber(max) && min > max ? `has a \`min\` of ${min} above its \`max\` of ${max}` : undefined
}

/** Bounds in the name of an assertion: `0.5…1`, by groups. */
export function boundLabel({ min, max, equals, inclusive, group_by: groups }: Arguments): string {
  const range =
    equals === undefined && min === undefined && max === undefined ? '' : String(equals ?? `${min ?? ''}…${max ?? ''}`)
  const exclusive = inclusive === false ? ' exclusive' : ''
  const by = groups === undefined ? '' : ` by ${(groups as readonly string[]).join(', ')}`
  return `${range}${exclusive}${by}`.trim()
}

/** The condition under which a value is good; undefined where no bounds are given. */
export function withinBounds(given: Arguments, value: string, dialect: Dialect): string | undefined {
  const { equals, min, max } = given
  const orEqual = given.inclusive === false ? '' : '='
  const condition = all(
    isBound(equals) ? `${value} = ${bound({ dialect }, equals)}` : undefined,
    isBound(min) ? `${value} >${orEqual} ${bound({ dialect }, min)}` : undefined,
    isBound(max) ? `${value} <${orEqual} ${bound({ dialect }, max)}` : undefined,
  )
  return condition === '' ? undefined : condition
}

/** Whether a number lies within bounds. */
export function isWithin({ min, max, equals, inclusive }: Arguments, value: number): boolean {
  const isExclusive = inclusive === false
  const above = !isNumber(min) || value > min || (!isExclusive && value === min)
  const below = !isNumber(max) || value < max || (!isExclusive && value === max)
  return above && below && (!isNumber(equals) || value === equals)
}

/** A value that a check measures of a partition, of a relation, or of each group. */
export interface MeasuredValue {
  /** The aggregate. `only` makes an expression (or `*`) NULL for the rows that are not considered. */
  readonly aggregate: (only: (expression: string) => string) => string
  /** What it is called beside the rows that are shown. */
  readonly name: string
  /** Of no rows, where that is a number. */
  readonly whenEmpty?: number
  /** `min`, `max`, `equals`, `inclusive`; absent: the arguments of the assertion. */
  readonly bounds?: Arguments
}

/** The columns that groups are made by, quoted. */
export function groupsOf({ assertion, dialect }: Compilation): readonly string[] {
  return ((assertion.arguments.group_by ?? []) as readonly string[]).map(dialect.quote)
}

/** What groups and partitions are told apart by, and shown with. */
export function groupingOf(compilation: Compilation): { readonly groupBy: string; readonly shown: readonly string[] } {
  const { assertion, dialect, partition } = compilation
  const groups = groupsOf(compilation)
  const by = [...(partition === undefined ? [] : [partition]), ...groups]
  const groupBy = by.length === 0 ? '' : ` group by ${by.join(', ')}`
  if (partition === undefined || assertion.partitionColumn === undefined) return { groupBy, shown: groups }
  const column = dialect.quote(assertion.partitionColumn)
  return { groupBy, shown: [`min(${column}) as ${column}`, ...groups.filter((name) => name !== column)] }
}

const asItIs = (expression: string): string => expression

/** Makes an expression NULL for the rows that a condition leaves out. */
function onlyOf(where: string | undefined): (expression: string) => string {
  if (where === undefined) return asItIs
  return (expression) => `case when ${where} then ${expression === '*' ? '1' : expression} end`
}

function failingValues(compilation: Compilation, { aggregate, bounds, name, whenEmpty }: MeasuredValue): string {
  const { assertion, dialect, from, where } = compilation
  const { groupBy, shown } = groupingOf(compilation)
  // Where no row says something, too, a partition is shown although `where` leaves none of its rows.
  const isSeen = whenEmpty !== undefined && groupsOf(compilation).length === 0
  const value = aggregate(isSeen ? onlyOf(where) : asItIs)
  const good = withinBounds(bounds ?? assertion.arguments, value, dialect)
  const having = good === undefined ? '' : ` having not (${good})`
  const columns = [...shown, `${value} as ${dialect.quote(name)}`].join(', ')
  const rows = `${from} as judged${isSeen ? '' : whereClause(where)}`
  const select = `select ${columns} from ${rows}${groupBy}${having}`
  return dialect.firstRows(select, assertion.limit)
}

/** Of groups, those count as failures whose value is bad; there is no value of all of them. */
function judgeGroups(compilation: Compilation, { aggregate, bounds }: MeasuredValue): string {
  const { assertion, dialect, from, partition, where } = compilation
  const good = withinBounds(bounds ?? assertion.arguments, 'measured', dialect)
  const [name, failures] = [dialect.quote('partition'), dialect.quote('failures')]
  const { groupBy } = groupingOf(compilation)
  const values = `select ${partition ?? '0'} as ${name}, ${aggregate(asItIs)} as measured from ${from} as judged${whereClause(where)}${groupBy}`
  const bad = good === undefined ? '0' : `count(case when not (${good}) then 1 end)`
  return `select ${name}, ${bad} as ${failures} from (${values}) as grouped group by ${name}`
}

/** The SQL of a check that measures one value of each partition (or of the relation, or of each group) and judges that. */
export function judgeValue(compilation: Compilation, measured: MeasuredValue): CompiledCheck {
  const { assertion, dialect, where } = compilation
  const failingRows = failingValues(compilation, measured)
  if (groupsOf(compilation).length > 0) {
    return { measure: { kind: 'query', sql: judgeGroups(compilation, measured) }, failingRows }
  }
  const value = measured.aggregate(onlyOf(where))
  const bounds = measured.bounds ?? assertion.arguments
  const good = withinBounds(bounds, value, dialect)
  const { whenEmpty } = measured
  return {
    measure: {
      kind: 'aggregate',
      expression: good === undefined ? '0' : `case when not (${good}) then 1 else 0 end`,
      whenEmpty: whenEmpty !== undefined && !isWithin(bounds, whenEmpty) ? 1 : 0,
      value,
      ...(whenEmpty === undefined ? {} : { valueWhenEmpty: whenEmpty }),
    },
    failingRows,
  }
}

import type { Dialect } from '../../adapters/contract.ts'
import type { Json } from '../../project/index.ts'
import type { Argument, Arguments, Compilation, CompiledCheck, Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { whereClause } from './predicate.ts'

/** The other relation, and which of its rows. */
export const otherArguments = {
  to: { kind: 'relation', required: true, help: 'the other relation' },
  to_where: { kind: 'expression', help: 'judges only these rows of the other one' },
} as const satisfies Readonly<Record<string, Argument>>

/** What groups of both relations are compared by. */
const pairArguments = {
  group_by: { kind: 'expressions', help: 'columns or SQL by whose values groups are compared apart' },
  to_group_by: { kind: 'expressions', help: 'the same of the other relation; default: `group_by`' },
} as const satisfies Readonly<Record<string, Argument>>

const toleranceArgument = {
  tolerance: {
    kind: 'tolerance',
    help: 'how far apart both may be: a number, or a percentage of the other one; default 0',
  },
} as const satisfies Readonly<Record<string, Argument>>

/** Where the rows of the other relation are read: the table as it will be, when it is the same. */
export function otherRelation({ assertion, target }: Compilation): string {
  const node = String(assertion.arguments.to)
  return node === assertion.node ? (target.whole ?? target.rows) : target.relation(node)
}

/** The condition on rows of the other relation, in parentheses. */
export function otherWhere({ assertion }: Compilation): string | undefined {
  const { to_where: where } = assertion.arguments
  return typeof where === 'string' ? enclosed(where) : undefined
}

const listOf = (value: Json | undefined): readonly string[] => (value ?? []) as readonly string[]

/** What is compared: an aggregate of each relation. */
interface Compared {
  readonly own: string
  readonly other: string
  /** The condition under which two values are as they should be. */
  readonly good: (own: string, other: string) => string
  /** Both are numbers of rows: of a group that one of them lacks there are 0. */
  readonly isCount?: true
  /** Both are numbers in any case, so that their difference is worth keeping. */
  readonly isNumber?: true
}

/** Both values of each group, side by side, as `g1`, `g2` …, `own_value`, `other_value`. */
function pairs(compilation: Compilation, { own, other, isCount }: Compared): string {
  const { assertion, from, where } = compilation
  const { group_by: groups, to_group_by: others = groups } = assertion.arguments
  const named = (by: readonly string[]): string => by.map((one, i) => `${enclosed(one)} as g${i + 1}, `).join('')
  const names = listOf(groups).map((_, i) => `g${i + 1}`)
  const grouped = names.length === 0 ? '' : ` group by ${names.map((_, i) => i + 1).join(', ')}`
  const ours = `select ${named(listOf(groups))}${own} as own_value, null as other_value from ${from} as judged${whereClause(where)}${grouped}`
  const theirs = `select ${named(listOf(others))}null, ${other} from ${otherRelation(compilation)} as compared${whereClause(otherWhere(compilation))}${grouped}`
  const value = (name: string): string => (isCount ? `coalesce(max(${name}), 0) as ${name}` : `max(${name}) as ${name}`)
  const shown = [...names, value('own_value'), value('other_value')].join(', ')
  return `select ${shown} from (${ours} union all ${theirs}) as both_sides${grouped}`
}

/** The SQL of a check that compares an aggregate of two relations, of each group where there are any. */
export function judgeAgainst(compilation: Compilation, compared: Compared): CompiledCheck {
  const { assertion, dialect } = compilation
  const good = compared.good('own_value', 'other_value')
  const one = 'own_value is null and other_value is null'
  const bad = compared.isCount
    ? `not (${good})`
    : `case when ${one} then false when own_value is null or other_value is null then true else not (${good}) end`
  const [name, failures, value] = ['partition', 'failures', 'value'].map(dialect.quote)
  const isWhole = assertion.arguments.group_by === undefined
  const difference = compared.isNumber && isWhole ? `, max(own_value - other_value) as ${value}` : ''
  const found = pairs(compilation, compared)
  const groups = listOf(assertion.arguments.group_by).map((group, i) => `g${i + 1} as ${dialect.quote(group)}, `)
  const shown = `${groups.join('')}own_value as ${dialect.quote('here')}, other_value as ${dialect.quote('there')}`
  return {
    measure: {
      kind: 'query',
      sql: `select 0 as ${name}, count(case when ${bad} then 1 end) as ${failures}${difference} from (${found}) as pairs`,
    },
    failingRows: dialect.firstRows(`select ${shown} from (${found}) as pairs where ${bad}`, assertion.limit),
  }
}

/** The condition that two numbers are as near to each other as the assertion demands. */
function near(given: Arguments, dialect: Dialect): Compared['good'] {
  const { value = 0, percent = false } = (given.tolerance ?? {}) as { value?: number; percent?: boolean }
  if (value === 0) return (own, other) => `${own} = ${other}`
  const number = dialect.literal({ type: 'number', value: percent ? Number((value / 100).toPrecision(15)) : value })
  return (own, other) => `abs(${own} - ${other}) <= ${percent ? `abs(${other}) * ${number}` : number}`
}

function toleranceLabel({ tolerance }: Arguments): string {
  if (tolerance === undefined) return ''
  const { value, percent } = tolerance as unknown as { value: number; percent: boolean }
  return ` ± ${value}${percent ? ' %' : ''}`
}

const by = ({ group_by: groups }: Arguments): string =>
  groups === undefined ? '' : ` by ${listOf(groups).join(', ').replace(/\s+/g, ' ')}`

const ofRowCounts = {
  nulls: 'count as values of `group_by`, as equal to each other; else they play no part',
  column: 'none',
  measures: 'the difference in rows',
  ofWhole: true,
} as const

const counted = { own: 'count(*)', other: 'count(*)', isCount: true, isNumber: true } as const

export const equalRowcount: Definition = {
  ...ofRowCounts,
  summary: 'Fails when the relation and `to`, or a group of both, have different numbers of rows.',
  empty: 'has 0 rows',
  example: "- equal_rowcount: { to: ref('flights'), group_by: [flight_date] }",
  arguments: { ...otherArguments, ...pairArguments },
  label: (given) => `${given.to}${by(given)}`,
  compile: (compilation) => judgeAgainst(compilation, { ...counted, good: (own, other) => `${own} = ${other}` }),
}

export const fewerRowsThan: Definition = {
  ...ofRowCounts,
  summary: 'Fails when the relation, or a group of it, has not fewer rows than `to`.',
  empty: 'has 0 rows: fails only where the other one is empty, too',
  example: "- fewer_rows_than: { to: ref('flights') }",
  arguments: { ...otherArguments, ...pairArguments },
  label: (given) => `${given.to}${by(given)}`,
  compile: (compilation) => judgeAgainst(compilation, { ...counted, good: (own, other) => `${own} < ${other}` }),
}

export const rowcountFactor: Definition = {
  ...ofRowCounts,
  summary: 'Fails when the relation, or a group of it, has not `factor` times as many rows as `to`.',
  empty: 'has 0 rows',
  example: "- rowcount_factor: { to: ref('flights'), factor: 2, tolerance: 1 % }",
  arguments: {
    ...otherArguments,
    factor: { kind: 'number', help: 'default 1' },
    ...toleranceArgument,
    ...pairArguments,
  },
  label: (given) => `${given.factor ?? 1} × ${given.to}${toleranceLabel(given)}${by(given)}`,
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const factor = dialect.literal({ type: 'number', value: Number(assertion.arguments.factor ?? 1) })
    const good = near(assertion.arguments, dialect)
    return judgeAgainst(compilation, { ...counted, other: `count(*) * ${factor}`, good })
  },
}

export const aggregationEquals: Definition = {
  summary: 'Fails when an aggregate of the relation, or of a group of it, is not that of `to`.',
  nulls: 'are what the aggregate makes of them; NULL equals NULL only',
  empty: 'has the aggregate of no rows',
  example: "- aggregation_equals: { expression: max(landed_at), to: ref('flights'), group_by: [flight_date] }",
  column: 'none',
  arguments: {
    expression: { kind: 'expression', required: true, help: 'an aggregate' },
    ...otherArguments,
    to_expression: { kind: 'expression', help: 'the aggregate of the other one; default: `expression`' },
    ...toleranceArgument,
    ...pairArguments,
  },
  ofWhole: true,
  weaker:
    'a percentage is one of the other relation’s value, not of its own; NULL on one side fails instead of counting as 0',
  label: (given) => `${given.expression} = ${given.to}${toleranceLabel(given)}${by(given)}`,
  compile: (compilation) => {
    const { expression, to_expression: other = expression } = compilation.assertion.arguments
    const good = near(compilation.assertion.arguments, compilation.dialect)
    return judgeAgainst(compilation, { own: enclosed(String(expression)), other: enclosed(String(other)), good })
  },
}

export const reconcileSum: Definition = {
  summary: 'Fails when the sum of the column is not that of `field` in `to`, in the whole or in a group.',
  nulls: 'add nothing; without any value the sum is NULL, which equals NULL only',
  empty: 'has no sum: passes where the other one has none, too',
  example: "- reconcile_sum: { to: ref('invoices'), field: amount, tolerance: 0.01 %, group_by: [day] }",
  column: 'required',
  arguments: {
    ...otherArguments,
    field: { kind: 'column', ofOther: true, help: 'column of the other one; default: of the same name' },
    ...toleranceArgument,
    ...pairArguments,
  },
  measures: 'the difference between the sums',
  ofWhole: true,
  label: (given) =>
    `${given.to}${given.field === undefined ? '' : `.${given.field}`}${toleranceLabel(given)}${by(given)}`,
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const { field } = assertion.arguments
    const column = compilation.column()
    const other = typeof field === 'string' ? dialect.quote(field) : column
    const good = near(assertion.arguments, dialect)
    return judgeAgainst(compilation, { own: `sum(${column})`, other: `sum(${other})`, isNumber: true, good })
  },
}

/** How often each value occurs on both sides, where that differs. */
function differingCounts(compilation: Compilation): string {
  const { assertion, dialect, from, where } = compilation
  const field = dialect.quote(String(assertion.arguments.field ?? assertion.column))
  const ours = `select ${compilation.column()} as elt_value, 1 as own_row, 0 as other_row from ${from} as judged${whereClause(where)}`
  const theirs = `select ${field}, 0, 1 from ${otherRelation(compilation)} as compared${whereClause(otherWhere(compilation))}`
  return `select elt_value, sum(own_row) as own_rows, sum(other_row) as other_rows from (${ours} union all ${theirs}) as both_sides group by elt_value having sum(own_row) <> sum(other_row)`
}

export const cardinalityEquality: Definition = {
  summary: 'A value fails that does not occur as often in the column as in `field` of `to`.',
  nulls: 'count as one value',
  empty: 'passes where the other one is empty, too',
  example: "- cardinality_equality: { to: ref('flights'), field: carrier }",
  column: 'required',
  arguments: {
    ...otherArguments,
    field: { kind: 'column', ofOther: true, help: 'column of the other one; default: of the same name' },
  },
  ofWhole: true,
  label: (given) => `${given.to}${given.field === undefined ? '' : `.${given.field}`}`,
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const found = differingCounts(compilation)
    const [name, failures] = ['partition', 'failures'].map(dialect.quote)
    const shown = `elt_value as ${compilation.column()}, own_rows as ${dialect.quote('here')}, other_rows as ${dialect.quote('there')}`
    return {
      measure: { kind: 'query', sql: `select 0 as ${name}, count(*) as ${failures} from (${found}) as differing` },
      failingRows: dialect.firstRows(`select ${shown} from (${found}) as differing`, assertion.limit),
    }
  },
}

/** The columns that are compared, the rounded ones as such. */
function comparedColumns({ assertion, dialect }: Compilation): string {
  const { columns, precision, rounded } = assertion.arguments
  const names = listOf(columns)
  if (names.length === 0) return '*'
  const exact = new Set(listOf(rounded))
  return names
    .map((name) => {
      const column = dialect.quote(name)
      if (!exact.has(name)) return column
      return `round(cast(${column} as ${dialect.type('decimal(38,10)')}), ${Number(precision)}) as ${column}`
    })
    .join(', ')
}

const isNumeric = (type: string | undefined): boolean => /^(?:double|float|real|decimal|numeric)\b/i.test(type ?? '')

export const equality: Definition = {
  summary:
    'Rows fail that are in one of both relations only, or there more often. All columns are compared, which must be the same in the same order, or `columns`, or all but `exclude`.',
  nulls: 'are equal to each other',
  empty: 'passes where the other one is empty, too',
  example: "- equality: { to: ref('flights_by_hand'), columns: [flight_date, carrier, flights] }",
  column: 'none',
  arguments: {
    ...otherArguments,
    columns: { kind: 'columns', help: 'the columns to compare' },
    exclude: { kind: 'columns', help: 'columns to leave out, of those that are documented' },
    precision: { kind: 'count', help: 'digits behind the point of columns that are documented as decimal or double' },
  },
  ofWhole: true,
  weaker:
    '`exclude` and `precision` ask for documented columns (with `data_type`), which dbt_utils reads from the warehouse. A row that is there twice on one side only fails here and passes there.',
  completed: (given, { columns: documented }) => {
    const excluded = new Set(listOf(given.exclude).map((name) => name.toLowerCase()))
    const kept = documented.filter(({ name }) => !excluded.has(name.toLowerCase())).map(({ name }) => name)
    const isGuessed = given.columns === undefined && (given.exclude !== undefined || given.precision !== undefined)
    const columns = isGuessed ? kept : listOf(given.columns)
    if (columns.length === 0) return given
    const types = new Map(documented.map(({ name, type }) => [name.toLowerCase(), type]))
    const rounded =
      given.precision === undefined ? [] : columns.filter((name) => isNumeric(types.get(name.toLowerCase())))
    return { ...given, columns, ...(rounded.length > 0 ? { rounded } : {}) }
  },
  problem: ({ columns, exclude, precision }) => {
    if (columns === undefined && (exclude !== undefined || precision !== undefined)) {
      return 'has `exclude` or `precision` at a model whose columns are not documented: name them as `columns`'
    }
    return undefined
  },
  label: ({ to, columns, exclude, precision }) =>
    `${to}${exclude === undefined ? (columns === undefined ? '' : `: ${listOf(columns).join(', ')}`) : ` without ${listOf(exclude).join(', ')}`}${precision === undefined ? '' : ` to ${precision} digits`}`,
  compile: (compilation) => {
    const { assertion, dialect, from, where } = compilation
    const columns = comparedColumns(compilation)
    const ours = `select ${columns} from ${from} as judged${whereClause(where)}`
    const theirs = `select ${columns} from ${otherRelation(compilation)} as compared${whereClause(otherWhere(compilation))}`
    const [name, failures, only] = ['partition', 'failures', 'only'].map(dialect.quote)
    const side = (words: string): string => dialect.literal({ type: 'text', value: words })
    const extra = (words: string, some: string, others: string): string =>
      `select ${side(words)} as ${only}, extra.* from (${some} except all ${others}) as extra`
    const found = `${extra('here', ours, theirs)} union all ${extra('there', theirs, ours)}`
    return {
      measure: { kind: 'query', sql: `select 0 as ${name}, count(*) as ${failures} from (${found}) as differing` },
      failingRows: dialect.firstRows(`select * from (${found}) as differing`, assertion.limit),
    }
  },
}

import type { Json } from '../../project/index.ts'
import type { Argument, Arguments, Compilation, Definition } from '../definition.ts'
import { enclosed, fragmentProblem } from '../sql-fragment.ts'
import { groupArgument, judgeValue } from './measured.ts'
import { all, judgeRows } from './predicate.ts'
import { literal } from './values.ts'

const namesOf = (given: Arguments): readonly string[] => (given.columns ?? []) as readonly string[]

const columnsOf = ({ assertion, dialect }: Compilation): readonly string[] =>
  namesOf(assertion.arguments).map(dialect.quote)

const ofRecords = { empty: 'passes', column: 'none', ofRows: true } as const

const listArgument = {
  columns: { kind: 'columns', required: true, help: 'the columns, two or more' },
} as const satisfies Readonly<Record<string, Argument>>

const pairArguments = {
  a: { kind: 'column', required: true, help: 'the one column' },
  b: { kind: 'column', required: true, help: 'the other column' },
} as const satisfies Readonly<Record<string, Argument>>

const several: NonNullable<Definition['problem']> = (given) =>
  namesOf(given).length < 2 ? 'needs two `columns` or more' : undefined

/** The argument that says which rows are left out for their NULLs. */
const ignoreNulls = (usual: string) =>
  ({
    ignore_nulls: {
      kind: 'choice',
      choices: ['never', 'any', 'all'],
      help: `leaves out rows where \`any\` of the columns is NULL, \`all\` of them are, or \`never\` any; default \`${usual}\``,
    },
  }) as const satisfies Readonly<Record<string, Argument>>

/** The condition that a row is not left out for its NULLs. */
function judgedRows(columns: readonly string[], ignored: Json | undefined): string | undefined {
  if (ignored === 'never') return undefined
  return `(${columns.map((column) => `${column} is not null`).join(ignored === 'any' ? ' and ' : ' or ')})`
}

const nullsLabel = ({ ignore_nulls: ignored }: Arguments): string =>
  ignored === undefined ? '' : ` ignoring ${ignored} NULL`

/** Whether two columns are the same, NULLs equal to each other. Never NULL. */
const same = (a: string, b: string): string => `case when ${a} = ${b} then true else ${a} is null and ${b} is null end`

const columnsEqual: Definition = {
  ...ofRecords,
  summary: 'A row fails when the columns `a` and `b` differ.',
  nulls: 'are equal to each other, and differ from every value, unless `ignore_nulls: any`',
  example: '- columns_equal: { a: planned_gate, b: gate, ignore_nulls: any }',
  arguments: { ...pairArguments, ...ignoreNulls('all') },
  label: (given) => `${given.a}, ${given.b}${nullsLabel(given)}`,
  compile: (compilation) => {
    const { a, b, ignore_nulls: ignored = 'all' } = compilation.assertion.arguments
    const columns = [a, b].map((name) => compilation.dialect.quote(String(name)))
    const [one = '', other = ''] = columns
    return judgeRows(compilation, all(judgedRows(columns, ignored), `not (${same(one, other)})`))
  },
}

const aGreaterThanB: Definition = {
  ...ofRecords,
  summary: 'A row fails when the column `a` is not greater than `b` (with `or_equal`: less than it).',
  nulls: 'pass in either column',
  example: '- a_greater_than_b: { a: landed_at, b: departed_at, or_equal: true }',
  arguments: { ...pairArguments, or_equal: { kind: 'flag', help: 'whether equal values pass; default `false`' } },
  label: (given) => `${given.a} ${given.or_equal === true ? '>=' : '>'} ${given.b}`,
  compile: (compilation) => {
    const { a, b, or_equal: orEqual } = compilation.assertion.arguments
    const { quote } = compilation.dialect
    return judgeRows(compilation, `not (${quote(String(a))} ${orEqual === true ? '>=' : '>'} ${quote(String(b))})`)
  },
}

/** The rows of values that a check allows. */
const pairsOf = (given: Arguments): readonly (readonly Json[])[] => (given.pairs ?? []) as readonly (readonly Json[])[]

const pairInSet: Definition = {
  ...ofRecords,
  summary: 'A row fails when the values of `columns`, together, are none of `pairs`.',
  nulls: 'pass in any of the columns; where one of `pairs` has a NULL they are values as all others',
  example: '- pair_in_set: { columns: [status, reason], pairs: [[landed, null], [cancelled, weather]] }',
  arguments: {
    ...listArgument,
    pairs: { kind: 'rows', required: true, help: 'lists of values, each as long as `columns`' },
    quote: { kind: 'flag', help: '`true`: all of them are text; `false`: SQL; default: what YAML reads' },
  },
  problem: (given) => {
    const width = namesOf(given).length
    if (pairsOf(given).some((pair) => pair.length !== width)) return `has \`pairs\` that are not of ${width} values`
    if (given.quote !== false) return several(given, false)
    const detail = pairsOf(given)
      .flat()
      .map((value) => (value === null ? undefined : fragmentProblem(String(value))))
      .find((problem) => problem !== undefined)
    return detail === undefined ? several(given, false) : `has SQL among \`pairs\` that ${detail}`
  },
  label: (given) => {
    const shown = pairsOf(given).map((pair) => `(${pair.map(String).join(', ')})`)
    return `${namesOf(given).join(', ')}: ${shown.join(', ')}`
  },
  compile: (compilation) => {
    const { dialect } = compilation
    const { arguments: given } = compilation.assertion
    const columns = columnsOf(compilation)
    const is = (column: string, value: Json): string =>
      value === null ? `${column} is null` : `${column} = ${literal(dialect, value, given.quote)}`
    const found = pairsOf(given).map((pair) => `(${pair.map((value, i) => is(columns[i] ?? '', value)).join(' and ')})`)
    const hasNull = pairsOf(given).flat().includes(null)
    const judged = hasNull ? undefined : judgedRows(columns, 'any')
    return judgeRows(compilation, all(judged, `case when ${found.join(' or ')} then false else true end`))
  },
}

const sumEquals: Definition = {
  ...ofRecords,
  summary:
    'A row fails when the sum of `columns` is not `total`. With `of_all` the sums of all rows of a partition (or of the relation, or of a group) are judged instead.',
  nulls: 'in one of the columns make the sum of its row NULL, which passes; sums of all rows leave them out',
  example: '- sum_equals: { columns: [on_time, late, cancelled], total: flights }',
  arguments: {
    ...listArgument,
    total: { kind: 'bound', required: true, help: 'a number, or SQL: with `of_all` an aggregate' },
    tolerance: { kind: 'number', help: 'how far from it is still right; default 0' },
    of_all: { kind: 'flag', help: 'whether all rows are summed up; default `false`' },
    ...groupArgument,
  },
  problem: (given) => {
    if (Number(given.tolerance ?? 0) < 0) return 'has a `tolerance` below 0'
    return given.group_by !== undefined && given.of_all !== true ? 'has `group_by` without `of_all: true`' : undefined
  },
  label: (given) => {
    const groups = given.group_by === undefined ? '' : ` by ${(given.group_by as readonly string[]).join(', ')}`
    const tolerance = given.tolerance === undefined ? '' : ` ± ${given.tolerance}`
    const sum = namesOf(given).join(' + ')
    return `${given.of_all === true ? 'all ' : ''}${sum} = ${given.total}${tolerance}${groups}`
  },
  compile: (compilation) => {
    const { total, tolerance = 0, of_all: ofAll } = compilation.assertion.arguments
    const { dialect } = compilation
    const number = (value: number): string => dialect.literal({ type: 'number', value })
    const wanted = typeof total === 'number' ? number(total) : enclosed(String(total))
    const columns = columnsOf(compilation)
    if (ofAll !== true) {
      const difference = `${columns.join(' + ')} - ${wanted}`
      return judgeRows(compilation, `abs(${difference}) > ${number(Number(tolerance))}`)
    }
    return judgeValue(compilation, {
      aggregate: (only) => `${columns.map((column) => `sum(${only(column)})`).join(' + ')} - ${wanted}`,
      name: 'difference',
      bounds: { min: -Number(tolerance), max: Number(tolerance) },
    })
  },
}

const uniqueWithinRecord: Definition = {
  ...ofRecords,
  summary: 'A row fails when two of `columns` have the same value.',
  nulls: 'are equal to each other; a row of nothing else is left out, unless `ignore_nulls: never`',
  example: '- unique_within_record: { columns: [origin, stop, destination], ignore_nulls: any }',
  arguments: { ...listArgument, ...ignoreNulls('all') },
  problem: several,
  label: (given) => `${namesOf(given).join(', ')}${nullsLabel(given)}`,
  compile: (compilation) => {
    const { ignore_nulls: ignored = 'all' } = compilation.assertion.arguments
    const columns = columnsOf(compilation)
    const pairs = columns.flatMap((a, i) => columns.slice(i + 1).map((b) => `(${same(a, b)})`))
    return judgeRows(compilation, all(judgedRows(columns, ignored), `(${pairs.join(' or ')})`))
  },
}

const implies: Definition = {
  ...ofRecords,
  summary: 'A row fails for which `if` is true and `then` is not.',
  nulls: 'a row passes where `if` is NULL, and fails where only `then` is',
  example: '- implies: { if: "status = \'landed\'", then: landed_at is not null }',
  arguments: {
    if: { kind: 'expression', required: true, help: 'which rows are judged' },
    // biome-ignore lint/suspicious/noThenProperty: the name that people write; nothing awaits it
    then: { kind: 'expression', required: true, help: 'what must be true of them' },
  },
  label: (given) => `${given.if} → ${given.then}`.replace(/\s+/g, ' '),
  compile: (compilation) => {
    const { if: condition, then } = compilation.assertion.arguments
    const demanded = `case when ${enclosed(String(then))} then false else true end`
    return judgeRows(compilation, `${enclosed(String(condition))} and ${demanded}`)
  },
}

/** How many of the columns have a value. */
const filled = (columns: readonly string[]): string =>
  `(${columns.map((column) => `case when ${column} is null then 0 else 1 end`).join(' + ')})`

const exactlyOne: Definition = {
  ...ofRecords,
  summary: 'A row fails unless exactly one of `columns` has a value.',
  nulls: 'are what is counted: a row of nothing else fails',
  example: '- exactly_one: { columns: [email, telephone] }',
  arguments: listArgument,
  problem: several,
  label: (given) => namesOf(given).join(', '),
  compile: (compilation) => judgeRows(compilation, `${filled(columnsOf(compilation))} <> 1`),
}

const mutuallyNull: Definition = {
  ...ofRecords,
  summary: 'A row fails when some of `columns` are NULL and others are not.',
  nulls: 'are what is compared: a row of nothing else passes',
  example: '- mutually_null: { columns: [cancelled_at, cancellation_code] }',
  arguments: listArgument,
  problem: several,
  label: (given) => namesOf(given).join(', '),
  compile: (compilation) => {
    const columns = columnsOf(compilation)
    return judgeRows(compilation, `${filled(columns)} not in (0, ${columns.length})`)
  },
}

/** Checks of a row's columns against each other. */
export const recordChecks: Readonly<Record<string, Definition>> = {
  a_greater_than_b: aGreaterThanB,
  columns_equal: columnsEqual,
  exactly_one: exactlyOne,
  implies,
  mutually_null: mutuallyNull,
  pair_in_set: pairInSet,
  sum_equals: sumEquals,
  unique_within_record: uniqueWithinRecord,
}

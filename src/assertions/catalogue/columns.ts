import type { Column } from '../../adapters/contract.ts'
import type { Json } from '../../project/index.ts'
import type { ColumnsMeasure, SeenColumns } from '../assertion-sql.ts'
import type { Arguments, Compilation, CompiledCheck, Definition } from '../definition.ts'
import { boundLabel, boundProblem, countArguments, isWithin } from './measured.ts'

/** What is wrong with a column. */
interface ColumnProblem {
  readonly column: string
  readonly problem: string
}

const folded = (name: string): string => name.toLowerCase()
const textsOf = (value: Json | undefined): readonly string[] => (value ?? []) as readonly string[]

/** A query that returns the problems: there are no failing rows to show. */
function problemRows({ dialect, assertion }: Compilation, problems: readonly ColumnProblem[]): string {
  const text = (value: string): string => dialect.literal({ type: 'text', value })
  const rows = problems
    .slice(0, assertion.limit)
    .map(
      ({ column, problem }) =>
        `select ${text(column)} as ${dialect.quote('column')}, ${text(problem)} as ${dialect.quote('problem')}`,
    )
  return rows.join(' union all ')
}

/** The SQL of a check of the columns that the judged relation has: no row of it is read. */
function judgeColumns(
  compilation: Compilation,
  find: (seen: SeenColumns) => { readonly problems: readonly ColumnProblem[]; readonly value?: number },
  types: readonly string[] = [],
): CompiledCheck {
  const query = `select * from ${compilation.from} as judged`
  const none = `${query} where 1 = 0`
  const measure: ColumnsMeasure = {
    kind: 'columns',
    query,
    types: types.map((type) => compilation.dialect.type(type) ?? type),
    judge: (seen) => {
      const { problems, value } = find(seen)
      const failingRows = problems.length === 0 ? none : problemRows(compilation, problems)
      return { failures: problems.length, failingRows, ...(value === undefined ? {} : { value }) }
    },
  }
  return { measure, failingRows: none }
}

const named = (columns: readonly Column[], name: string): Column | undefined =>
  columns.find((column) => folded(column.name) === folded(name))

const missing = (columns: readonly Column[], names: readonly string[]): ColumnProblem[] =>
  names.filter((name) => !named(columns, name)).map((column) => ({ column, problem: 'is missing' }))

const ofColumns = {
  nulls: 'play no part: no row is read',
  empty: 'is judged as any other',
} as const

const namesLabel = ({ columns }: Arguments): string => textsOf(columns).join(', ')

const columnExists: Definition = {
  ...ofColumns,
  summary: 'Fails for each of the columns that the relation does not have. Names are compared without case.',
  example: '- column_exists: { columns: [flight_date, carrier] }',
  column: 'optional',
  arguments: { columns: { kind: 'texts', help: 'the columns; default: the one it is written at' } },
  completed: (given, _, column) =>
    column === undefined || given.columns !== undefined ? given : { ...given, columns: [column] },
  problem: ({ columns }) => (columns === undefined ? 'needs `columns`' : undefined),
  label: namesLabel,
  compile: (compilation) => {
    const names = textsOf(compilation.assertion.arguments.columns)
    return judgeColumns(compilation, ({ columns }) => ({ problems: missing(columns, names) }))
  },
}

/** A name with `*` for any letters. */
function isLike(name: string, pattern: string): boolean {
  const [first = '', ...others] = folded(pattern).split('*')
  const last = others.pop()
  let rest = folded(name)
  if (last === undefined) return rest === first
  if (!rest.startsWith(first)) return false
  rest = rest.slice(first.length)
  for (const part of others) {
    const at = rest.indexOf(part)
    if (at < 0) return false
    rest = rest.slice(at + part.length)
  }
  return rest.endsWith(last)
}

const columnsAbsent: Definition = {
  ...ofColumns,
  summary: 'Fails for each column of the relation that is named by `columns`: what must not be published.',
  example: "- columns_absent: { columns: [email, 'passport_*'] }",
  column: 'none',
  arguments: { columns: { kind: 'texts', required: true, help: 'names, without case; `*` stands for any letters' } },
  label: namesLabel,
  compile: (compilation) => {
    const patterns = textsOf(compilation.assertion.arguments.columns)
    return judgeColumns(compilation, ({ columns }) => ({
      problems: columns
        .filter(({ name }) => patterns.some((pattern) => isLike(name, pattern)))
        .map(({ name }) => ({ column: name, problem: 'must not be there' })),
    }))
  },
}

/** Columns that are there, and are not where the list has them. */
function disordered(columns: readonly Column[], names: readonly string[]): ColumnProblem[] {
  const wanted = names.filter((name) => named(columns, name))
  const known = new Set(names.map(folded))
  const found = columns.filter(({ name }) => known.has(folded(name)))
  return wanted.flatMap((column, i) => {
    const there = found[i]?.name ?? ''
    return folded(there) === folded(column) ? [] : [{ column, problem: `is in the place of ${there}` }]
  })
}

const columnsMatch: Definition = {
  ...ofColumns,
  summary:
    'Fails for each column of the list that the relation does not have, and for each that it has beside them, unless `allow_extra`. With `ordered` also for those in another order.',
  example: '- columns_match: { columns: [flight_date, carrier, flights], ordered: true }',
  column: 'none',
  arguments: {
    columns: { kind: 'texts', required: true, help: 'the columns, without case' },
    ordered: { kind: 'flag', help: 'whether their order counts; default `false`' },
    allow_extra: { kind: 'flag', help: 'whether others may be there; default `false`' },
  },
  label: (given) =>
    `${namesLabel(given)}${given.ordered === true ? ' in order' : ''}${given.allow_extra === true ? ' and others' : ''}`,
  compile: (compilation) => {
    const { columns: list, ordered, allow_extra: allowsExtra } = compilation.assertion.arguments
    const names = textsOf(list)
    const known = new Set(names.map(folded))
    return judgeColumns(compilation, ({ columns }) => {
      const extra = columns.filter(({ name }) => allowsExtra !== true && !known.has(folded(name)))
      const problems = [
        ...missing(columns, names),
        ...extra.map(({ name }) => ({ column: name, problem: 'is not in the list' })),
        ...(ordered === true ? disordered(columns, names) : []),
      ]
      return { problems }
    })
  },
}

const columnCount: Definition = {
  ...ofColumns,
  summary: 'Fails when the relation has fewer columns than `min`, more than `max`, or not `equals`.',
  example: '- column_count: { max: 40 }',
  column: 'none',
  arguments: countArguments,
  measures: 'the number of columns',
  problem: boundProblem,
  label: boundLabel,
  compile: (compilation) => {
    const { arguments: given } = compilation.assertion
    return judgeColumns(compilation, ({ columns }) => {
      const value = columns.length
      const problem = `the relation has ${value} columns`
      return { problems: isWithin(given, value) ? [] : [{ column: '*', problem }], value }
    })
  },
}

const columnType: Definition = {
  ...ofColumns,
  summary:
    'Fails when the column has none of `types`. Types are the engine’s, under any name that it has for them; one without a length allows every length.',
  example: '- column_type: { types: [integer, bigint] }',
  column: 'required',
  arguments: { types: { kind: 'texts', required: true, help: 'one type, or several of which one is enough' } },
  label: ({ types }) => textsOf(types).join(', '),
  compile: (compilation) => {
    const { column = '', arguments: given } = compilation.assertion
    const types = textsOf(given.types)
    const { dialect } = compilation
    return judgeColumns(
      compilation,
      ({ columns, isType }) => {
        const found = named(columns, column)
        if (!found) return { problems: missing(columns, [column]) }
        const isOne = types.some((type) => isType(found, dialect.type(type) ?? type))
        return { problems: isOne ? [] : [{ column: found.name, problem: `is ${found.type}` }] }
      },
      types,
    )
  },
}

/** Checks of which columns a relation has, and of which types. */
export const columnChecks: Readonly<Record<string, Definition>> = {
  column_count: columnCount,
  column_exists: columnExists,
  column_type: columnType,
  columns_absent: columnsAbsent,
  columns_match: columnsMatch,
}

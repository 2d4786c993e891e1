import type { Json } from '../../project/index.ts'
import type { Compilation, Definition } from '../definition.ts'
import { all, whereClause } from './predicate.ts'

type Compiled = ReturnType<Definition['compile']>

/** A key whose rows are to be unique. */
interface Key {
  /** Quoted. */
  readonly columns: readonly string[]
  /** Whether NULLs are left out (as in `unique`), or equal to each other (as in `unique_key`). */
  readonly nullsCount: boolean
  /** Of keys whose NULLs count: those that are left out, because one value is missing, or all are. */
  readonly leftOut?: 'any' | 'all'
}

const aliases = (key: Key): readonly string[] => key.columns.map((_, i) => `k${i + 1}`)

/** Whether keys are the same, NULLs equal where they count. */
function equal(key: Key, { dialect }: Compilation, left: readonly string[], right: readonly string[]): string {
  if (key.nullsCount) return dialect.functions.sameValues(left, right)
  return left.map((name, i) => `${name} = ${right[i]}`).join(' and ')
}

function judgedRows(compilation: Compilation, key: Key): string | undefined {
  const isThere = key.columns.map((column) => `${column} is not null`)
  const isPart = key.leftOut === 'all' ? `(${isThere.join(' or ')})` : isThere.join(' and ')
  const present = key.nullsCount && key.leftOut === undefined ? undefined : isPart
  return all(compilation.where, present) || undefined
}

function duplicates(compilation: Compilation, key: Key, from: string, rows: string | undefined): string {
  const shown = key.columns.join(', ')
  const { assertion, dialect } = compilation
  const count = dialect.quote('rows')
  return dialect.firstRows(
    `select ${shown}, count(*) as ${count} from ${from} as candidate${whereClause(rows)} group by ${shown} having count(*) > 1`,
    assertion.limit,
  )
}

/** Within each partition (or the relation): the rows that are one too many. One column needs no query of its own. */
function within(compilation: Compilation, key: Key): Compiled {
  const { dialect, from, partition, where } = compilation
  const rows = judgedRows(compilation, key)
  const failingRows = duplicates(compilation, key, from, rows)
  const [only] = key.columns
  if (!key.nullsCount && key.columns.length === 1) {
    const counted = where === undefined ? only : `case when ${where} then ${only} end`
    const expression = `count(${counted}) - count(distinct ${counted})`
    return { measure: { kind: 'aggregate', expression, whenEmpty: 0 }, failingRows }
  }
  const grouping = partition === undefined ? key.columns : [partition, ...key.columns]
  const quoted = dialect.quote('partition')
  const groups = `select ${partition ?? '0'} as ${quoted}, count(*) - 1 as extra from ${from} as candidate${whereClause(rows)} group by ${grouping.join(', ')} having count(*) > 1`
  const sql = `select ${quoted}, sum(extra) as ${dialect.quote('failures')} from (${groups}) as repeated group by ${quoted}`
  return { measure: { kind: 'query', sql }, failingRows }
}

/**
 * Across partitions, for a key that does not hold the partition column: staged rows against the table as it will be. All
 * rows of a partition count whose key another partition holds, else the rows that are one too many.
 */
function across(compilation: Compilation, key: Key): Compiled {
  const { dialect, from, partition, target } = compilation
  const whole = target.whole ?? target.rows
  const rows = judgedRows(compilation, key)
  const names = aliases(key)
  const selected = key.columns.map((column, i) => `${column} as k${i + 1}`).join(', ')
  const grouped = key.columns.join(', ')
  const quoted = dialect.quote('partition')
  const staged = `exists (select 1 from ${from} as staged${whereClause(
    rows,
    equal(
      key,
      compilation,
      key.columns.map((c) => `staged.${c}`),
      key.columns.map((c) => `candidate.${c}`),
    ),
  )})`
  const own = `select ${partition} as ${quoted}, ${selected}, count(*) as n from ${from} as candidate${whereClause(rows)} group by ${partition}, ${grouped}`
  const everywhere = `select ${selected}, count(*) as n from ${whole} as candidate${whereClause(rows, staged)} group by ${grouped} having count(*) > 1`
  const matching = equal(
    key,
    compilation,
    names.map((name) => `own.${name}`),
    names.map((name) => `everywhere.${name}`),
  )
  const failures = 'sum(case when everywhere.n > own.n then own.n else own.n - 1 end)'
  const sql = `select own.${quoted} as ${quoted}, ${failures} as ${dialect.quote('failures')} from (${own}) as own join (${everywhere}) as everywhere on ${matching} group by own.${quoted}`
  return { measure: { kind: 'query', sql }, failingRows: duplicates(compilation, key, whole, all(rows, staged)) }
}

function compileKey(compilation: Compilation, names: readonly string[], nulls: Omit<Key, 'columns'>): Compiled {
  const { assertion, dialect, partition } = compilation
  const key: Key = { columns: names.map(dialect.quote), ...nulls }
  const holdsPartition = names.includes(assertion.partitionColumn ?? '')
  return partition === undefined || holdsPartition ? within(compilation, key) : across(compilation, key)
}

export const unique: Definition = {
  summary:
    'Rows fail that are one too many for their value of the column. On a partitioned model a value must not occur in another partition either: the staged rows are judged with the rest of the table.',
  nulls: 'are not judged, as in SQL’s UNIQUE',
  empty: 'passes',
  example: 'columns: [{ name: faa, data_tests: [unique] }]',
  column: 'required',
  arguments: {},
  label: () => '',
  compile: (compilation) => compileKey(compilation, [compilation.assertion.column ?? ''], { nullsCount: false }),
}

export const uniqueKey: Definition = {
  summary:
    'Rows fail that are one too many for their values of `columns`. On a partitioned model, a key without the partition column must not occur in another partition either.',
  nulls: 'count, as equal to each other (as in GROUP BY)',
  empty: 'passes',
  example: '- unique_key: { columns: [flight_date, carrier] }',
  column: 'none',
  arguments: {
    columns: { kind: 'columns', required: true, help: 'the key' },
    ignore_nulls: {
      kind: 'choice',
      choices: ['never', 'any', 'all'],
      help: 'leaves out keys of which one value is NULL, or all are; default `never`',
    },
  },
  label: (given) => ((given.columns ?? []) as readonly Json[]).join(', '),
  compile: (compilation) => {
    const { columns, ignore_nulls: leftOut } = compilation.assertion.arguments
    const nulls =
      leftOut === 'any' || leftOut === 'all' ? ({ nullsCount: true, leftOut } as const) : { nullsCount: true }
    return compileKey(compilation, columns as readonly string[], nulls)
  },
}

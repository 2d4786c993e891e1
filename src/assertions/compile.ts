import type { Dialect } from '../adapters/contract.ts'
import { bug } from '../diagnostics/index.ts'
import type { Assertion } from './assertion.ts'
import { catalogue } from './catalogue/index.ts'
import { enclosed } from './sql-fragment.ts'

/** What an assertion is compiled against: SQL of the relations, quoted by the caller. */
export interface AssertionTarget {
  /** Relation whose rows are judged (the staged relation, or the table): a quoted name, or a SELECT in parentheses. */
  readonly rows: string
  /** Integer ordinal of a row's partition, over unqualified columns. Absent: all rows are one partition, ordinal 0. */
  readonly partition?: string
  /** The table as it will be once `rows` are published: the rest plus `rows`. Absent: `rows` is the whole table. */
  readonly whole?: string
  /** Relation of another node, by its id. */
  readonly relation: (node: string) => string
}

export type Measure =
  /**
   * One aggregate over `from` that counts the failing rows: goes with others of the same `from` into one scan, grouped by
   * partition when `perPartition`. A partition without rows has no group: its failures are `whenEmpty`.
   */
  | { readonly kind: 'aggregate'; readonly expression: string; readonly whenEmpty: number }
  /** A SELECT of (`partition`, `failures`), both integers; partitions without failures may be missing. */
  | { readonly kind: 'query'; readonly sql: string }

export interface AssertionSql {
  /** The relation judged: `rows`, `whole`, or the last partitions of it; usable after `from`. */
  readonly from: string
  /** Whether each partition is judged by itself; else there is one number, of partition 0. */
  readonly perPartition: boolean
  readonly measure: Measure
  /** A SELECT of failing rows, at most `limit` of them, in no order. */
  readonly failingRows: string
}

/** Of a singular assertion: `offset` is where its own SQL begins in both statements. */
export interface SingularAssertionSql {
  /** Returns one row, (`failures`). */
  readonly measure: { readonly kind: 'query'; readonly sql: string }
  readonly failingRows: string
  readonly offset: { readonly measure: number; readonly failingRows: number }
}

/** The relation that an assertion's scope names, and the ordinal by which its rows are judged apart. */
function judged(assertion: Assertion, target: AssertionTarget): { from: string; partition: string | undefined } {
  const { scope } = assertion
  const whole = target.whole ?? target.rows
  if (scope.kind === 'window') return { from: target.rows, partition: target.partition }
  if (scope.kind === 'table' || target.partition === undefined) return { from: whole, partition: undefined }
  const newest = `(select max(${target.partition}) from ${whole} as newest)`
  const from = `(select * from ${whole} as everything where ${target.partition} > ${newest} - ${scope.partitions})`
  return { from, partition: undefined }
}

/** The SQL that judges an assertion of the catalogue. */
export function compileAssertion(assertion: Assertion, target: AssertionTarget, dialect: Dialect): AssertionSql {
  const definition = catalogue.get(assertion.type) ?? bug(`an assertion of type ${assertion.type} in the graph`)
  const { from, partition } = judged(assertion, target)
  const where = assertion.where === undefined ? undefined : enclosed(assertion.where)
  const column = (): string => dialect.quote(assertion.column ?? bug(`${assertion.id} judges no column`))
  const compiled = definition.compile({ assertion, target, dialect, from, partition, where, column })
  return { from, perPartition: assertion.scope.kind === 'window', ...compiled }
}

/** The SQL that judges a singular assertion, from its SELECT with all holes filled (without a semicolon at its end). */
export function compileSingularAssertion(assertion: Assertion, sql: string): SingularAssertionSql {
  const counting = 'select count(*) as failures from (\n'
  const showing = 'select * from (\n'
  return {
    measure: { kind: 'query', sql: `${counting}${sql}\n) as failing` },
    failingRows: `${showing}${sql}\n) as failing limit ${assertion.limit}`,
    offset: { measure: counting.length, failingRows: showing.length },
  }
}

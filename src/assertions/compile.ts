import type { Dialect } from '../adapters/contract.ts'
import { bug } from '../diagnostics/index.ts'
import type { Assertion } from './assertion.ts'
import type { AssertionSql, AssertionTarget, SingularAssertionSql } from './assertion-sql.ts'
import { catalogue } from './catalogue/index.ts'
import { countedByPartition, testSelect } from './compile-test.ts'
import type { CompiledCheck } from './definition.ts'
import { enclosed, isOrdered } from './sql-fragment.ts'

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

/** What stands for the number of failing rows. */
function countOf({ failCalc }: Assertion): string {
  return failCalc === undefined ? 'count(*)' : enclosed(failCalc)
}

/** The SQL that judges a test which a person wrote. */
function compileOwnTest(compilation: Parameters<typeof testSelect>[0]): Omit<AssertionSql, 'from' | 'perPartition'> {
  const { assertion, dialect } = compilation
  const { sql, written, offset: inner } = testSelect(compilation)
  const { measure, failingRows, offset } = compileSingularAssertion(assertion, sql, dialect)
  return {
    measure: { kind: 'rows', rows: sql, sql: measure.sql, ...countedByPartition(compilation, sql, countOf(assertion)) },
    failingRows,
    written: {
      statement: written,
      offset: { rows: inner, measure: inner + offset.measure, failingRows: inner + offset.failingRows },
    },
  }
}

function compileCheck(compilation: Parameters<typeof testSelect>[0]): CompiledCheck {
  const { assertion, dialect } = compilation
  const definition = catalogue.get(assertion.type) ?? bug(`an assertion of type ${assertion.type} in the graph`)
  const column = (): string => dialect.quote(assertion.column ?? bug(`${assertion.id} judges no column`))
  return definition.compile({ ...compilation, column })
}

/** The SQL that judges an assertion of the catalogue, or a test that a person wrote. */
export function compileAssertion(assertion: Assertion, target: AssertionTarget, dialect: Dialect): AssertionSql {
  const { from, partition } = judged(assertion, target)
  const where = assertion.where === undefined ? undefined : enclosed(assertion.where)
  const compilation = { assertion, target, dialect, from, partition, where }
  const isCounted = assertion.onEmpty !== undefined && where !== undefined
  const considered = isCounted ? { considered: `count(case when ${where} then 1 end)` } : {}
  const compiled = assertion.sql ? compileOwnTest(compilation) : compileCheck(compilation)
  return { from, perPartition: assertion.scope.kind === 'window', ...considered, ...compiled }
}

/** The SQL that judges a singular assertion, from its SELECT with all holes filled (without a semicolon at its end). */
export function compileSingularAssertion(assertion: Assertion, sql: string, dialect: Dialect): SingularAssertionSql {
  const counting = `select ${countOf(assertion)} as failures from (\n`
  const all = `select * from (\n${sql}\n) as failing`
  const { limit } = assertion
  const failingRows = isOrdered(sql) ? `${all} limit ${limit}` : dialect.firstRows(all, limit)
  return {
    measure: { kind: 'query', sql: `${counting}${sql}\n) as failing` },
    failingRows,
    offset: { measure: counting.length, failingRows: failingRows.indexOf(sql) },
  }
}

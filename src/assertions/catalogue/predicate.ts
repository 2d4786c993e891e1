import type { Compilation, CompiledCheck } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'

/** Conditions that must all hold; the undefined ones are none. */
export function all(...conditions: readonly (string | undefined)[]): string {
  return conditions.filter((condition) => condition !== undefined).join(' and ')
}

/** `where …`, or nothing. */
export function whereClause(...conditions: readonly (string | undefined)[]): string {
  const condition = all(...conditions)
  return condition === '' ? '' : ` where ${condition}`
}

/** The SQL of a check that judges each row by itself: `bad` is true for the rows that fail. */
export function judgeRows(compilation: Compilation, bad: string): CompiledCheck {
  const { from, where, assertion, dialect } = compilation
  const failing = `from ${from} as judged${whereClause(where, bad)}`
  const failingRows = dialect.firstRows(`select * ${failing}`, assertion.limit)
  if (assertion.failCalc !== undefined) {
    const { columns, groupBy } = perPartition(compilation, enclosed(assertion.failCalc))
    return { measure: { kind: 'query', sql: `select ${columns} ${failing}${groupBy}` }, failingRows }
  }
  const expression = `count(case when ${all(where, bad)} then 1 end)`
  return { measure: { kind: 'aggregate', expression, whenEmpty: 0 }, failingRows }
}

/**
 * The SQL of a check that has to look beyond single rows. `failing` makes the SELECT of the failing rows; what it is given has
 * to stand behind its columns: nothing, or the ordinal of a row's partition as `elt_partition`.
 */
export function judgeQuery(compilation: Compilation, failing: (ordinal: string) => string): CompiledCheck {
  const { dialect, assertion, partition } = compilation
  const [name, failures] = [dialect.quote('partition'), dialect.quote('failures')]
  const failingRows = dialect.firstRows(failing(''), assertion.limit)
  if (partition === undefined) {
    const sql = `select 0 as ${name}, count(*) as ${failures} from (${failing('')}) as failing`
    return { measure: { kind: 'query', sql }, failingRows }
  }
  const counted = failing(`, ${partition} as elt_partition`)
  const sql = `select elt_partition as ${name}, count(*) as ${failures} from (${counted}) as failing group by elt_partition`
  return { measure: { kind: 'query', sql }, failingRows }
}

/** The columns (`partition`, `failures`) of a query over grouped rows, and its `group by`. */
export function perPartition(compilation: Compilation, failures: string): { columns: string; groupBy: string } {
  const { dialect, partition } = compilation
  const columns = `${partition ?? '0'} as ${dialect.quote('partition')}, ${failures} as ${dialect.quote('failures')}`
  return { columns, groupBy: partition === undefined ? '' : ` group by ${partition}` }
}

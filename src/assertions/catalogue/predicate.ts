import type { Compilation, Definition } from '../definition.ts'

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
export function judgeRows(compilation: Compilation, bad: string): ReturnType<Definition['compile']> {
  const { from, where, assertion, dialect } = compilation
  return {
    measure: { kind: 'aggregate', expression: `count(case when ${all(where, bad)} then 1 end)`, whenEmpty: 0 },
    failingRows: dialect.firstRows(`select * from ${from} as judged${whereClause(where, bad)}`, assertion.limit),
  }
}

/** The columns (`partition`, `failures`) of a query over grouped rows, and its `group by`. */
export function perPartition(compilation: Compilation, failures: string): { columns: string; groupBy: string } {
  const { dialect, partition } = compilation
  const columns = `${partition ?? '0'} as ${dialect.quote('partition')}, ${failures} as ${dialect.quote('failures')}`
  return { columns, groupBy: partition === undefined ? '' : ` group by ${partition}` }
}

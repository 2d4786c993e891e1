import type { Dialect } from '../adapters/contract.ts'
import { bug } from '../diagnostics/index.ts'
import { fill, type Statement } from '../sql/index.ts'
import type { Assertion } from './assertion.ts'
import type { AssertionTarget, RowsMeasure } from './assertion-sql.ts'
import { whereClause } from './catalogue/predicate.ts'

/** The name of the rows that a test judges, in its statement. */
const judgedName = 'elt_judged'

/** What a test is compiled against. */
interface TestCompilation {
  readonly assertion: Assertion
  readonly target: AssertionTarget
  readonly dialect: Dialect
  readonly from: string
  readonly partition: string | undefined
  readonly where: string | undefined
}

/**
 * The SELECT of a test: it reads the judged rows by a name of their own, as of a query in front of it. So it may name them as
 * often as it likes, with an alias or without, and `where` holds for all of them. `written` begins at `offset`.
 */
export function testSelect(compilation: TestCompilation): { sql: string; written: Statement; offset: number } {
  const { assertion, target, dialect, from, where } = compilation
  const name = dialect.quote(judgedName)
  const written = fill(assertion.sql ?? bug(`${assertion.id} has no SQL`), {
    relation: target.relation,
    files: target.relation,
    judged: name,
    literal: () => bug(`${assertion.id} has a window`),
  })
  const before = `with ${name} as (select * from ${from} as judged${whereClause(where)})\nselect * from (\n`
  return { sql: `${before}${written.sql}\n) as tested`, written, offset: before.length }
}

/** How failing rows are counted by the partition that they say they are of; not at all without partitions. */
export function countedByPartition(
  { assertion, dialect, partition, from }: TestCompilation,
  select: string,
  count: string,
): Pick<RowsMeasure, 'byPartition'> {
  const { partitionColumn: column } = assertion
  if (partition === undefined || column === undefined) return {}
  const [name, failures] = [dialect.quote('partition'), dialect.quote('failures')]
  const sql = `select ${partition} as ${name}, ${count} as ${failures} from (\n${select}\n) as failing group by ${partition}`
  return { byPartition: { column, judged: `select * from ${from} as judged`, sql } }
}

import type { Definition } from '../definition.ts'
import { perPartition, whereClause } from './predicate.ts'

export const relationships: Definition = {
  summary:
    'A row fails when no row of `to` has the column’s value in `field`. It reads two relations, so it runs when both are built and does not block.',
  nulls: 'pass (add not_null)',
  empty: 'passes; without a row in `to`, every value fails',
  example: "- relationships: { to: ref('airports'), field: faa }",
  column: 'required',
  arguments: {
    to: { kind: 'relation', required: true, help: 'the relation that has the values' },
    field: { kind: 'column', required: true, ofOther: true, help: 'its column' },
  },
  label: (given) => `${given.to}.${given.field}`,
  compile: (compilation) => {
    const { assertion, dialect, from, target, where } = compilation
    const column = compilation.column()
    const node = String(assertion.arguments.to)
    const parent = node === assertion.node ? (target.whole ?? target.rows) : target.relation(node)
    const field = dialect.quote(String(assertion.arguments.field))
    const judged = `(select * from ${from} as candidate${whereClause(where, `${column} is not null`)}) as judged`
    const orphan = `not exists (select 1 from ${parent} as parent where parent.${field} = judged.${column})`
    const { columns, groupBy } = perPartition(compilation, 'count(*)')
    return {
      measure: { kind: 'query', sql: `select ${columns} from ${judged} where ${orphan}${groupBy}` },
      failingRows: dialect.firstRows(`select * from ${judged} where ${orphan}`, assertion.limit),
    }
  },
}

import type { Definition } from '../definition.ts'
import { otherArguments, otherRelation, otherWhere } from './compare.ts'
import { perPartition, whereClause } from './predicate.ts'

export const relationships: Definition = {
  summary:
    'A row fails when no row of `to` has the column’s value in `field`. It reads two relations, so it runs when both are built and does not block.',
  nulls: 'pass (add not_null)',
  empty: 'passes; without a row in `to`, every value fails',
  example: "- relationships: { to: ref('airports'), field: faa }",
  column: 'required',
  arguments: {
    to: otherArguments.to,
    field: { kind: 'column', required: true, ofOther: true, help: 'its column' },
    to_where: otherArguments.to_where,
  },
  label: (given) =>
    `${given.to}.${given.field}${given.to_where === undefined ? '' : ` where ${String(given.to_where).replace(/\s+/g, ' ').trim()}`}`,
  compile: (compilation) => {
    const { assertion, dialect, from, where } = compilation
    const column = compilation.column()
    const narrowed = otherWhere(compilation)
    const other = otherRelation(compilation)
    const parents = narrowed === undefined ? other : `(select * from ${other} as candidate where ${narrowed})`
    const field = dialect.quote(String(assertion.arguments.field))
    const judged = `(select * from ${from} as candidate${whereClause(where, `${column} is not null`)}) as judged`
    const orphan = `not exists (select 1 from ${parents} as parent where parent.${field} = judged.${column})`
    const { columns, groupBy } = perPartition(compilation, 'count(*)')
    return {
      measure: { kind: 'query', sql: `select ${columns} from ${judged} where ${orphan}${groupBy}` },
      failingRows: dialect.firstRows(`select * from ${judged} where ${orphan}`, assertion.limit),
    }
  },
}

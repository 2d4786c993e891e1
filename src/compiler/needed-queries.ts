import type { RelationName } from '../adapters/contract.ts'
import type { Location } from '../diagnostics/index.ts'
import type { Draft } from './draft.ts'
import type { Names } from './names.ts'
import type { QueryUse } from './recording.ts'
import type { Rendering } from './rendering.ts'
import { locationOf } from './template/index.ts'

/** A query that a template asks with `run_query` or `statement`, and whose rows are not known. */
export interface NeededQuery {
  /** Names it among the results that the next compilation is given. */
  readonly key: string
  /** Of the model or assertion that asks. */
  readonly node: string
  readonly location: Location
  /** Absent when it cannot be run: it reads something that is no relation of the warehouse. */
  readonly sql?: string
  /** What that is. */
  readonly unreadable?: string
  /** The node whose columns are asked: the rows wanted are their names and types, as `sql` returns them. */
  readonly columnsOf?: string
  /** Where one of `reads` does not exist, it has no rows, instead of none that are known. */
  readonly emptyIfMissing?: boolean
  /** The relations that it reads. */
  readonly reads: readonly RelationName[]
}

type Sql = { readonly sql: string } | { readonly unreadable: string }
type RelationOf = (node: string) => RelationName | undefined

/** Where the warehouse has the rows of a node; nowhere those of ephemeral models and of files. */
function relationIn({ sourceById }: Names, drafts: ReadonlyMap<string, Draft>): RelationOf {
  return (node) => {
    const origin = sourceById.get(node)?.origin
    if (origin) return origin.kind === 'relation' ? { schema: origin.schema, name: origin.identifier } : undefined
    const draft = drafts.get(node)
    return draft?.config.materialized === 'ephemeral' ? undefined : draft?.relation
  }
}

function sqlOf(parts: QueryUse['parts'], { surroundings }: Rendering, relationOf: RelationOf): Sql {
  const { quote } = surroundings.dialect
  let sql = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      sql += part
      continue
    }
    const relation = relationOf(part.node)
    if (!relation) return { unreadable: part.node }
    sql += `${quote(relation.schema)}.${quote(relation.name)}`
  }
  return { sql }
}

/** The queries of one compilation whose rows were not given, with the names of the relations that they read. */
export function neededQueries(rendering: Rendering, drafts: ReadonlyMap<string, Draft>): NeededQuery[] {
  const relationOf = relationIn(rendering.surroundings.names, drafts)
  return [...rendering.queries].flatMap(([node, uses]) =>
    uses.map(({ parts, site, ...use }) => ({
      ...use,
      node,
      location: locationOf(site),
      reads: parts.flatMap((part) => (typeof part === 'string' ? [] : (relationOf(part.node) ?? []))),
      ...sqlOf(parts, rendering, relationOf),
    })),
  )
}

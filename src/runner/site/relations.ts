import type { Catalog, CatalogRelation, Column, RelationName } from '../../adapters/contract.ts'

/** The relations of the run's schemas, as the catalog had them at the start and as the run made them since. */
export interface Relations {
  readonly find: (relation: RelationName) => CatalogRelation | undefined
  /** `cutBy`: of a table that is kept in pieces. */
  readonly record: (relation: RelationName, kind: 'table' | 'view', columns: readonly Column[], cutBy?: string) => void
  readonly catalog: () => Catalog
}

/** Relations as they will be when a transaction is committed. */
export interface Draft extends Relations {
  readonly commit: () => void
}

/** What tells a relation apart. */
export const relationKey = ({ schema, name }: RelationName): string => JSON.stringify([schema, name])

export function createRelations(initial: Catalog): Relations {
  const known = new Map(initial.relations.map((relation) => [relationKey(relation), relation]))
  return {
    find: (relation) => known.get(relationKey(relation)),
    record: ({ schema, name }, kind, columns, cutBy) => {
      const cut = cutBy === undefined ? {} : { cutBy }
      known.set(relationKey({ schema, name }), { schema, name, kind, columns, ...cut })
    },
    catalog: () => ({ relations: [...known.values()] }),
  }
}

/** What is recorded here is kept apart until it is committed. */
export function draftOf(relations: Relations): Draft {
  const made = createRelations({ relations: [] })
  return {
    find: (relation) => made.find(relation) ?? relations.find(relation),
    record: made.record,
    catalog: relations.catalog,
    commit: () => {
      for (const { kind, columns, cutBy, ...relation } of made.catalog().relations) {
        relations.record(relation, kind, columns, cutBy)
      }
    },
  }
}

import type { Catalog, CatalogRelation, Column, RelationName } from '../adapters/contract.ts'

/** The relations of the run's schemas, as the catalog had them at the start and as the run made them since. */
export interface Relations {
  readonly find: (relation: RelationName) => CatalogRelation | undefined
  readonly record: (relation: RelationName, kind: 'table' | 'view', columns: readonly Column[]) => void
  readonly catalog: () => Catalog
}

const keyOf = (relation: RelationName): string => JSON.stringify([relation.schema, relation.name])

export function createRelations(initial: Catalog): Relations {
  const known = new Map(initial.relations.map((relation) => [keyOf(relation), relation]))
  return {
    find: (relation) => known.get(keyOf(relation)),
    record: (relation, kind, columns) => {
      known.set(keyOf(relation), { schema: relation.schema, name: relation.name, kind, columns })
    },
    catalog: () => ({ relations: [...known.values()] }),
  }
}

import type { Json, ModelConfig } from '../project.ts'
import type { ConfigValues } from './config-schema.ts'

type Mapping = { readonly [key: string]: Json }

const listed = (value: Json | undefined): readonly Json[] =>
  value === undefined || value === null ? [] : [value].flat()

/** A privilege without the `+` that stands before it where its roles are added. */
const privilege = (key: string): string => key.replace(/^\+/, '')

/** Grants of one level over those of another, as dbt merges them: a privilege takes the place of itself, `+privilege` adds to it. */
export function mergeGrants(below: Mapping, above: Mapping): Mapping {
  const merged: Record<string, Json> = Object.fromEntries(
    Object.entries(below).map(([key, roles]) => [privilege(key), roles]),
  )
  for (const [key, roles] of Object.entries(above)) {
    const before = key.startsWith('+') ? listed(merged[privilege(key)]) : []
    merged[privilege(key)] = [...before, ...listed(roles)]
  }
  return merged
}

function grantsOf(given: ConfigValues['grants']): Pick<ModelConfig, 'grants'> {
  const grants = Object.entries(given ?? {}).flatMap(([key, roles]) => {
    const all = [...new Set([roles].flat())].sort()
    return all.length > 0 ? [[privilege(key).trim().toLowerCase(), all] as const] : []
  })
  return grants.length > 0 ? { grants: Object.fromEntries(grants) } : {}
}

/** The settings of what hangs on a relation beside its rows. */
export function attachmentsOf({ grants, persist_docs: docs, indexes = [] }: ConfigValues): Partial<ModelConfig> {
  const { relation = false, columns = false } = docs ?? {}
  return {
    ...grantsOf(grants),
    ...(relation || columns ? { persistDocs: { relation, columns } } : {}),
    ...(indexes.length > 0
      ? {
          indexes: indexes.map((index) => ({
            columns: [index.columns].flat(),
            unique: index.unique ?? false,
            ...(index.type === undefined ? {} : { type: index.type.toLowerCase() }),
          })),
        }
      : {}),
  }
}

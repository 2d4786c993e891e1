import type { Aliases } from './alias.ts'

/** The tests that dbt brings along. */
export const ofDbt: Aliases = {
  accepted_values: { type: 'accepted_values' },
  not_null: { type: 'not_null' },
  relationships: { type: 'relationships' },
  unique: { type: 'unique' },
}

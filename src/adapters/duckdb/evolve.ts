import type { Evolution, EvolveRequest } from '../contract.ts'
import { evolutionSteps } from '../evolution.ts'
import { quote, relation } from '../standard-text.ts'
import { types } from './types.ts'

/**
 * Alters a table for rows of other columns. To be run before rows are written: a transaction that has deleted rows of a table
 * cannot alter it any more. Fields of structs are converted by their names, so that a type says all. A table whose rows are all
 * replaced is made anew: that costs nothing here, and nothing hangs on it.
 */
export function evolve(request: EvolveRequest): Evolution | undefined {
  if (request.mode === 'rebuild') return undefined
  const { drop, add, alter, ...evolution } = evolutionSteps(request, types)
  const table = `alter table ${relation(request.target)}`
  return {
    ...evolution,
    statements: [
      ...add.map(({ name, type }) => `${table} add column ${quote(name)} ${type}`),
      ...alter.map(({ name, type }) => `${table} alter column ${quote(name)} set data type ${type}`),
      // Last: a table is never without columns.
      ...drop.map((name) => `${table} drop column ${quote(name)}`),
    ],
  }
}

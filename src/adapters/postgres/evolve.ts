import type { Evolution, EvolveRequest } from '../contract.ts'
import { evolutionSteps } from '../evolution.ts'
import { quote, relation } from './text.ts'
import { types } from './types.ts'

/**
 * Alters a table for rows of other columns with one statement, so that it is rewritten at most once, and keeps its grants,
 * comments, indexes and identity. Where all rows are replaced, old values need not fit into a new type: they are left out.
 */
export function evolve(request: EvolveRequest): Evolution {
  const { drop, add, alter, ...evolution } = evolutionSteps(request, types)
  const emptied = (type: string) => (request.mode === 'rebuild' ? ` using cast(null as ${type})` : '')
  const actions = [
    ...add.map(({ name, type }) => `add column ${quote(name)} ${type}`),
    ...alter.map(({ name, type }) => `alter column ${quote(name)} type ${type}${emptied(type)}`),
    ...drop.map((name) => `drop column ${quote(name)}`),
  ]
  const statements = actions.length === 0 ? [] : [`alter table ${relation(request.target)}\n  ${actions.join(',\n  ')}`]
  return { ...evolution, statements }
}

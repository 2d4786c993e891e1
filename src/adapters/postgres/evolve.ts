import type { Evolution, EvolveRequest } from '../contract.ts'
import { type Alteration, evolutionSteps } from '../evolution.ts'
import { quote, relation, text } from '../standard-text.ts'
import { convert, isConvertedByItems, types } from './types.ts'

/** What makes a value of a column's new type of the old one, where the engine needs to be told. */
interface Conversion {
  readonly using: string
  /** An expression of ALTER looks at nothing but the row: items of lists are converted by a function, which goes again. */
  readonly before?: string
  readonly after?: string
}

function conversionOf({ name, from, to, type }: Alteration, mode: EvolveRequest['mode'], index: number): Conversion {
  if (mode === 'rebuild') return { using: ` using cast(null as ${type})` }
  if (from.kind === 'value' || (from.kind === 'container' && !isConvertedByItems(from))) return { using: '' }
  if (!isConvertedByItems(from)) return { using: ` using ${convert(quote(name), from, to)}` }
  const [own, given] = [`pg_temp.elt_convert_${index}`, types.write(from)?.type ?? '']
  return {
    using: ` using ${own}(${quote(name)})`,
    before: `create function ${own}(${given}) returns ${type} language sql immutable as ${text(`select ${convert('$1', from, to)}`)}`,
    after: `drop function ${own}(${given})`,
  }
}

/**
 * Alters a table for rows of other columns with one statement, so that it is rewritten at most once, and keeps its grants,
 * comments, indexes and identity. Where all rows are replaced, old values need not fit into a new type: they are left out.
 */
export function evolve(request: EvolveRequest): Evolution {
  const { drop, add, alter, ...evolution } = evolutionSteps(request, types)
  const conversions = alter.map((one, index) => conversionOf(one, request.mode, index))
  const actions = [
    ...add.map(({ name, type }) => `add column ${quote(name)} ${type}`),
    ...alter.map(
      ({ name, type }, index) => `alter column ${quote(name)} type ${type}${conversions[index]?.using ?? ''}`,
    ),
    ...drop.map((name) => `drop column ${quote(name)}`),
  ]
  const altering = `alter table ${relation(request.target)}\n  ${actions.join(',\n  ')}`
  const around = (when: 'before' | 'after') => conversions.flatMap((one) => one[when] ?? [])
  const statements = actions.length === 0 ? [] : [...around('before'), altering, ...around('after')]
  return { ...evolution, statements }
}

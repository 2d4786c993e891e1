import type { Json } from '../../project/index.ts'
import type { Compilation, Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { all, judgeRows } from './predicate.ts'

/** A bound as SQL: a number, a date written as such, else an expression. */
export function bound({ dialect }: Pick<Compilation, 'dialect'>, value: Json): string {
  if (typeof value === 'number') return dialect.literal({ type: 'number', value })
  const written = String(value)
  return /^\d{4}-\d{2}-\d{2}$/.test(written) ? dialect.literal({ type: 'date', value: written }) : enclosed(written)
}

function within(compilation: Compilation): string {
  const { min_value: least, max_value: most, inclusive } = compilation.assertion.arguments
  const orEqual = inclusive === false ? '' : '='
  const column = compilation.column()
  return all(
    least === undefined ? undefined : `${column} >${orEqual} ${bound(compilation, least)}`,
    most === undefined ? undefined : `${column} <${orEqual} ${bound(compilation, most)}`,
  )
}

export const acceptedRange: Definition = {
  summary:
    'A row fails when the column lies below `min_value` or above `max_value` (or on one of them with `inclusive: false`). A bound is a number, a date, or an SQL expression.',
  nulls: 'pass (add not_null)',
  empty: 'passes',
  example: '- accepted_range: { min_value: 0, max_value: 200 }',
  column: 'required',
  arguments: {
    min_value: { kind: 'bound', help: 'least good value' },
    max_value: { kind: 'bound', help: 'greatest good value' },
    inclusive: { kind: 'flag', help: '`false`: the bounds themselves are bad; default `true`' },
  },
  ofRows: true,
  problem: (given) =>
    given.min_value === undefined && given.max_value === undefined
      ? 'needs `min_value`, `max_value`, or both'
      : undefined,
  label: (given) => `${given.min_value ?? ''}…${given.max_value ?? ''}${given.inclusive === false ? ' exclusive' : ''}`,
  compile: (compilation) => judgeRows(compilation, `not (${within(compilation)})`),
}

/** A check that a number lies on one side of 0. */
function side(bad: '<' | '<=', words: string, name: string): Definition {
  return {
    summary: `A row fails when the column is ${words}.`,
    nulls: 'pass (add not_null)',
    empty: 'passes',
    example: `- ${name}`,
    column: 'required',
    arguments: {},
    ofRows: true,
    label: () => '',
    compile: (compilation) => judgeRows(compilation, `${compilation.column()} ${bad} 0`),
  }
}

export const positive = side('<=', 'negative or 0', 'positive')
export const nonNegative = side('<', 'negative', 'non_negative')

import type { Dialect } from '../../adapters/contract.ts'
import type { Json } from '../../project/index.ts'
import type { Compilation, Definition } from '../definition.ts'
import { enclosed } from '../sql-fragment.ts'
import { judgeRows } from './predicate.ts'

/** A value as a literal: as YAML typed it, as text with `quote: true`, as SQL with `quote: false`. */
export function literal(dialect: Dialect, value: Json, quote: Json | undefined): string {
  if (quote === false) return enclosed(String(value))
  if (quote === true || typeof value === 'string') return dialect.literal({ type: 'text', value: String(value) })
  if (typeof value === 'number') return dialect.literal({ type: 'number', value })
  return dialect.literal({ type: 'boolean', value: value === true })
}

/** The values of an argument as literals. */
export function literals({ assertion, dialect }: Compilation, argument = 'values'): string {
  const { [argument]: given, quote } = assertion.arguments
  return ((given ?? []) as readonly Json[]).map((value) => literal(dialect, value, quote)).join(', ')
}

export const values = {
  values: { kind: 'values', required: true, help: 'the values' },
  quote: { kind: 'flag', help: '`true`: all of them are text; `false`: SQL; default: what YAML reads' },
} as const

const label: Definition['label'] = (given) => ((given.values ?? []) as readonly Json[]).map(String).join(', ')

export const acceptedValues: Definition = {
  summary:
    'A row fails when the column is none of `values`. Values have the type that YAML gives them; for a column of text they are text.',
  nulls: 'pass (add not_null)',
  empty: 'passes',
  example: '- accepted_values: { values: [landed, cancelled] }',
  column: 'required',
  arguments: values,
  ofRows: true,
  label,
  compile: (compilation) => judgeRows(compilation, `${compilation.column()} not in (${literals(compilation)})`),
}

export const notAcceptedValues: Definition = {
  summary: 'A row fails when the column is one of `values`.',
  nulls: 'pass',
  empty: 'passes',
  example: "- not_accepted_values: { values: ['', unknown] }",
  column: 'required',
  arguments: values,
  ofRows: true,
  label,
  compile: (compilation) => judgeRows(compilation, `${compilation.column()} in (${literals(compilation)})`),
}

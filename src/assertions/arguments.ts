import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { Json, Located } from '../project/index.ts'
import type { AssertionContext } from './context.ts'
import type { ArgumentKind } from './definition.ts'
import { shown } from './settings.ts'
import { fragmentProblem } from './sql-fragment.ts'

/** An argument that was read, or the words for what it should have been. */
type Read = { readonly value: Json } | { readonly expected: string } | { readonly report: Diagnostic }

/** An argument of a check, as given. */
interface Given {
  readonly name: string
  readonly entry: Located<Json>
  readonly context: AssertionContext
}

const isText = (value: Json): value is string => typeof value === 'string' && value.trim() !== ''

function readColumns({ entry }: Given): Read {
  const list = Array.isArray(entry.value) ? (entry.value as readonly Json[]) : [entry.value]
  const fine = list.length > 0 && list.every(isText) && new Set(list).size === list.length
  return fine ? { value: list } : { expected: 'a list of different column names' }
}

function readValues({ entry }: Given): Read {
  const list = entry.value
  const isScalar = (value: Json): boolean => ['string', 'number', 'boolean'].includes(typeof value)
  const fine = Array.isArray(list) && list.length > 0 && (list as readonly Json[]).every(isScalar)
  return fine ? { value: list } : { expected: 'a list of at least one text, number or boolean' }
}

function readExpression({ name, entry }: Given): Read {
  if (!isText(entry.value)) return { expected: 'an SQL expression' }
  const detail = fragmentProblem(entry.value)
  if (detail === undefined) return { value: entry.value }
  return { report: diagnose('assertion-sql-invalid', { argument: name, detail }, entry.location) }
}

function readBound(given: Given): Read {
  if (typeof given.entry.value === 'number') return { value: given.entry.value }
  return isText(given.entry.value) ? readExpression(given) : { expected: 'a number, a date or an SQL expression' }
}

/** What `ref('x')`, `source('g', 't')` or a bare name refers to. */
function parseReference(text: string): readonly ['ref' | 'source', string] | undefined {
  const match = /^(?:(ref|source)\s*\(\s*['"]([^'"]+)['"]\s*(?:,\s*['"]([^'"]+)['"]\s*)?\)|([\p{L}\p{N}_.-]+))$/u.exec(
    text.trim(),
  )
  if (!match) return undefined
  const [, call, first = '', second, bare] = match
  if (bare !== undefined) return ['ref', bare]
  if (call === 'ref') return second === undefined ? ['ref', first] : undefined
  return second === undefined ? undefined : ['source', `${first}.${second}`]
}

function readRelation({ entry, context }: Given): Read {
  const parsed = isText(entry.value) ? parseReference(entry.value) : undefined
  if (!parsed) return { expected: "ref('model') or source('group', 'table')" }
  const [kind, name] = parsed
  const node = context.resolve(kind, name)
  if (node !== undefined) return { value: node }
  const reference = kind === 'ref' ? `ref('${name}')` : `source('${name.replace('.', "', '")}')`
  const parameters = { reference, nearest: nearest(name, context.names(kind)) }
  return { report: diagnose('assertion-reference-unknown', parameters, entry.location) }
}

const readers: Readonly<Record<ArgumentKind, (given: Given) => Read>> = {
  column: ({ entry }) => (isText(entry.value) ? { value: entry.value } : { expected: 'the name of a column' }),
  columns: readColumns,
  values: readValues,
  bound: readBound,
  flag: ({ entry }) => (typeof entry.value === 'boolean' ? { value: entry.value } : { expected: 'true or false' }),
  count: ({ entry: { value } }) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? { value }
      : { expected: 'a whole number, 0 or more' },
  expression: readExpression,
  relation: readRelation,
}

/** Reads one argument; undefined after a report. */
export function readArgument(
  assertion: string,
  kind: ArgumentKind,
  given: Given,
  found: Diagnostic[],
): Json | undefined {
  const read = readers[kind](given)
  if ('value' in read) return read.value
  const { name, entry } = given
  if ('report' in read) found.push(read.report)
  else {
    const parameters = { assertion, argument: name, expected: read.expected, found: shown(entry.value) }
    found.push(diagnose('assertion-argument-invalid', parameters, entry.location))
  }
  return undefined
}

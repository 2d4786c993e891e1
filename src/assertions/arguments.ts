import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { Json, Located } from '../project/index.ts'
import type { AssertionContext } from './context.ts'
import type { Argument, ArgumentKind } from './definition.ts'
import { shown } from './settings.ts'
import { fragmentProblem } from './sql-fragment.ts'

/** An argument that was read, or the words for what it should have been. */
type Read = { readonly value: Json } | { readonly expected: string } | { readonly report: Diagnostic }

/** An argument of a check, as given. */
interface Given {
  readonly name: string
  readonly entry: Located<Json>
  readonly context: AssertionContext
  readonly argument: Argument
}

const isText = (value: Json): value is string => typeof value === 'string' && value.trim() !== ''
const isNumber = (value: Json): value is number => typeof value === 'number' && Number.isFinite(value)
const isScalar = (value: Json): boolean => typeof value === 'string' || typeof value === 'boolean' || isNumber(value)
const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : [value])

/** A reader of a list that is filled, each of its values as it must be. */
function readList(isFine: (value: Json) => boolean, expected: string, isList = false) {
  return ({ entry: { value } }: Given): Read => {
    const list = listOf(value)
    const fine = (!isList || Array.isArray(value)) && list.length > 0 && list.every(isFine)
    return fine ? { value: list } : { expected }
  }
}

/** A reader of one value that must be like this. */
function readOne(isFine: (value: Json) => boolean, expected: string) {
  return ({ entry: { value } }: Given): Read => (isFine(value) ? { value } : { expected })
}

function readColumns({ entry }: Given): Read {
  const list = listOf(entry.value)
  const fine = list.length > 0 && list.every(isText) && new Set(list).size === list.length
  return fine ? { value: list } : { expected: 'a list of different column names' }
}

function readRows({ entry: { value } }: Given): Read {
  const rows = (Array.isArray(value) ? value : []) as readonly Json[]
  const width = Array.isArray(rows[0]) ? rows[0].length : 0
  const isRow = (row: Json): boolean =>
    Array.isArray(row) && row.length === width && (row as readonly Json[]).every((one) => one === null || isScalar(one))
  const fine = width > 0 && rows.every(isRow)
  return fine ? { value } : { expected: 'a list of lists of equal length' }
}

function readExpression({ name, entry }: Given): Read {
  if (!isText(entry.value)) return { expected: 'an SQL expression' }
  const detail = fragmentProblem(entry.value)
  if (detail === undefined) return { value: entry.value }
  return { report: diagnose('assertion-sql-invalid', { argument: name, detail }, entry.location) }
}

function readExpressions(given: Given): Read {
  const list = listOf(given.entry.value)
  if (list.length === 0) return { expected: 'an SQL expression, or a list of them' }
  const read = list.map((value) => readExpression({ ...given, entry: { ...given.entry, value } }))
  return read.find((one) => !('value' in one)) ?? { value: list }
}

function readBound(given: Given): Read {
  if (isNumber(given.entry.value)) return { value: given.entry.value }
  return isText(given.entry.value) ? readExpression(given) : { expected: 'a number, a date or an SQL expression' }
}

function readChoice({ entry: { value }, argument: { choices = [] } }: Given): Read {
  const chosen = typeof value === 'string' ? value.toLowerCase() : value
  return choices.some((choice) => choice === chosen) ? { value: chosen } : { expected: `one of ${choices.join(', ')}` }
}

function readTolerance({ entry: { value } }: Given): Read {
  const expected = 'a number, 0 or more, or a percentage such as "5 %"'
  if (isNumber(value)) return value >= 0 ? { value: { value, percent: false } } : { expected }
  const percentage = typeof value === 'string' ? /^\s*(\d{1,15}(?:\.\d{1,15})?)\s*%\s*$/.exec(value)?.[1] : undefined
  return percentage === undefined ? { expected } : { value: { value: Number(percentage), percent: true } }
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
  column: readOne(isText, 'the name of a column'),
  columns: readColumns,
  values: readList(isScalar, 'a list of at least one text, number or boolean', true),
  rows: readRows,
  bound: readBound,
  flag: readOne((value) => typeof value === 'boolean', 'true or false'),
  count: readOne((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a whole number, 0 or more'),
  number: readOne(isNumber, 'a number'),
  numbers: readList(isNumber, 'a list of at least one number'),
  text: readOne(isText, 'text'),
  texts: readList(isText, 'text, or a list of at least one text'),
  choice: readChoice,
  expression: readExpression,
  expressions: readExpressions,
  tolerance: readTolerance,
  relation: readRelation,
  mapping: readOne((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'a mapping'),
}

/** Reads one argument; undefined after a report. */
export function readArgument(assertion: string, given: Given, found: Diagnostic[]): Json | undefined {
  const read = readers[given.argument.kind](given)
  if ('value' in read) return read.value
  const { name, entry } = given
  if ('report' in read) found.push(read.report)
  else {
    const parameters = { assertion, argument: name, expected: read.expected, found: shown(entry.value) }
    found.push(diagnose('assertion-argument-invalid', parameters, entry.location))
  }
  return undefined
}

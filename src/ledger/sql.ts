import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type { Dialect } from '../adapters/contract.ts'
import { bug } from '../diagnostics/index.ts'
import type { LedgerTables } from './schema.ts'

/** What can be written into a statement as a literal. */
export type Value = string | number | bigint | boolean | null | undefined

/** Writes the ledger's statements as text, every value as a literal of the engine. Nothing is sent from here. */
export interface Writer {
  readonly db: Kysely<LedgerTables>
  readonly text: (query: { readonly compile: (db: Kysely<LedgerTables>) => CompiledQuery }) => string
  /** Several statements, to be sent as one. */
  readonly script: (statements: readonly Statement[]) => string
  /** A table of these rows, `(values (…), (…)) as alias(columns)` or one that the engine reads faster; there must be a row. */
  readonly values: (
    alias: string,
    columns: readonly string[],
    rows: readonly (readonly Value[])[],
  ) => RawBuilder<unknown>
}

/** A statement of the query builder, or of the `sql` template. */
export type Statement = RawBuilder<unknown> | { readonly compile: () => CompiledQuery }

function literalOf(dialect: Dialect): (value: Value) => string {
  return (value) => {
    if (value === null || value === undefined) return 'null'
    if (typeof value === 'string') return dialect.literal({ type: 'text', value })
    if (typeof value === 'boolean') return dialect.literal({ type: 'boolean', value })
    return dialect.literal({ type: 'number', value: typeof value === 'bigint' ? String(value) : value })
  }
}

/** Kysely's Postgres text with literals where it would put `$1`: several statements with values can then be sent as one. */
class LiteralCompiler extends PostgresQueryCompiler {
  readonly #literal: (value: Value) => string

  constructor(literal: (value: Value) => string) {
    super()
    this.#literal = literal
  }

  protected override appendValue(value: unknown): void {
    if (typeof value === 'object' && value !== null) bug('an object is no value of the ledger')
    this.append(this.#literal(value as Value))
  }
}

/** From so many rows on, columns are sent as lists: an engine parses a long text faster than many values. */
const many = 8
const between = '\n'

/** A column as one text that the engine splits; undefined when a value does not survive that. */
function listOf(values: readonly Value[], literal: (value: Value) => string): string | undefined {
  const kind = typeof values[0]
  const number = kind === 'number' || kind === 'bigint'
  if (!number && kind !== 'string') return undefined
  const whole = values.every((value) => (number ? isWhole(value) : typeof value === 'string' && isPlain(value)))
  if (!whole) return undefined
  const list = `unnest(string_to_array(${literal(values.join(between))}, ${literal(between)}))`
  return number ? `cast(${list} as bigint)` : list
}

function isWhole(value: Value): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value)
}

function isPlain(value: string): boolean {
  return value !== '' && !value.includes(between)
}

/** The rows as lists that are read side by side; undefined when one of the columns cannot be. */
function lists(
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  literal: (value: Value) => string,
): string | undefined {
  if (rows.length < many) return undefined
  const read = columns.map((name, index) => {
    const list = listOf(
      rows.map((row) => row[index]),
      literal,
    )
    return list && `${list} as ${name}`
  })
  return read.includes(undefined) ? undefined : `(select ${read.join(', ')})`
}

/** Most rows in one statement. */
const chunk = 1000

/** Rows by the statements that they are written by. */
export function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, i) => items.slice(i * chunk, (i + 1) * chunk))
}

/** A writer of statements for an engine that holds a ledger. */
export function writerOf(dialect: Dialect): Writer {
  const literal = literalOf(dialect)
  const db = new Kysely<LedgerTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new LiteralCompiler(literal),
    },
  }).withSchema('elt')
  const text: Writer['text'] = (query) => query.compile(db).sql
  const tuples = (rows: readonly (readonly Value[])[]): string =>
    `values ${rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')}`
  return {
    db,
    text,
    script: (statements) => statements.map((statement) => text(statement)).join(';\n'),
    values: (alias, columns, rows) => {
      const listed = lists(columns, rows, literal)
      return sql.raw(listed ? `${listed} as ${alias}` : `(${tuples(rows)}) as ${alias}(${columns.join(', ')})`)
    },
  }
}

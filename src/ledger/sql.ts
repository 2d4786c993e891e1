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
  /** `(values (…), (…)) as alias(columns)`; there must be a row. */
  readonly values: (
    alias: string,
    columns: readonly string[],
    rows: readonly (readonly Value[])[],
  ) => RawBuilder<unknown>
  /** `values (…), (…)`; there must be a row. */
  readonly rows: (rows: readonly (readonly Value[])[]) => RawBuilder<unknown>
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
    values: (alias, columns, rows) => sql.raw(`(${tuples(rows)}) as ${alias}(${columns.join(', ')})`),
    rows: (rows) => sql.raw(tuples(rows)),
  }
}

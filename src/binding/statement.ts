import type { Dialect, RelationName } from '../adapters/contract.ts'
import { type Grid, ordinalAt } from '../calendar/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'
import type { SourceDefinition } from '../project/index.ts'
import { fill, type HoleValues, type SqlText, type Statement } from '../sql/index.ts'

/** Any moment does: columns and types do not depend on the window, and the same one each time keeps the text the same. */
const someMoment = Date.UTC(2024, 0, 1)

/** What a model or an assertion reads of the warehouse: the nodes of its holes, in order of appearance. */
export function relationsRead(sql: SqlText): readonly string[] {
  const nodes = sql.pieces.flatMap((piece) =>
    'hole' in piece && piece.hole.kind === 'relation' ? [piece.hole.node] : [],
  )
  return [...new Set(nodes)]
}

/** Whether a text needs a window to be complete. */
export function needsWindow(sql: SqlText): boolean {
  return sql.pieces.some((piece) => 'hole' in piece && piece.hole.kind !== 'relation' && piece.hole.kind !== 'files')
}

/** Makes statements to bind: relations by their names, files as relations without rows. */
export class Statements {
  readonly #dialect: Dialect
  readonly #models: ReadonlyMap<string, Model>
  readonly #sources: ReadonlyMap<string, SourceDefinition>
  readonly #files = new Map<string, string>()

  constructor(graph: Graph, dialect: Dialect) {
    this.#dialect = dialect
    this.#models = new Map(graph.models.map((model) => [model.id, model]))
    this.#sources = new Map([...graph.sources, ...graph.seedFiles].map((source) => [source.id, source]))
  }

  model(id: string): Model | undefined {
    return this.#models.get(id)
  }

  source(id: string): SourceDefinition | undefined {
    return this.#sources.get(id)
  }

  /** Where a model or a source table lies. */
  relation(node: string): RelationName {
    const model = this.#models.get(node)
    if (model) return model.relation
    const origin = this.#sources.get(node)?.origin
    return origin?.kind === 'relation'
      ? { schema: origin.schema, name: origin.identifier }
      : bug(`${node} is no relation`)
  }

  relationSql(node: string): string {
    const { quote } = this.#dialect
    const { schema, name } = this.relation(node)
    return `${quote(schema)}.${quote(name)}`
  }

  /** The relation of a source's files, without a row. */
  files(source: string): string {
    const known = this.#files.get(source)
    if (known !== undefined) return known
    const { origin, columns } = this.#sources.get(source) ?? bug(`unknown source ${source}`)
    if (origin.kind !== 'files') return bug(`${source} has no files`)
    const typed = columns.map(({ name, type }) => ({ name, type: type ?? bug(`${source}.${name} has no type`) }))
    const { format, compression } = origin
    const sql = this.#dialect.readFiles({ paths: [], format, compression, columns: typed })
    const text = sql ?? bug(`${source} cannot be read by this engine`)
    this.#files.set(source, text)
    return text
  }

  /** A node as it can stand after `from`. */
  readable(node: string): string {
    return this.#sources.get(node)?.origin.kind === 'files' ? this.files(node) : this.relationSql(node)
  }

  fill(sql: SqlText, grid?: Grid): Statement {
    const values: HoleValues = {
      relation: (node) => this.relationSql(node),
      files: (source) => this.files(source),
      literal: (type, value) => this.#dialect.literal({ type, value }),
      ...(grid ? { grid, window: windowOf(grid) } : {}),
    }
    return fill(sql, values)
  }
}

function windowOf(grid: Grid): { start: number; end: number } {
  const start = ordinalAt(grid, someMoment)
  return { start, end: start + 1 }
}

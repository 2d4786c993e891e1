import type { FileRead, RelationName } from '../../adapters/contract.ts'
import { type Grid, sourceInstants, type Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import { filesFor, type SourceFileState } from '../../extract/index.ts'
import type { SourceDefinition } from '../../project/index.ts'
import { fill, type HoleValues, type SqlText, type Statement, type TimeType } from '../../sql/index.ts'
import type { Workshop } from './context.ts'

/** What it takes to complete a statement: the engine's dialect, and what the graph and the files offer. */
export type Filling = Pick<
  Workshop,
  'adapter' | 'models' | 'definitions' | 'signals' | 'projectDirectory' | 'brought' | 'text'
>

/** A relation's quoted name. */
export function relationSql({ adapter }: Pick<Workshop, 'adapter'>, relation: RelationName): string {
  const { quote } = adapter.dialect
  return `${quote(relation.schema)}.${quote(relation.name)}`
}

/** Where a model or a source table of the warehouse lies, quoted. */
export function nodeSql(workshop: Filling, node: string): string {
  const model = workshop.models.get(node)
  if (model) return relationSql(workshop, model.relation)
  const origin = workshop.definitions.get(node)?.origin
  if (origin?.kind !== 'relation') return bug(`${node} is no relation`)
  return relationSql(workshop, { schema: origin.schema, name: origin.identifier })
}

/**
 * The files that a model reads of a source for a window of its partitions (absent: of all), through all of its inputs, and
 * those that it would read if they were not gone. Of a table, its known partitions.
 */
export function filesCovered(
  workshop: Filling,
  source: string,
  model: Model,
  window: Window | undefined,
): readonly SourceFileState[] {
  const definition = definitionOf(workshop, source)
  const signal = workshop.signals.get(source)
  if (!signal) return []
  const grid = model.partitioning?.grid
  const inputs = model.inputs.filter((input) => input.upstream === source)
  const wanted = inputs.flatMap((input) => {
    const range =
      grid && window && input.kind === 'window' ? sourceInstants(grid, window, input.grid, input.reach) : undefined
    return filesFor(definition, signal, range)
  })
  return [...new Set(wanted)]
}

/** The files that are read of a source for a window of a model's partitions; without one, for all. */
export function filesRead(
  workshop: Filling,
  source: string,
  model: Model,
  window: Window | undefined,
): readonly SourceFileState[] {
  return filesCovered(workshop, source, model, window).filter((file) => !file.gone)
}

/** A read of some files of a source. */
export function fileRead(workshop: Filling, source: string, files: readonly SourceFileState[]): FileRead {
  const { origin, id, columns } = definitionOf(workshop, source)
  if (origin.kind !== 'files') return bug(`${id} has no files`)
  return {
    paths: files.map(({ path }) => `${workshop.projectDirectory}/${path}`),
    format: origin.format,
    compression: origin.compression,
    ...(origin.delimiter === undefined ? {} : { delimiter: origin.delimiter }),
    columns: columns.map(({ name, type }) => ({ name, type: type ?? bug(`${id}.${name} has no type`) })),
  }
}

/** A table expression of the columns of a source's files, without rows. */
export function emptyFiles(workshop: Filling, source: string): string {
  const sql = workshop.adapter.dialect.readFiles(fileRead(workshop, source, []))
  return sql ?? bug('every engine has empty relations')
}

const anyFile: SourceFileState = { path: 'any', size: 0, modified: 0, hash: '', gone: false }

/** Whether the engine reads the files of a source itself. */
export function readsFiles(workshop: Filling, source: string): boolean {
  return workshop.adapter.dialect.readFiles(fileRead(workshop, source, [anyFile])) !== undefined
}

/** A table expression of files of a source: a read of them, or the relation that their rows were brought into. */
function filesSql(workshop: Filling, source: string, files: readonly SourceFileState[]): string {
  const { brought } = workshop
  const relation = brought === 'nothing' ? undefined : brought?.get(source)
  if (relation) return relationSql(workshop, relation)
  const sql = workshop.adapter.dialect.readFiles(fileRead(workshop, source, files))
  if (sql !== undefined) return sql
  if (brought !== 'nothing') return bug(`the files of ${source} were not brought`)
  return `${emptyFiles(workshop, source)} ${filesComment(workshop, source, files)}`
}

/** How many files a comment names. */
const filesNamed = 3

/** Says which rows a person has to think of where a statement has none, since the engine cannot read them. */
function filesComment(workshop: Filling, source: string, files: readonly SourceFileState[]): string {
  const { group, name } = definitionOf(workshop, source)
  const named = files.slice(0, filesNamed).map(({ path }) => path)
  const more = files.length > filesNamed ? ` and ${files.length - filesNamed} more` : ''
  const words = `elt loads the rows of ${group}.${name} here, from ${named.join(', ')}${more}`
  // No name of a file ends the comment, or opens another in it.
  return `/* ${words.replaceAll('*/', '* /').replaceAll('/*', '/ *')} */`
}

function definitionOf(workshop: Filling, source: string): SourceDefinition {
  return workshop.definitions.get(source) ?? bug(`unknown source ${source}`)
}

/** The files that a source has now. */
export function filesToRead(workshop: Filling, source: string): readonly SourceFileState[] {
  return (workshop.signals.get(source)?.files ?? []).filter((file) => !file.gone)
}

/** All rows that a source offers: of a file source, of all its files. */
export function sourceSql(workshop: Filling, source: string): string {
  const { origin } = definitionOf(workshop, source)
  return origin.kind === 'relation'
    ? nodeSql(workshop, source)
    : filesSql(workshop, source, filesToRead(workshop, source))
}

/** Anything that a query can read by its node id, usable after `from`. */
export function readableSql(workshop: Filling, node: string): string {
  return workshop.definitions.has(node) ? sourceSql(workshop, node) : nodeSql(workshop, node)
}

/** Whether the files that a window reads of a source are none. */
export function readsNoFile(workshop: Filling, source: string, model: Model, window: Window): boolean {
  const definition = workshop.definitions.get(source)
  return definition?.origin.kind === 'files' && filesRead(workshop, source, model, window).length === 0
}

/** Where a literal is written for a time. */
function literalOf({ adapter }: Pick<Workshop, 'adapter'>): HoleValues['literal'] {
  return (type, value) => adapter.dialect.literal({ type, value })
}

/** The SELECT of a model for a window of its partitions. */
export function modelStatement(workshop: Filling, model: Model, window: Window): Statement {
  const partitions = model.partitioning && model.config.materialized === 'incremental' ? window : undefined
  const sql = workshop.text === 'incremental' ? (model.incrementalSql ?? model.sql) : model.sql
  return fill(sql, {
    relation: (node) => nodeSql(workshop, node),
    files: (source) => filesSql(workshop, source, filesRead(workshop, source, model, partitions)),
    literal: literalOf(workshop),
    ...(model.partitioning && partitions ? { grid: model.partitioning.grid, window: partitions } : {}),
  })
}

/** The SELECT of a singular assertion: it has no window and reads sources whole. */
export function wholeStatement(workshop: Filling, sql: SqlText): Statement {
  return fill(sql, {
    relation: (node) => nodeSql(workshop, node),
    files: (source) => sourceSql(workshop, source),
    literal: literalOf(workshop),
  })
}

/** The half-open bounds of a window as literals of the partition column's type. */
export function windowLiterals(
  workshop: Filling,
  model: Model,
  window: Window,
  cut?: Grid,
): { start: string; end: string } {
  const { type, ...own } = model.partitioning ?? bug(`${model.id} is not partitioned`)
  const grid = cut ?? own.grid
  const values: HoleValues = {
    relation: (node) => node,
    files: (source) => source,
    literal: literalOf(workshop),
    grid,
    window,
  }
  const bound = (side: 'start' | 'end', of: TimeType): string =>
    fill({ pieces: [{ hole: { kind: 'window', bound: side, type: of } }] }, values).sql
  return { start: bound('start', type), end: bound('end', type) }
}

/** The ordinal of the partition that a row of the model lies in, as SQL; undefined when it is not partitioned. */
export function ordinalSql({ adapter }: Pick<Workshop, 'adapter'>, model: Model): string | undefined {
  if (!model.partitioning) return undefined
  const { column, type, grid } = model.partitioning
  return adapter.dialect.ordinal({ name: column, type }, grid.unit, grid.timeZone)
}

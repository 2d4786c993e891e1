import type { Grid } from '../calendar/index.ts'
import { type Hole, type Origin, type Piece, type SqlText, withQueries } from '../sql/index.ts'
import { type Deferred, deferredOf, type Filter, type Reference } from './deferred.ts'
import type { Partitioning } from './graph.ts'
import type { Inside } from './inside.ts'
import { eventsOf, filesOf, type Links } from './links.ts'
import { extentIn } from './reaches.ts'
import type { RenderedText } from './rendered.ts'
import { describe } from './uses.ts'

/** What a text is rendered for: the partitions of the model around it. */
interface Purpose {
  readonly links: Links
  readonly partitioning: Partitioning
}

/** Stands in where there are no partitions, so that everything else can still be told. */
const unpartitioned: Partitioning = { column: '', type: 'date', grid: { unit: 'day', timeZone: 'UTC' } }

type Part = { readonly text: string } | { readonly hole: Hole }

function cteName(links: Links, node: string): string {
  return links.dialect.quote(`__elt__${links.drafts.get(node)?.file.name ?? node}`)
}

function referencePart(reference: Reference, { links }: Purpose): Part {
  const { node } = reference
  if (reference.isJudged) return { hole: { kind: 'judged' } }
  if (filesOf(links.sources.get(node))) return { hole: { kind: 'files', source: node } }
  if (links.drafts.get(node)?.config.materialized === 'ephemeral') return { text: cteName(links, node) }
  return { hole: { kind: 'relation', node } }
}

/** `(f."day" >= … and f."day" < …)` */
function between(column: string, hole: (bound: 'start' | 'end') => Hole): Part[] {
  return [
    { text: `(${column} >= ` },
    { hole: hole('start') },
    { text: ` and ${column} < ` },
    { hole: hole('end') },
    { text: ')' },
  ]
}

function qualified(links: Links, column: string, alias: string | undefined): string {
  const quoted = links.dialect.quote(column)
  return alias === undefined ? quoted : `${alias}.${quoted}`
}

/** The partitions before the window, of the model itself. */
function ownPartsBefore(filter: Filter, { column, type, grid }: Partitioning, links: Links): Part[] {
  const reach = { before: extentIn(grid, filter.before), after: 0 }
  return between(qualified(links, column, filter.alias), (bound) =>
    bound === 'start' ? { kind: 'upstream', bound, type, grid, reach } : { kind: 'window', bound: 'start', type },
  )
}

function filterParts(filter: Filter, purpose: Purpose): Part[] {
  const { links, partitioning } = purpose
  if (filter.isThis) return ownPartsBefore(filter, partitioning, links)
  const events = eventsOf(links.sources.get(filter.node))
  const upstream = events ?? links.drafts.get(filter.node)?.partitioning
  // Told about where edges are made: nothing to filter by.
  if (!upstream) return []
  const grid: Grid = upstream.grid ?? partitioning.grid
  const reach = { before: extentIn(grid, filter.before), after: extentIn(grid, filter.after) }
  const kind = events ? 'events' : 'upstream'
  const { type } = upstream
  return between(qualified(links, upstream.column, filter.alias), (bound) => ({ kind, bound, type, grid, reach }))
}

function partsOf(deferred: Deferred, purpose: Purpose): Part[] {
  const { partitioning, links } = purpose
  if (deferred.kind === 'reference') return [referencePart(deferred, purpose)]
  if (deferred.kind === 'filter') return filterParts(deferred, purpose)
  if (deferred.kind === 'window') {
    const type = deferred.instant ? 'instant' : partitioning.type
    return [{ hole: { kind: 'window', bound: deferred.bound, type } }]
  }
  const column = qualified(links, deferred.column, deferred.alias)
  return between(column, (bound) => ({ kind: 'window', bound, type: partitioning.type }))
}

function withOrigin(part: Part, origin: Origin | undefined): Piece {
  return origin ? { ...part, origin } : part
}

/** Rendered text as it is sent, but for the holes of the batch. */
function resolve({ text, deferred: entries, uses }: RenderedText, purpose: Purpose): SqlText {
  const inComments = new Set(uses.inComments)
  const pieces = text.pieces.flatMap((piece, index): Piece[] => {
    const deferred = deferredOf(piece, entries)
    if (!deferred) return [piece]
    if (inComments.has(index)) return [withOrigin({ text: describe(deferred) }, piece.origin)]
    return partsOf(deferred, purpose).map((part) => withOrigin(part, piece.origin))
  })
  return { pieces }
}

/**
 * The compiled SQL of a model or assertion: its own text, with the ephemerals inside as queries in front. Without
 * `partitioning` no window exists; time holes are errors then, reported elsewhere.
 */
export function sqlOf(
  rendered: RenderedText,
  partitioning: Partitioning | undefined,
  inside: readonly Inside[],
  links: Links,
): SqlText {
  const purpose = { links, partitioning: partitioning ?? unpartitioned }
  const queries = inside.map(({ draft }) => ({
    name: cteName(links, draft.id),
    sql: resolve(draft.rendered, purpose),
  }))
  return withQueries(resolve(rendered, purpose), queries)
}

import type { Grid, Reach } from '../calendar/index.ts'
import { diagnose, type Location, nearest } from '../diagnostics/index.ts'
import type { Draft } from './draft.ts'
import { type Edge, eventsOf, extentIn, filesOf, hull, type Links, noReach, reachIn, widen } from './links.ts'
import type { Rendered } from './rendering.ts'
import type { FilterUse, Read } from './uses.ts'

/** The reads and filters of one upstream in a model's own text. */
interface Contact {
  readonly reads: readonly Read[]
  readonly filters: readonly FilterUse[]
}

/** Reads and filters by upstream, in order of appearance. */
export function contactsOf({ uses }: Rendered): Map<string, Contact> {
  const contacts = new Map<string, { reads: Read[]; filters: FilterUse[] }>()
  const of = (node: string) => {
    const contact = contacts.get(node) ?? { reads: [], filters: [] }
    contacts.set(node, contact)
    return contact
  }
  for (const read of uses.reads) of(read.reference.node).reads.push(read)
  for (const use of uses.filters) of(use.filter.node).filters.push(use)
  return contacts
}

/** How far all filters of one upstream reach together; undefined without filters. */
function reachOf(filters: readonly FilterUse[], grid: Grid): Reach | undefined {
  return filters
    .map(({ filter }): Reach => ({ before: extentIn(grid, filter.before), after: extentIn(grid, filter.after) }))
    .reduce<Reach | undefined>((all, reach) => (all ? hull(all, reach) : reach), undefined)
}

/** Reads for which no filter is left: each needs one of its own, told apart by alias. */
function unfiltered({ reads, filters }: Contact): Read | undefined {
  const wanting = reads.filter((read) => !read.reference.allPartitions)
  const aliases = new Set(filters.map(({ filter }) => filter.alias?.toLowerCase()))
  if (aliases.size >= wanting.length) return undefined
  return wanting.find((read) => !aliases.has(read.alias?.toLowerCase())) ?? wanting[aliases.size]
}

function onChangeOf(reads: readonly Read[]): 'keep' | 'rebuild' {
  return reads.some((read) => read.reference.onChange === 'rebuild') ? 'rebuild' : 'keep'
}

function plainEdge(upstream: string, reads: readonly Read[], location: Location): Edge {
  return { kind: 'plain', upstream, via: [], onChange: onChangeOf(reads), location }
}

/** How a text gets at one relation that is cut by time: in windows, as a whole on purpose, without a filter by mistake. */
interface Access {
  readonly window?: { readonly grid: Grid; readonly reach: Reach; readonly location: Location }
  readonly whole?: { readonly onChange: 'keep' | 'rebuild'; readonly location: Location }
  readonly scan?: { readonly alias: string | undefined; readonly location: Location }
}

/** `declared`: the reach that a partitioned view declares instead of filtering. */
function accessTo(grid: Grid | undefined, contact: Contact, declared: Reach | undefined): Access {
  const { reads, filters } = contact
  const all = reads.filter((read) => read.reference.allPartitions)
  const wanting = reads.find((read) => !read.reference.allPartitions)
  const reach = grid && (reachOf(filters, grid) ?? (wanting && declared))
  const location = (filters[0] ?? wanting)?.location
  const scan = declared ? undefined : unfiltered(contact)
  return {
    ...(grid && reach && location ? { window: { grid, reach, location } } : {}),
    ...(all[0] ? { whole: { onChange: onChangeOf(all), location: all[0].location } } : {}),
    ...(scan ? { scan: { alias: scan.alias, location: scan.location } } : {}),
  }
}

function edgesOf({ window, whole, scan }: Access, upstream: string, via: readonly string[] = []): Edge[] {
  return [
    ...(window ? [{ kind: 'window', upstream, via, ...window } as const] : []),
    ...(whole ? [{ kind: 'reference', upstream, via, ...whole } as const] : []),
    ...(scan ? [{ kind: 'scan', upstream, via, ...scan } as const] : []),
  ]
}

/** An edge of a view, as its reader has it. */
function throughView(view: string, edge: Edge, access: Access, reads: readonly Read[], location: Location): Edge[] {
  const via = [view, ...edge.via]
  if (edge.kind === 'plain' || edge.kind === 'reference') {
    return [{ ...edge, via, location, onChange: onChangeOf(reads) === 'rebuild' ? 'rebuild' : edge.onChange }]
  }
  const { window } = access
  const reach =
    window && edge.kind === 'window' ? widen(edge.reach, reachIn(edge.grid, window.reach, window.grid)) : undefined
  const { window: _, ...rest } = access
  const grid = edge.kind === 'window' ? edge.grid : undefined
  return edgesOf(
    { ...rest, ...(window && reach && grid ? { window: { ...window, grid, reach } } : {}) },
    edge.upstream,
    via,
  )
}

function sourceEdges(upstream: string, contact: Contact, links: Links): Edge[] {
  const source = links.sources.get(upstream)
  const location = contact.reads[0]?.location
  if (!location || !source || !filesOf(source)) return []
  const events = eventsOf(source)
  const [filter] = contact.filters
  if (filter && !events) {
    links.report(diagnose('source-without-event-time', { source: `${source.group}.${source.name}` }, filter.location))
  }
  const access = events ? accessTo(events.grid, contact, undefined) : {}
  // Without a date in its paths nobody can say which file holds which partition: all of them are one reference.
  if (!events?.grid && !access.scan) return [plainEdge(upstream, contact.reads, location)]
  return edgesOf(access, upstream)
}

function modelEdges(draft: Draft, upstream: Draft, contact: Contact, links: Links): Edge[] {
  const location = contact.reads[0]?.location
  if (!location || upstream.config.materialized === 'ephemeral') return []
  const grid = upstream.partitioning?.grid
  const access = accessTo(grid, contact, declaredReach(draft, upstream))
  if (upstream.config.materialized === 'view') {
    const edges = links.allEdges.get(upstream.id) ?? []
    return edges.flatMap((edge) => throughView(upstream.id, edge, access, contact.reads, location))
  }
  return grid ? edgesOf(access, upstream.id) : [plainEdge(upstream.id, contact.reads, location)]
}

/** A partitioned view reads its upstreams' own partitions, and those beyond that its `reads` declares. */
function declaredReach(draft: Draft, upstream: Draft): Reach | undefined {
  if (draft.config.materialized !== 'view' || !draft.partitioning || !upstream.partitioning) return undefined
  return draft.config.reads[upstream.file.name] ?? draft.config.reads[upstream.id] ?? noReach
}

function reportFilters(upstream: Draft | undefined, contact: Contact, links: Links): void {
  for (const { filter, location } of contact.filters) {
    const name = upstream?.file.name ?? filter.node.replace(/^source\./, '')
    if (contact.reads.length === 0) links.report(diagnose('filter-without-read', { upstream: name }, location))
    else if (upstream && !upstream.partitioning) {
      const { materialized } = upstream.config
      links.report(diagnose('filter-on-unpartitioned', { upstream: name, materialized }, location))
    }
  }
}

function reportReads(draft: Draft, links: Links): void {
  const known = [...contactsOf(draft.rendered).keys()].flatMap((node) => {
    const upstream = links.drafts.get(node)
    return upstream ? [upstream.file.name, upstream.id] : []
  })
  for (const name of Object.keys(draft.config.reads)) {
    if (known.includes(name)) continue
    const parameters = { name, view: draft.file.name, nearest: nearest(name, known) }
    links.report(diagnose('unknown-reads', parameters, draft.raw.reads?.location))
  }
}

/** The edges that stand in a model's own text. Those to ephemerals are left to `insideOf`. */
export function ownEdges(draft: Draft, links: Links): Edge[] {
  reportReads(draft, links)
  return [...contactsOf(draft.rendered)].flatMap(([node, contact]) => {
    const upstream = links.drafts.get(node)
    reportFilters(upstream, contact, links)
    if (links.sources.has(node)) return sourceEdges(node, contact, links)
    return upstream && upstream !== draft ? modelEdges(draft, upstream, contact, links) : []
  })
}

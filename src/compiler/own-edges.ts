import type { Reach } from '../calendar/index.ts'
import { diagnose, type Location, nearest } from '../diagnostics/index.ts'
import { accessTo, type Contact, onChangeOf } from './access.ts'
import type { Draft } from './draft.ts'
import type { Access, Edge, Way } from './edges.ts'
import { eventsOf, type Links } from './links.ts'
import { noReach } from './reaches.ts'
import type { RenderedText } from './rendered.ts'
import type { FilterUse, Read } from './uses.ts'

/** Reads and filters by upstream, in order of appearance. */
export function contactsOf({ uses }: Pick<RenderedText, 'uses'>): Map<string, Contact> {
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

function plainEdge(upstream: string, reads: readonly Read[], location: Location): Edge {
  return { kind: 'plain', upstream, via: [], onChange: onChangeOf(reads), location }
}

function edgesOf({ window, whole, scan }: Access, upstream: string, via: readonly string[] = []): Edge[] {
  return [
    ...(window ? [{ kind: 'window', upstream, via, ...window } as const] : []),
    ...(whole ? [{ kind: 'reference', upstream, via, ...whole } as const] : []),
    ...(scan ? [{ kind: 'scan', upstream, via, ...scan } as const] : []),
  ]
}

function sourceEdges(upstream: string, contact: Contact, links: Links): Edge[] {
  const source = links.sources.get(upstream)
  const location = contact.reads[0]?.location
  if (!location || !source) return []
  const events = eventsOf(source)
  const [filter] = contact.filters
  if (filter && !events) {
    links.report(diagnose('source-without-event-time', { source: `${source.group}.${source.name}` }, filter.location))
  }
  const access = events ? accessTo(events, contact, undefined) : {}
  // Without a date in its paths nobody can say which file holds which partition: all of them are one reference.
  if (!events?.grid && !access.scan) return [plainEdge(upstream, contact.reads, location)]
  return edgesOf(access, upstream)
}

function modelWays(draft: Draft, upstream: Draft, contact: Contact, links: Links): Way[] {
  const location = contact.reads[0]?.location
  if (!location || upstream.config.materialized === 'ephemeral') return []
  const grid = upstream.partitioning?.grid
  const access = accessTo(upstream.partitioning, contact, declaredReach(draft, upstream))
  if (upstream.config.materialized === 'view') {
    const behind = links.behind.get(upstream.id) ?? { ways: [], hasWindows: false }
    const rebuild = onChangeOf(contact.reads) === 'rebuild'
    return [{ kind: 'view', behind, access, rebuild, via: [upstream.id], location }]
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

/** What a model's own text reads. Ephemerals are left to `insideOf`. */
export function ownWays(draft: Draft, links: Links): Way[] {
  reportReads(draft, links)
  return [...contactsOf(draft.rendered)].flatMap(([node, contact]) => {
    const upstream = links.drafts.get(node)
    reportFilters(upstream, contact, links)
    if (links.sources.has(node)) return sourceEdges(node, contact, links)
    return upstream && upstream !== draft ? modelWays(draft, upstream, contact, links) : []
  })
}

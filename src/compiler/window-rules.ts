import { type Grid, units } from '../calendar/index.ts'
import { diagnose } from '../diagnostics/index.ts'
import type { Draft } from './draft.ts'
import type { Edge } from './edges.ts'
import type { Inside } from './inside.ts'
import { filesOf, type Links } from './links.ts'

/** The call that names an upstream, as the author would write it. */
function call(links: Links, node: string, options = ''): { ref: string; filter: string } {
  const source = links.sources.get(node)
  const name = links.drafts.get(node)?.file.name ?? node
  return source
    ? { ref: `source('${source.group}', '${source.name}'${options})`, filter: `'${source.group}.${source.name}'` }
    : { ref: `ref('${name}'${options})`, filter: `'${name}'` }
}

/** What to write so that an upstream is read by window: here, in the view on the way, or in the ephemeral on the way. */
function remedy(edge: Edge & { readonly kind: 'scan' }, links: Links): string {
  const [through] = edge.via
  const on = through === undefined ? undefined : links.drafts.get(through)
  const alias = edge.alias === undefined ? '' : `, alias='${edge.alias.replaceAll("'", "\\'")}'`
  const filter = `\`{{ partition_filter(${call(links, through ?? edge.upstream).filter}${alias}) }}\``
  if (!on || on.partitioning) return `add to this query: ${filter}`
  if (on.config.materialized === 'view')
    return `declare \`partition_by\` in \`${on.id}\`, and add to this query: ${filter}`
  const inner = edge.via[1] ?? edge.upstream
  return `add to the query of \`${on.id}\`: \`{{ partition_filter(${call(links, inner).filter}${alias}) }}\``
}

/** Reads of everything, where a partition is built from windows: `full-scan`, once for each read. */
export function reportScans(draft: Draft, edges: readonly Edge[], links: Links): void {
  if (!draft.partitioning) return
  for (const edge of edges) {
    if (edge.kind !== 'scan') continue
    const [through] = edge.via
    const all = `\`{{ ${call(links, through ?? edge.upstream, ', all_partitions=true').ref} }}\``
    const upstream = edge.upstream.replace(/^source\./, '')
    const parameters = { model: draft.id, upstream, through, filter: remedy(edge, links), all }
    links.report(diagnose('full-scan', parameters, edge.location))
  }
}

/** Whether every partition of one grid is made of whole partitions of another. */
function isMadeOf(grid: Grid, parts: Grid): boolean {
  const order = units.indexOf(parts.unit) <= units.indexOf(grid.unit)
  return order && (parts.unit === 'hour' ? grid.unit === 'hour' : grid.timeZone === parts.timeZone)
}

/** Dates that cover more than the window they are printed for: told, because the query has to leave out the rest. */
export function reportCoveringDates(draft: Draft, links: Links): void {
  const cut = draft.partitioning?.grid
  // A view has no window of its own; and who prints one in the query knows of it.
  const { windows, filters } = draft.rendered.uses
  if (!cut || draft.config.materialized !== 'incremental' || windows.length > filters.length) return
  const told = new Set<string>()
  for (const { filter, location } of filters) {
    const upstream = links.drafts.get(filter.node)
    const read = upstream?.partitioning
    if (!upstream || read?.type !== 'date' || isMadeOf(cut, read.grid) || told.has(upstream.id)) continue
    told.add(upstream.id)
    const zone = read.grid.timeZone === cut.timeZone && cut.unit !== 'hour' ? '' : ` of ${read.grid.timeZone}`
    const parameters = { model: draft.id, upstream: upstream.id, reads: `${read.grid.unit}s${zone}`, cut: cut.unit }
    links.report(diagnose('covering-dates', parameters, location))
  }
}

/** Windows exist only where partitions are built: not in tables, not in views, nor in the ephemerals inside them. */
export function reportWindows(draft: Draft, inside: readonly Inside[], links: Links): void {
  const { materialized } = draft.config
  if (materialized === 'ephemeral' || (materialized === 'incremental' && draft.partitioning)) return
  const code = materialized === 'view' ? 'window-in-view' : 'window-without-partition'
  const model = draft.id
  for (const { what, location } of draft.rendered.uses.windows) links.report(diagnose(code, { what, model }, location))
  for (const { draft: ephemeral, location } of inside) {
    const [use] = ephemeral.rendered.uses.windows
    if (!use) continue
    const place = `${use.location.path}:${use.location.line}:${use.location.column}`
    links.report(diagnose(code, { what: use.what, model, place }, location))
  }
}

/** A view is read at any time, but files are listed for each batch: also those of the ephemerals inside it. */
export function reportViewFiles(draft: Draft, inside: readonly Inside[], links: Links): void {
  if (draft.config.materialized !== 'view') return
  for (const { draft: ephemeral, location } of inside) {
    for (const { reference } of ephemeral.rendered.uses.reads) {
      const source = links.sources.get(reference.node)
      if (!source || !filesOf(source)) continue
      const parameters = { view: draft.id, source: `${source.group}.${source.name}` }
      links.report(diagnose('view-reads-files', parameters, location))
    }
  }
}

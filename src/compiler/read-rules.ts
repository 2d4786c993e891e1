import { type Diagnostic, diagnose, type Location } from '../diagnostics/index.ts'
import type { Project } from '../project/index.ts'
import type { Draft } from './draft.ts'
import type { Names } from './names.ts'

function layerRule(draft: Draft, node: string, location: Location, project: Project, names: Names): Diagnostic[] {
  const layer = project.layers.find((known) => known.name === draft.file.layer)
  const upstream = names.model(node)?.layer ?? 'sources'
  if (!layer || layer.reads.includes(upstream)) return []
  const owner = upstream === 'sources' ? 'sources' : `the layer \`${upstream}\``
  const parameters = { layer: layer.name, upstream: node.replace(/^source\./, ''), owner, reads: layer.reads }
  return [diagnose('layer-violation', parameters, location)]
}

function viewRule(draft: Draft, node: string, location: Location, names: Names): Diagnostic[] {
  const source = names.sourceById.get(node)
  if (draft.config.materialized !== 'view' || source?.origin.kind !== 'files') return []
  return [diagnose('view-reads-files', { view: draft.id, source: `${source.group}.${source.name}` }, location)]
}

/** A model reads its own rows where it is clear which of them are there: those before its partition, or of earlier runs. */
function thisRule({ id, config, partitioning, rendered }: Draft, location: Location): Diagnostic[] {
  if (config.materialized !== 'incremental') return [diagnose('self-read', { model: id, way: 'none' }, location)]
  if (partitioning) {
    const isFiltered = rendered.uses.filters.some(({ filter }) => filter.isThis)
    return isFiltered ? [] : [diagnose('self-read', { model: id, way: 'partitions' }, location)]
  }
  const { reads } = (rendered.texts?.first ?? rendered).uses
  const isFirst = reads.some(({ reference, location: at }) => reference.isThis && isSamePlace(at, location))
  return isFirst ? [diagnose('self-read', { model: id, way: 'incremental' }, location)] : []
}

function isSamePlace(a: Location, b: Location): boolean {
  return a.path === b.path && a.line === b.line && a.column === b.column
}

/** What a model may not read: itself, what is disabled, what its layer has no right to; and views, files. */
export function readProblems(
  draft: Draft,
  project: Project,
  names: Names,
  disabled: ReadonlySet<string>,
): Diagnostic[] {
  if (draft.file.isSeed) return []
  const { uses, queryReads } = draft.rendered
  const asked = queryReads.flatMap(({ reference: { node }, location }) =>
    node === draft.id ? [] : layerRule(draft, node, location, project, names),
  )
  const read = uses.reads.flatMap(({ reference, location }): Diagnostic[] => {
    const { node, isThis } = reference
    if (isThis) return thisRule(draft, location)
    if (node === draft.id) return [diagnose('self-read', { model: draft.id, way: 'this' }, location)]
    const upstream = names.model(node)
    if (upstream && disabled.has(node)) {
      return [diagnose('ref-disabled', { name: upstream.name, path: upstream.file.path }, location)]
    }
    const refused = layerRule(draft, node, location, project, names)
    return refused.length > 0 ? refused : viewRule(draft, node, location, names)
  })
  return [...read, ...asked]
}

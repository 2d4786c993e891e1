import { diagnose } from '../../diagnostics/index.ts'
import type { Freshness } from '../freshness.ts'
import { isMapping } from '../mapping.ts'
import { parseFreshness } from '../read-freshness.ts'
import { childOf, entryOf, located, spanOf, textOf, type YamlEntry, type YamlNode } from '../yaml/index.ts'
import type { TableNode } from './relation-source.ts'

/** A key of a mapping, or of the `config:` in it. */
function entryIn(node: YamlNode, key: string): YamlEntry | undefined {
  return entryOf(node, key) ?? entryOf(childOf(node, 'config') ?? node, key)
}

/** A text of the table, or else of its source. */
function nearestText({ node, group }: TableNode, key: string): string | undefined {
  return textOf(entryIn(node, key)?.value) ?? textOf(entryIn(group, key)?.value)
}

/** What a table says of its freshness laid over what its source says; a table may switch that off with null. */
function written({ yaml, node, group }: TableNode) {
  const [own, outer] = [entryIn(node, 'freshness'), entryIn(group, 'freshness')]
  const [above, below] = [own && located(yaml.file, own.value), outer && located(yaml.file, outer.value)]
  if (above?.value === null || (!above && !below)) return undefined
  if (above && below && isMapping(above.value) && isMapping(below.value)) {
    return { value: { ...below.value, ...above.value }, location: above.location, isOwn: true }
  }
  const given = above ?? below
  return given && { ...given, isOwn: above !== undefined }
}

/** How old the newest rows of a source table may be. A table of the warehouse has to say when its rows were loaded. */
export function readFreshness(table: TableNode, origin: 'files' | 'relation'): { readonly freshness?: Freshness } {
  const { yaml, node, found, label, timeZone } = table
  const given = written(table)
  if (!given || given.value === null) return {}
  const freshness = parseFreshness(given.value, timeZone, given.location, found)
  if (!freshness) return {}
  if (origin === 'files') {
    if (freshness.filter === undefined) return { freshness }
    const reason = 'the source is files, whose times are looked at'
    found.push(diagnose('key-without-effect', { key: 'filter', reason }, given.location))
    return { freshness }
  }
  const [loadedAt, query] = [nearestText(table, 'loaded_at_field'), nearestText(table, 'loaded_at_query')]
  if (query !== undefined) return { freshness: { ...freshness, query } }
  if (loadedAt !== undefined) return { freshness: { ...freshness, loadedAt } }
  // What a source says of all its tables is for those that can tell.
  if (!given.isOwn) return {}
  const parameters = {
    source: label,
    detail: 'has a freshness, and does not say when its rows were loaded',
    help: 'add loaded_at_field: <column>, or loaded_at_query',
  }
  found.push(diagnose('source-incomplete', parameters, spanOf(yaml.file, entryIn(node, 'freshness')?.value ?? node)))
  return {}
}

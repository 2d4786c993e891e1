import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { SourceDefinition } from '../project/index.ts'
import type { PlanRequest } from './plan.ts'

const keyOf = (schema: string, name: string): string => JSON.stringify([schema.toLowerCase(), name.toLowerCase()])

/** A table of the warehouse that is read and is not there: an error at its source, which names who reads it. */
function missing(source: SourceDefinition, readers: readonly string[], tables: readonly string[]): Diagnostic[] {
  if (source.origin.kind !== 'relation') return []
  const relation = `${source.origin.schema}.${source.origin.identifier}`
  const parameters = {
    source: `${source.group}.${source.name}`,
    relation,
    similar: nearest(relation, tables),
    readers,
  }
  return [diagnose('source-table-missing', parameters, source.location)]
}

/** The tables of the warehouse that selected models read, and that it has not: they have to be there before anything is built. */
export function checkSourceTables({ graph, catalog }: PlanRequest, selected: ReadonlySet<string>): Diagnostic[] {
  const declared = new Map(
    graph.sources.filter(({ origin }) => origin.kind === 'relation').map((source) => [source.id, source]),
  )
  if (declared.size === 0) return []
  const known = new Set(catalog.relations.map(({ schema, name }) => keyOf(schema, name)))
  const readers = new Map<SourceDefinition, string[]>()
  for (const model of graph.models) {
    if (!selected.has(model.id)) continue
    for (const node of new Set([...model.dependsOn, ...model.inputs.map(({ upstream }) => upstream)])) {
      const source = declared.get(node)
      if (source?.origin.kind !== 'relation') continue
      if (known.has(keyOf(source.origin.schema, source.origin.identifier))) continue
      readers.set(source, [...(readers.get(source) ?? []), `\`${model.id}\`, ${model.path}`])
    }
  }
  const tables = catalog.relations.map(({ schema, name }) => `${schema}.${name}`)
  return [...readers].flatMap(([source, by]) => missing(source, by, tables))
}

import { createHash } from 'node:crypto'
import type { Assertion } from '../assertions/index.ts'
import type { Graph } from '../compiler/index.ts'
import { bug } from '../diagnostics/index.ts'

/** What dbt's files call the nodes of a graph. */
export interface ArtifactIds {
  /** Of a model or a source, by its node id: `model.shop.orders`, `source.shop.files.orders`. */
  readonly node: (id: string) => string
  /** Of an assertion or unit test, by its id: `test.shop.not_null_orders_amount.6bf2b7c1d0`; of a singular one `test.shop.no_gaps`. */
  readonly assertion: (id: string) => string
}

/** Text as part of a dbt name: words joined by underscores. */
function slug(text: string): string {
  return text
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 120)
}

/** A test's name as dbt makes it: what it checks, of which model, with which arguments. A name of the author's stays. */
export function testName({ name, type, node }: Pick<Assertion, 'name' | 'type' | 'node'>): string {
  if (node === undefined) return name
  const isNamed = name !== type && !name.startsWith(`${type}(`) && !name.startsWith(`${type} `)
  if (isNamed) return slug(name)
  const owner = node.replace(/^(?:source\.)?/, '').replace(/^[^.]+\./, '')
  return slug(`${type.replace(/^.*\./, '')} ${owner} ${name.slice(type.length)}`)
}

function testId(assertion: Assertion, owner: string): string {
  if (assertion.node === undefined) return `test.${owner}.${assertion.name}`
  const hash = createHash('sha256').update(assertion.id).digest('hex').slice(0, 10)
  return `test.${owner}.${testName(assertion)}.${hash}`
}

/**
 * The unique ids of dbt's files, the same in all of them: `manifest.json` and `run_results.json` are read together. Names of
 * models are unique in a project, so they need no layer.
 */
export function artifactIds(graph: Graph): ArtifactIds {
  const packages = new Map<string, string>()
  const nodes = new Map<string, string>()
  for (const model of graph.models) {
    packages.set(model.id, model.package)
    const kind = model.config.materialized === 'seed' ? 'seed' : 'model'
    nodes.set(model.id, `${kind}.${model.package}.${model.name}`)
  }
  for (const source of graph.sources) {
    packages.set(source.id, source.package)
    nodes.set(source.id, `source.${source.package}.${source.group}.${source.name}`)
  }
  const tests = new Map<string, string>()
  for (const assertion of graph.assertions) {
    const owner = (assertion.node === undefined ? undefined : packages.get(assertion.node)) ?? graph.project
    tests.set(assertion.id, testId(assertion, owner))
  }
  for (const { id, package: owner } of graph.unitTests) tests.set(id, id.replace(/^unit_test/, `unit_test.${owner}`))
  return {
    node: (id) => nodes.get(id) ?? bug(`the graph has no node ${id}`),
    assertion: (id) => tests.get(id) ?? bug(`the graph has no assertion ${id}`),
  }
}

import { nearest } from '../../diagnostics/index.ts'
import type { Term } from './expression.ts'
import type { Universe } from './nodes.ts'

/** What a selector of a method could have named. */
function candidates({ graph, nodes, folders }: Universe, method: string): string[] {
  const { models, sources, assertions, unitTests, exposures } = graph
  switch (method) {
    case 'fqn':
      return [
        ...models.flatMap((model) => [model.name, model.id, model.layer, ...folders(model)]),
        ...assertions.map(({ id, name, node }) => (node === undefined ? name : id)),
        ...unitTests.map(({ name }) => name),
      ]
    case 'path':
      return models.flatMap(({ path }) => [path, path.slice(0, path.lastIndexOf('/'))])
    case 'file':
      return models.flatMap(({ path, name }) => [path.slice(path.lastIndexOf('/') + 1), name])
    case 'tag':
      return nodes.flatMap((node) => (node.kind === 'model' ? node.it.config.tags : node.it.tags))
    case 'layer':
      return models.map(({ layer }) => layer)
    case 'owner':
      return models.map(({ owner }) => owner)
    case 'package':
      return ['this', graph.project, ...graph.packages.map(({ name }) => name)]
    case 'group':
      return graph.groups.map(({ name }) => name)
    case 'source':
      return sources.flatMap(({ group, name }) => [group, `${group}.${name}`])
    case 'exposure':
      return exposures.map(({ name }) => name)
    case 'unit_test':
      return unitTests.map(({ name }) => name)
    case 'test_name':
      return assertions.flatMap(({ type, name }) => [type, name])
    default:
      return []
  }
}

/** What a selector that matches nothing most likely meant, as it would be written. */
export function similarTo({ text, method, key, value }: Term, universe: Universe): string | undefined {
  const similar = nearest(value, new Set(candidates(universe, method)))
  if (similar === undefined) return undefined
  const prefix = `${method}${key === undefined ? '' : `.${key}`}:`
  return text.includes(prefix) ? `${prefix}${similar}` : similar
}

import type { Model } from '../graph.ts'
import type { Node, Universe } from './nodes.ts'
import { hasWildcards, patternOf } from './pattern.ts'

/** Names that a wildcard may stand for: the model's own, and with its layer. */
function likeModel(value: string, universe: Universe): (model: Model) => boolean {
  const parts = value.split('.')
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => hasWildcards(part)),
  )
  const whole = patternOf(value)
  const rest = patternOf(parts.slice(fixed.length).join('.'))
  return (model) => {
    if (whole.matches(parts.length > 1 ? model.id : model.name)) return true
    if (fixed.length === 0) return false
    const folders = universe.folders(model)
    return [folders, [model.package, ...folders]].some((chain) => {
      if (fixed.some((part, i) => chain[i] !== part)) return false
      return rest.matches(model.name) || rest.matches([...chain.slice(fixed.length), model.name].join('.'))
    })
  }
}

/** A name, `layer.name`, a layer, a folder, or a chain of folders from the layer (or the package) down. */
function exactModel(value: string, universe: Universe): (model: Model) => boolean {
  const chain = value.split('.')
  const isChain = (names: readonly string[]) => chain.every((part, i) => names[i] === part)
  return (model) => {
    if (value === model.name || value === model.id || value === model.layer) return true
    if (chain.length === 1) return universe.folders(model).includes(value)
    const [first] = chain
    const folders = universe.folders(model)
    // The beginnings tell nearly all apart.
    if (first !== model.package && first !== folders[0]) return false
    const names = [...folders, model.name]
    return isChain(names) || isChain([model.package, ...names])
  }
}

/** A singular assertion by its name; one in YAML behind what it is written at: `routes.not_null*`. */
function likeAssertion(value: string): (node: Extract<Node, { kind: 'assertion' }>) => boolean {
  const whole = patternOf(value)
  return ({ id, it }) => {
    if (it.node === undefined) return whole.matches(it.name) || whole.matches(id)
    const dot = it.node.lastIndexOf('.')
    const owner = [it.node, it.node.slice(dot + 1)].find((name) => value.startsWith(`${name}.`))
    if (owner === undefined) return false
    return id === value || patternOf(value.slice(owner.length + 1)).matches(it.name)
  }
}

/** `fqn:`, and a bare name. */
export function byName(value: string, universe: Universe): (node: Node) => boolean {
  const model = hasWildcards(value) ? likeModel(value, universe) : exactModel(value, universe)
  const assertion = likeAssertion(value)
  const whole = patternOf(value)
  return (node) => {
    if (node.kind === 'model') return model(node.it)
    if (node.kind === 'unit_test') return node.id === value || whole.matches(node.it.name)
    return node.kind === 'assertion' && assertion(node)
  }
}

/** The file that a node is written in, relative to the project. */
export function fileOf({ it }: Node): string {
  return 'path' in it ? it.path : it.location.path
}

/** `path:`, a file or a folder. What is written in a YAML file is named by that file, not by its folder. */
export function byPath(value: string): (node: Node) => boolean {
  const wanted = patternOf(value.replace(/^(?:\.\/)+/, '').replace(/\/+$/, ''), { paths: true })
  const isLiteral = !hasWildcards(value)
  return (node) => {
    const path = fileOf(node)
    if (wanted.matches(path)) return true
    const isFile = node.kind === 'model' || (node.kind === 'assertion' && node.it.node === undefined)
    if (!isFile) return false
    if (isLiteral) return path.startsWith(`${wanted.text}/`)
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      if (wanted.matches(path.slice(0, end))) return true
    }
    return false
  }
}

/** `file:`, the last part of a path, with its ending or without. */
export function byFile(value: string): (node: Node) => boolean {
  const wanted = patternOf(value)
  return (node) => {
    const path = fileOf(node)
    const name = path.slice(path.lastIndexOf('/') + 1)
    return wanted.matches(name) || wanted.matches(name.replace(/\.[^.]*$/, ''))
  }
}

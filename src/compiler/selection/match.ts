import { typeOfAssertion } from '../../assertions/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { Evidence } from './evidence.ts'
import type { Term } from './expression.ts'
import type { MethodName } from './methods.ts'
import { byFile, byName, byPath } from './names.ts'
import { kindOf, type Node, type Universe } from './nodes.ts'
import { patternOf } from './pattern.ts'
import { bySetting, byTag } from './settings.ts'
import { byState } from './state.ts'

type Matcher = (node: Node) => boolean

function byOwner(value: string, { graph }: Universe): Matcher {
  const wanted = patternOf(value)
  const isOwner = (owner: { readonly name?: string; readonly email?: string } | undefined): boolean =>
    [owner?.name, owner?.email].some((name) => name !== undefined && wanted.matches(name))
  const groups = new Set(graph.groups.filter(({ owner }) => isOwner(owner)).map(({ name }) => name))
  return (node) => {
    if (node.kind === 'exposure') return isOwner(node.it.owner)
    return node.kind === 'model' && (wanted.matches(node.it.owner) || groups.has(node.it.config.group ?? ''))
  }
}

/** Assertions belong to the package of what they are written at; singular ones to the project. */
function byPackage(value: string, { graph, nodes }: Universe): Matcher {
  const wanted = patternOf(value === 'this' ? graph.project : value)
  const owners = new Map(
    nodes.flatMap((node) => (node.kind === 'model' || node.kind === 'source' ? [[node.id, node.it.package]] : [])),
  )
  return (node) => {
    const name = node.kind === 'assertion' ? owners.get(node.it.node ?? '') : node.it.package
    return wanted.matches(name ?? graph.project)
  }
}

/** `group`, `group.name` or `package.group.name`. */
function bySource(value: string): Matcher {
  const wanted = patternOf(value)
  return ({ kind, it }) => {
    if (kind !== 'source') return false
    const name = `${it.group}.${it.name}`
    return wanted.matches(it.group) || wanted.matches(name) || wanted.matches(`${it.package}.${name}`)
  }
}

function byExposure(value: string): Matcher {
  const wanted = patternOf(value)
  return ({ kind, it }) =>
    kind === 'exposure' && (wanted.matches(it.name) || wanted.matches(`${it.package}.${it.name}`))
}

/** A type as written, under our name or another tool's, or the name that was given. */
function byTestName(value: string): Matcher {
  const wanted = patternOf(typeOfAssertion(value))
  return ({ kind, it }) => {
    if (kind === 'unit_test') return wanted.matches(it.name)
    return kind === 'assertion' && (wanted.matches(it.type) || wanted.matches(it.name))
  }
}

/** `name`, or `model.name`. */
function byUnitTest(value: string): Matcher {
  const wanted = patternOf(value)
  return ({ kind, id, it }) =>
    kind === 'unit_test' && (wanted.matches(it.name) || wanted.matches(id.replace(/^unit_test\./, '')))
}

function byTestType(value: string): Matcher {
  return ({ kind, it }) => {
    if (value === 'unit') return kind === 'unit_test'
    if (kind !== 'assertion') return false
    return value === 'data' || (value === 'singular') === (it.node === undefined)
  }
}

function byKind(value: string): Matcher {
  const kind = value === 'test' ? 'assertion' : value
  return (node) => kindOf(node) === kind
}

function byResult(value: string, { results }: Evidence): Matcher {
  return ({ kind, id }) => {
    if (kind === 'model') return results?.models.get(id) === value
    return (kind === 'assertion' || kind === 'unit_test') && results?.assertions.get(id) === value
  }
}

type Factory = (term: Term, universe: Universe, evidence: Evidence) => Matcher

const matchers: Readonly<Record<Exclude<MethodName, 'selector'>, Factory>> = {
  fqn: ({ value }, universe) => byName(value, universe),
  path: ({ value }) => byPath(value),
  file: ({ value }) => byFile(value),
  tag: ({ value }) => byTag(value),
  config: ({ key = '', value }) => bySetting(key, value),
  layer: ({ value }) => {
    const wanted = patternOf(value)
    return ({ kind, it }) => kind === 'model' && wanted.matches(it.layer)
  },
  owner: ({ value }, universe) => byOwner(value, universe),
  package: ({ value }, universe) => byPackage(value, universe),
  group: ({ value }) => {
    const wanted = patternOf(value)
    return ({ kind, it }) => kind === 'model' && it.config.group !== undefined && wanted.matches(it.config.group)
  },
  access: ({ value }) => {
    return ({ kind, it }) => kind === 'model' && it.config.access === value
  },
  resource_type: ({ value }) => byKind(value),
  source: ({ value }) => bySource(value),
  exposure: ({ value }) => byExposure(value),
  unit_test: ({ value }) => byUnitTest(value),
  test_name: ({ value }) => byTestName(value),
  test_type: ({ value }) => byTestType(value),
  state: ({ value }, _, { state }) => (state ? byState(value, state) : bug('no state was given')),
  result: ({ value }, _, evidence) => byResult(value, evidence),
  source_status: (_, __, { fresherSources }) => {
    return ({ kind, id }) => kind === 'source' && fresherSources?.has(id) === true
  },
}

/** Whether a node is what a selector names, apart from `+` and `@`. Selectors of `selectors.yml` are not asked here. */
export function matcherOf(term: Term, universe: Universe, evidence: Evidence): Matcher {
  const factory = matchers[term.method as keyof typeof matchers] ?? bug(`no method ${term.method}`)
  return factory(term, universe, evidence)
}

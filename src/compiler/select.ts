import type { Assertion } from '../assertions/index.ts'
import { type Checked, type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { Graph, Model } from './graph.ts'
import { type Lineage, lineageOf, reachable } from './lineage.ts'
import { candidates, matches, matchesSource } from './match.ts'
import { type Conjunction, parseSelectors, type Term } from './selector.ts'

interface Selectors {
  readonly select: readonly string[]
  readonly exclude: readonly string[]
}

/** The lineage of a graph: models and sources, by the edges that people see. */
function graphLineage(graph: Graph): Lineage {
  const nodes = [...graph.sources.map((source) => source.id), ...graph.models.map((model) => model.id)]
  const edges = graph.models.flatMap((model) => model.dependsOn.map((node): [string, string] => [node, model.id]))
  return lineageOf(nodes, edges)
}

/** Evaluates selectors over one graph; walks build its lineage once, when the first of them is asked for. */
class Evaluation {
  readonly diagnostics: Diagnostic[] = []
  readonly #graph: Graph
  #lineage: Lineage | undefined

  constructor(graph: Graph) {
    this.#graph = graph
  }

  get #walks(): Lineage {
    this.#lineage ??= graphLineage(this.#graph)
    return this.#lineage
  }

  /** What the selector names, before `+` and `@`: ids of models, or of sources. */
  #named(term: Term): string[] {
    if (term.method === 'source') return this.#graph.sources.filter((s) => matchesSource(s, term)).map((s) => s.id)
    return this.#graph.models.filter((model) => matches(model, term)).map((model) => model.id)
  }

  #expanded(term: Term, named: readonly string[]): Set<string> {
    if (term.complete) return reachable(this.#walks, reachable(this.#walks, named, 'downstream'), 'upstream')
    const found = new Set(named)
    if (term.upstream !== undefined) {
      for (const id of reachable(this.#walks, named, 'upstream', term.upstream)) found.add(id)
    }
    if (term.downstream !== undefined) {
      for (const id of reachable(this.#walks, named, 'downstream', term.downstream)) found.add(id)
    }
    return found
  }

  #term(term: Term): Set<string> | undefined {
    const named = this.#named(term)
    if (named.length === 0) {
      const near = nearest(term.value, candidates(this.#graph, term))
      const prefix = term.method === 'name' ? '' : `${term.method}${term.key ? `.${term.key}` : ''}:`
      this.diagnostics.push(diagnose('selector-empty', { selector: term.text, nearest: near && `${prefix}${near}` }))
      return undefined
    }
    return this.#expanded(term, named)
  }

  #conjunction(terms: Conjunction): Set<string> {
    const sets = terms.flatMap((term) => this.#term(term) ?? [])
    const [first, ...others] = sets
    if (!first || sets.length < terms.length) return new Set()
    const all = new Set([...first].filter((id) => others.every((other) => other.has(id))))
    const models = new Set(this.#graph.models.filter((model) => all.has(model.id)).map((model) => model.id))
    if (models.size === 0) {
      const selector = terms.map((term) => term.text).join(',')
      this.diagnostics.push(diagnose('selector-empty', { selector, source: all.size > 0 }))
    }
    return models
  }

  union(conjunctions: readonly Conjunction[]): Set<string> {
    const found = new Set<string>()
    for (const terms of conjunctions) for (const id of this.#conjunction(terms)) found.add(id)
    return found
  }
}

function inDefaultSelection(graph: Graph): Set<string> {
  const layers = new Set(graph.layers.filter((layer) => layer.inDefaultSelection).map((layer) => layer.name))
  return new Set(graph.models.filter((model: Model) => layers.has(model.layer)).map((model) => model.id))
}

/**
 * The ids of the models that selectors name, upstreams first; without `select`, all models of the layers that are in the
 * default selection. Errors: `selector-empty` for each that matches no model, or when all is excluded,
 * `selector-invalid`.
 */
export function select(graph: Graph, selectors: Selectors): Checked<string[]> {
  const wanted = parseSelectors(selectors.select)
  const unwanted = parseSelectors(selectors.exclude)
  const diagnostics = [...wanted.diagnostics, ...unwanted.diagnostics]
  if (diagnostics.length > 0) return { value: undefined, diagnostics }
  const evaluation = new Evaluation(graph)
  const chosen = wanted.conjunctions.length > 0 ? evaluation.union(wanted.conjunctions) : inDefaultSelection(graph)
  const excluded = evaluation.union(unwanted.conjunctions)
  if (evaluation.diagnostics.length > 0) return { value: undefined, diagnostics: evaluation.diagnostics }
  const value = graph.models.map((model) => model.id).filter((id) => chosen.has(id) && !excluded.has(id))
  if (value.length === 0 && excluded.size > 0) {
    const selector = selectors.exclude.join(' ')
    return { value: undefined, diagnostics: [diagnose('selector-empty', { selector, excludes: true })] }
  }
  return { value, diagnostics: [] }
}

/**
 * The assertions that go with selected models: those written at one of them or at a source that one of them reads, and
 * singular ones that read one of them, or no model at all.
 */
export function selectAssertions(graph: Graph, selectedModels: Iterable<string>): Assertion[] {
  const selected = new Set(selectedModels)
  const models = new Set(graph.models.map((model) => model.id))
  const sources = new Set(graph.models.filter((model) => selected.has(model.id)).flatMap((model) => model.dependsOn))
  return graph.assertions.filter((assertion) => {
    const { node, reads } = assertion
    if (node !== undefined) return selected.has(node) || (!models.has(node) && sources.has(node))
    return reads.some((id) => selected.has(id)) || !reads.some((id) => models.has(id))
  })
}

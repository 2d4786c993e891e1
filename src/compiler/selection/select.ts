import { type Checked, type Diagnostic, diagnose, nearest } from '../../diagnostics/index.ts'
import type { Graph } from '../graph.ts'
import { type Definitions, readDefinitions, selectorsIn } from './definitions.ts'
import { Evaluation } from './evaluate.ts'
import { type Evidence, type EvidenceKind, evidenceIn, evidenceOf } from './evidence.ts'
import { type Expression, type Indirect, termsOf } from './expression.ts'
import {
  difference,
  isEmpty,
  type Kind,
  kindOf,
  type Marks,
  markWhere,
  type Node,
  type Universe,
  universeOf,
} from './nodes.ts'
import { parseSelectors } from './parse.ts'

/** What the command line asks for. Without `select` and `selector`, the default selection. */
export interface SelectionRequest {
  readonly select: readonly string[]
  readonly exclude: readonly string[]
  /** A selector of selectors.yml. */
  readonly selector?: string
  readonly indirect: Indirect
  readonly kinds?: readonly Kind[]
  readonly excludeKinds?: readonly Kind[]
}

/** Ids of what was selected, in the graph's order: models after what they read. */
export interface Selection {
  readonly models: readonly string[]
  readonly assertions: readonly string[]
  readonly unitTests: readonly string[]
  readonly sources: readonly string[]
  readonly exposures: readonly string[]
}

/** A request whose words are read. */
interface Read {
  /** Absent: the default selection. */
  readonly wanted: Expression | undefined
  readonly unwanted: Expression | undefined
  readonly definitions: Definitions
  readonly diagnostics: readonly Diagnostic[]
}

function wantedOf(graph: Graph, request: SelectionRequest, found: Diagnostic[]): Expression | undefined {
  const { select, selector, indirect } = request
  const chosen = selector ?? graph.selectors.find(({ isDefault }) => isDefault && select.length === 0)?.name
  if (chosen === undefined) return parseSelectors(select, { indirect }, found)
  const term = { text: `selector:${chosen}`, method: 'selector', value: chosen, complete: false }
  return { kind: 'term', term, indirect }
}

function unknownSelectors(asked: readonly (Expression | undefined)[], { byName }: Definitions): Diagnostic[] {
  const names = asked.flatMap((expression) => (expression ? selectorsIn(expression) : []))
  return names
    .filter((name) => !byName.has(name))
    .map((name) =>
      diagnose('selector-unknown', { name, nearest: nearest(name, byName.keys()), known: [...byName.keys()] }),
    )
}

function readRequest(graph: Graph, request: SelectionRequest): Read {
  const found: Diagnostic[] = []
  const wanted = wantedOf(graph, request, found)
  // What an excluded model is asserted by goes with it.
  const unwanted = parseSelectors(request.exclude, { indirect: 'eager' }, found)
  const asked = [wanted, unwanted].some((expression) => expression && selectorsIn(expression).length > 0)
  const definitions = asked
    ? readDefinitions(graph.selectors, request.indirect)
    : { byName: new Map(), diagnostics: [] }
  const diagnostics = [...found, ...unknownSelectors([wanted, unwanted], definitions), ...definitions.diagnostics]
  return { wanted, unwanted, definitions, diagnostics }
}

/** Every expression that a request is made of, those of selectors included. */
function expressionsOf({ wanted, unwanted, definitions }: Read): Expression[] {
  const found = [wanted, unwanted].flatMap((expression) => expression ?? [])
  const seen = new Set<string>()
  for (const expression of found) {
    for (const name of selectorsIn(expression)) {
      const definition = definitions.byName.get(name)
      if (!definition || seen.has(name)) continue
      seen.add(name)
      found.push(definition.expression)
    }
  }
  return found
}

/** What `select` has to be given for a request beside the graph. Nothing for one that is wrong: `select` tells why. */
export function evidenceNeeded(graph: Graph, request: SelectionRequest): ReadonlySet<EvidenceKind> {
  const read = readRequest(graph, request)
  return new Set(read.diagnostics.length > 0 ? [] : expressionsOf(read).flatMap(evidenceIn))
}

function missingEvidence(read: Read, evidence: Evidence): Diagnostic[] {
  const terms = expressionsOf(read).flatMap(termsOf)
  return terms.flatMap(({ text, method }) => {
    const kind = evidenceOf(method)
    return kind && evidence[kind] === undefined ? [diagnose('selector-evidence', { selector: text, kind })] : []
  })
}

/**
 * Whether a node is in the default selection: everything of its layers, with all sources and exposures. An assertion goes with
 * what it is written at; a singular one stays out when all models that it reads do.
 */
function isDefaultIn({ layers, models }: Graph): (node: Node) => boolean {
  const open = new Set(layers.filter((layer) => layer.inDefaultSelection).map((layer) => layer.name))
  const known = new Map(models.map((model) => [model.id, open.has(model.layer)]))
  return (node) => {
    if (node.kind === 'model') return open.has(node.it.layer)
    if (node.kind === 'unit_test') return known.get(node.it.model) !== false
    if (node.kind !== 'assertion') return true
    if (node.it.node !== undefined) return known.get(node.it.node) !== false
    const read = node.it.reads.flatMap((id) => known.get(id) ?? [])
    return read.length === 0 || read.includes(true)
  }
}

function isWanted(kind: Kind, { kinds, excludeKinds = [] }: SelectionRequest): boolean {
  return !excludeKinds.includes(kind) && kinds?.includes(kind) !== false
}

/** Seeds are among the models. */
function mayBeWanted(kind: Kind, request: SelectionRequest): boolean {
  return isWanted(kind, request) || (kind === 'model' && isWanted('seed', request))
}

/** The default selection; assertions are looked at when they are asked for: there are many, and not every command needs them. */
function defaultSelection(graph: Graph, request: SelectionRequest): Selection {
  const isIn = isDefaultIn(graph)
  const of = (kind: Kind, nodes: () => readonly Node[]): string[] =>
    mayBeWanted(kind, request)
      ? nodes().flatMap((node) => (isIn(node) && isWanted(kindOf(node), request) ? [node.id] : []))
      : []
  let assertions: string[] | undefined
  let unitTests: string[] | undefined
  return {
    models: of('model', () => graph.models.map((it) => ({ kind: 'model', id: it.id, it }))),
    sources: of('source', () => graph.sources.map((it) => ({ kind: 'source', id: it.id, it }))),
    get assertions() {
      assertions ??= of('assertion', () => graph.assertions.map((it) => ({ kind: 'assertion', id: it.id, it })))
      return assertions
    },
    get unitTests() {
      unitTests ??= of('unit_test', () => graph.unitTests.map((it) => ({ kind: 'unit_test', id: it.id, it })))
      return unitTests
    },
    exposures: of('exposure', () => graph.exposures.map((it) => ({ kind: 'exposure', id: it.id, it }))),
  }
}

function idsOf({ nodes }: Universe, marks: Marks, request: SelectionRequest): Selection {
  const of = (kind: Kind): string[] => {
    if (!mayBeWanted(kind, request)) return []
    return nodes.flatMap((node, i) =>
      marks[i] && node.kind === kind && isWanted(kindOf(node), request) ? [node.id] : [],
    )
  }
  const [models, sources, exposures] = [of('model'), of('source'), of('exposure')]
  return { models, sources, assertions: of('assertion'), unitTests: of('unit_test'), exposures }
}

/**
 * What selectors name. Errors: `selector-empty` for each that matches nothing (those that ask for what changes aside:
 * `state:`, `result:`, `source_status:`) and when all is excluded, `selector-invalid`, `selector-unknown`, `selector-cycle`,
 * `selector-evidence`.
 */
export function select(graph: Graph, request: SelectionRequest, evidence: Evidence = {}): Checked<Selection> {
  const read = readRequest(graph, request)
  const diagnostics = read.diagnostics.length > 0 ? read.diagnostics : missingEvidence(read, evidence)
  if (diagnostics.length > 0) return { value: undefined, diagnostics }
  const { wanted, unwanted, definitions } = read
  if (!wanted && !unwanted) return { value: defaultSelection(graph, request), diagnostics: [] }
  const universe = universeOf(graph)
  const evaluation = new Evaluation(universe, definitions.byName, evidence)
  const chosen = wanted ? evaluation.of(wanted) : markWhere(universe, isDefaultIn(graph))
  const marks = unwanted ? difference(chosen, evaluation.of(unwanted)) : chosen
  if (evaluation.diagnostics.length > 0) return { value: undefined, diagnostics: evaluation.diagnostics }
  const mayBeEmpty = [wanted, unwanted].some((expression) => expression && evaluation.isChanging(expression))
  if (unwanted && isEmpty(marks) && !isEmpty(chosen) && !mayBeEmpty) {
    const selector = request.exclude.join(' ')
    return { value: undefined, diagnostics: [diagnose('selector-empty', { selector, excludes: true })] }
  }
  return { value: idsOf(universe, marks, request), diagnostics: [] }
}

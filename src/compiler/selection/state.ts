import { createHash } from 'node:crypto'
import type { SourceFile } from '../../diagnostics/index.ts'
import type { Json } from '../../project/index.ts'
import type { Graph, Hook, Model } from '../graph.ts'
import { foldTemplate } from '../template-fold.ts'
import type { stateAspects } from './methods.ts'
import type { Kind, Node } from './nodes.ts'

type Aspect = (typeof stateAspects)[number]

/** Hashes of what makes a node, by aspect: equal hashes, equal aspects. An aspect that a node does not have is the empty text. */
export type NodeState = Readonly<Record<Aspect, string>>

/** The state of every node, by `<kind>:<id>`. */
export type StateSnapshot = ReadonlyMap<string, NodeState>

export function stateKey(kind: Kind, id: string): string {
  return `${kind}:${id}`
}

/** Keys in one order, absent ones left out: equal values have equal texts. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item)]))
}

export function stateHash(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex')
    .slice(0, 32)
}

const unchanging: NodeState = {
  body: '',
  configs: '',
  relation: '',
  macros: '',
  contract: '',
  persisted_descriptions: '',
}

/** What is known of a model, from its graph or from an artifact. */
export interface ModelFacts {
  readonly template: string
  readonly config: Readonly<Record<string, unknown>>
  readonly relation: readonly string[]
  /** What it promises; absent: nothing. */
  readonly contract?: unknown
  /** Texts of all macros used, directly or through others, by name. */
  readonly macros: readonly (readonly [name: string, source: string])[]
}

/** The state of a model. Layout and comments of its template are no change; where it is stored is an aspect of its own. */
export function modelState({ template, config, relation, contract, macros }: ModelFacts): NodeState {
  const { alias: _, schema: __, contract: ___, ...settings } = config
  return {
    ...unchanging,
    body: stateHash(foldTemplate(template)),
    configs: stateHash(settings),
    relation: stateHash(relation),
    contract: contract === undefined ? '' : stateHash(contract),
    macros: macros.length === 0 ? '' : stateHash(macros.map(([name, source]) => [name, foldTemplate(source)])),
  }
}

/** The state of what is written in YAML: what it says is its body. */
export function writtenState(body: unknown, configs?: unknown): NodeState {
  return { ...unchanging, body: stateHash(body), configs: configs === undefined ? '' : stateHash(configs) }
}

interface Texts {
  readonly files: ReadonlyMap<string, SourceFile>
  /** By `package.name`, and by the name alone. */
  readonly macros: ReadonlyMap<string, string>
}

/** The text of a macro as a model names it: with a package, or of its own package, or of the only one that has it. */
function macroText(name: string, owner: string, { macros }: Texts): string {
  return macros.get(name.includes('.') ? name : `${owner}.${name}`) ?? macros.get(name) ?? ''
}

/** What hooks say, wherever it is written: a setting like others. */
function hooksOf(hooks: readonly Hook[]): readonly unknown[] | undefined {
  const said = hooks.map(({ sql, transaction }) => [sql.pieces.map(({ origin: _, ...piece }) => piece), transaction])
  return said.length === 0 ? undefined : said
}

function contractFacts({ columns }: Model, { constraints }: NonNullable<Model['contract']>): unknown {
  const rules = constraints.map(({ location: _, ...rule }) => rule)
  return [columns.map(({ name, type }) => [name, type]), rules]
}

function ofModel(model: Model, texts: Texts): NodeState {
  return modelState({
    template: texts.files.get(model.path)?.text ?? '',
    config: { ...model.config, pre_hook: hooksOf(model.preHooks), post_hook: hooksOf(model.postHooks) },
    relation: [model.relation.schema, model.relation.name],
    ...(model.contract ? { contract: contractFacts(model, model.contract) } : {}),
    macros: model.macros.map((name) => [name, macroText(name, model.package, texts)]),
  })
}

function ofSingular(path: string, configs: unknown, { files }: Texts): NodeState {
  return { ...writtenState(null, configs), body: stateHash(foldTemplate(files.get(path)?.text ?? '')) }
}

/** Settings of an assertion that change when it fails, not what it looks for. */
function settingsOf(assertion: Graph['assertions'][number]): Json {
  const { severity, where, limit, warnIf, errorIf, tags, scope } = assertion
  return canonical({ severity, where, limit, warnIf, errorIf, tags, scope }) as Json
}

/**
 * The state of every node of a graph, to be compared with that of another. `files` are the project's texts by path: the
 * templates of models and singular assertions.
 */
export function stateOf(graph: Graph, files: ReadonlyMap<string, SourceFile>): StateSnapshot {
  const macros = new Map([
    ...graph.macros.map(({ name, source }) => [name, source] as const),
    ...graph.macros.map(({ package: owner, name, source }) => [`${owner}.${name}`, source] as const),
  ])
  const texts: Texts = { files, macros }
  const states = new Map<string, NodeState>()
  for (const model of graph.models) states.set(stateKey('model', model.id), ofModel(model, texts))
  for (const source of graph.sources) {
    const { origin, columns, changeSignal, tags, meta } = source
    const typed = columns.map(({ name, type }) => [name, type ?? null])
    states.set(stateKey('source', source.id), writtenState([origin, typed, changeSignal], [tags, meta]))
  }
  for (const assertion of graph.assertions) {
    const { id, node, type, column, location } = assertion
    const written = () => writtenState([type, node, column ?? null, assertion.arguments], settingsOf(assertion))
    const state = node === undefined ? ofSingular(location.path, settingsOf(assertion), texts) : written()
    states.set(stateKey('assertion', id), state)
  }
  for (const { id, model, hash, tags, meta } of graph.unitTests) {
    states.set(stateKey('unit_test', id), writtenState([model, hash], [tags, meta]))
  }
  for (const { location: _, ...exposure } of graph.exposures) {
    states.set(stateKey('exposure', exposure.id), writtenState({ ...exposure, package: null }))
  }
  return states
}

/** `state:`, of one node: what became of it since the earlier state. */
export function byState(
  value: string,
  { now, before }: { readonly now: StateSnapshot; readonly before: StateSnapshot },
): (node: Node) => boolean {
  const aspect = value.startsWith('modified.') ? (value.slice('modified.'.length) as Aspect) : undefined
  return ({ kind, id }) => {
    const [current, earlier] = [now.get(stateKey(kind, id)), before.get(stateKey(kind, id))]
    if (value === 'new') return earlier === undefined
    if (value === 'old') return earlier !== undefined
    if (aspect && current && earlier) return current[aspect] !== earlier[aspect]
    const isSame =
      earlier !== undefined && Object.entries(current ?? {}).every(([name, hash]) => earlier[name as Aspect] === hash)
    return (value === 'unmodified') === isSame
  }
}

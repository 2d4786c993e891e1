import { hash } from 'node:crypto'
import type { Json, ModelConfig, SourceDefinition } from '../project/index.ts'
import type { Draft } from './draft.ts'
import { eventsOf, type Links } from './links.ts'
import type { MacroLibrary } from './template/index.ts'
import { foldTemplate } from './template-fold.ts'

/** Raised whenever what is hashed, or how, changes: then every model counts as changed once. */
const fingerprintVersion = 1

function hashOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'hex').slice(0, 32)
}

/** The settings that decide rows. All others (tags, batch, begin …) decide when and how rows are built, not which. */
function dataBearing(config: ModelConfig): Json {
  const { materialized, partitionBy, strategy, uniqueKey, merge, history } = config
  const cut = partitionBy ? { ...partitionBy } : null
  // Where keys are looked for decides what fails, not what is written.
  const { keyScope: _, ...writing } = merge ?? {}
  return {
    ...{ materialized, partitionBy: cut, strategy, uniqueKey },
    ...(merge ? { merge: writing as Json } : {}),
    ...(history ? { history: history as unknown as Json } : {}),
  }
}

/** What of a source decides the rows that are read of it. */
function definition(source: SourceDefinition): unknown {
  const columns = source.columns.map(({ name, type }) => [name, type ?? null])
  if (source.origin.kind === 'relation') return [source.id, source.origin.schema, source.origin.identifier, columns]
  const { pattern, format, compression, delimiter, grid, eventTime, lateBy } = source.origin
  const written = [source.id, pattern, format, compression, grid ?? null, eventTime ?? null, lateBy, columns]
  return delimiter === undefined ? written : [...written, delimiter]
}

/** The column and type that each filter of a text compares: they are the upstream's, and print into this SQL. */
function filterColumns(draft: Draft, links: Links): unknown[] {
  const found = draft.rendered.uses.filters.map(({ filter: { node } }) => {
    const cut = eventsOf(links.sources.get(node)) ?? links.drafts.get(node)?.partitioning
    return [node, cut?.column ?? null, cut?.type ?? null]
  })
  return [...new Map(found.map((entry) => [entry[0], entry])).values()]
}

/** Computes fingerprints: DESIGN §7. Upstreams before their readers, because views and ephemerals are part of them. */
export class Fingerprints {
  readonly #links: Links
  readonly #macros: MacroLibrary
  readonly #timeZone: string
  readonly #foldedMacros = new Map<string, string>()
  readonly #known = new Map<string, string>()

  constructor(links: Links, macros: MacroLibrary, timeZone: string) {
    this.#links = links
    this.#macros = macros
    this.#timeZone = timeZone
  }

  of(draft: Draft): string {
    const { uses, folded, macros, vars, env, usesTimeZone, answers, builtinMacros } = draft.rendered
    const nodes = [...new Set(uses.reads.map((read) => read.reference.node))].sort()
    const fingerprint = hashOf([
      fingerprintVersion,
      folded,
      // A built-in macro counts by its version, so that an upgrade rebuilds only where it prints something else.
      [...macros.map((name) => [name, this.#macro(name)]), ...builtinMacros],
      nodes.flatMap((node) => {
        const source = this.#links.sources.get(node)
        return source ? [definition(source)] : []
      }),
      dataBearing(draft.config),
      [vars, env, usesTimeZone ? this.#timeZone : null],
      filterColumns(draft, this.#links),
      ...(answers.length > 0 ? [answers] : []),
      nodes.flatMap((node) => (this.#isTransparent(node) ? [[node, this.#known.get(node) ?? null]] : [])),
    ])
    this.#known.set(draft.id, fingerprint)
    return fingerprint
  }

  #macro(name: string): string {
    const known = this.#foldedMacros.get(name)
    if (known !== undefined) return known
    const folded = foldTemplate(this.#macros.macros.get(name)?.source ?? '')
    this.#foldedMacros.set(name, folded)
    return folded
  }

  #isTransparent(node: string): boolean {
    const materialized = this.#links.drafts.get(node)?.config.materialized
    return materialized === 'view' || materialized === 'ephemeral'
  }
}

import { hash } from 'node:crypto'
import type { Dialect } from '../adapters/contract.ts'
import { type Diagnostic, diagnose, type Location } from '../diagnostics/index.ts'
import type { Layer, ModelConfig, ModelFile, RawConfig } from '../project/index.ts'
import type { Attached } from './graph.ts'

/** A model as far as it decides what hangs on its relation. */
interface Owner {
  readonly config: ModelConfig
  readonly file: ModelFile
}

type Key = 'grants' | 'persist_docs' | 'indexes'

const isStored = ({ materialized }: ModelConfig): boolean => materialized !== 'ephemeral'
const isTable = ({ materialized }: ModelConfig): boolean => materialized !== 'ephemeral' && materialized !== 'view'

/** Settings of a model that its engine has nothing for, and words that it does not know. */
export function attachmentProblems(
  { config, raw }: { readonly config: ModelConfig; readonly raw: RawConfig },
  { attach }: Dialect,
  engine: string,
): Diagnostic[] {
  const at = (key: Key): Location | undefined => raw[key]?.location
  const idle = (key: Key, reason: string) => diagnose('key-without-effect', { key, reason }, at(key))
  const unknown = (key: Key, words: readonly string[], known: readonly string[]) =>
    words
      .filter((word) => !known.includes(word))
      .map((word) => diagnose('wrong-value', { key, expected: `one of ${known.join(', ')}`, found: word }, at(key)))
  const found: Diagnostic[] = []
  const privileges = Object.keys(config.grants ?? {})
  if (privileges.length > 0) {
    if (attach.grants) found.push(...unknown('grants', privileges, attach.grants.privileges))
    else found.push(idle('grants', `${engine} has no roles`))
  }
  const { indexes = [] } = config
  if (indexes.length > 0) {
    const types = indexes.flatMap(({ type }) => type ?? [])
    const isOwn = at('indexes')?.path !== 'project.yml'
    if (!attach.indexes) found.push(idle('indexes', `a table of ${engine} that has an index cannot be altered`))
    else if (isTable(config)) found.push(...unknown('indexes', types, attach.indexes.types))
    else if (isOwn) found.push(idle('indexes', `the model is a ${config.materialized}, not a table`))
  }
  if (config.persistDocs && !attach.comment) found.push(idle('persist_docs', `${engine} has no comments`))
  return found
}

/** A note for layers that name readers where nobody has rights. */
export function readerProblems(layers: readonly Layer[], { attach }: Dialect, engine: string): Diagnostic[] {
  if (attach.grants) return []
  return layers.flatMap(({ readers }) =>
    readers
      ? [diagnose('key-without-effect', { key: 'readers', reason: `${engine} has no roles` }, readers.location)]
      : [],
  )
}

/** The model's own grants, and those that its layer gives to readers. */
function grantsOf({ config, file }: Owner, layers: readonly Layer[]): Record<string, readonly string[]> {
  const readers = layers.find(({ name }) => name === file.layer)?.readers?.value ?? []
  const select = [...new Set([...(config.grants?.select ?? []), ...readers])].sort()
  return { ...config.grants, ...(select.length > 0 ? { select } : {}) }
}

/** What is to hang on the relation of a model beside its rows; nothing where nobody says. */
export function attachedOf(
  draft: Owner,
  layers: readonly Layer[],
  { attach }: Dialect,
): { readonly attached?: Attached } {
  const { config, file } = draft
  if (!isStored(config)) return {}
  const grants = attach.grants ? grantsOf(draft, layers) : {}
  const indexes = attach.indexes && isTable(config) ? (config.indexes ?? []) : []
  const comments = attach.comment ? config.persistDocs : undefined
  if (Object.keys(grants).length + indexes.length === 0 && !comments) return {}
  const texts = [
    comments?.relation ? file.description : '',
    comments?.columns ? file.columns.map(({ name, description }) => [name, description]) : [],
  ]
  const digest = hash('sha256', JSON.stringify([grants, indexes, texts]), 'hex').slice(0, 32)
  return { attached: { hash: digest, grants, indexes, ...(comments ? { comments } : {}) } }
}

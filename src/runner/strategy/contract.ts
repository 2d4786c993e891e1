import type { Column } from '../../adapters/contract.ts'
import { contractFaults, contractTypes, type EngineType, typesQuery } from '../../assertions/index.ts'
import type { Model } from '../../compiler/index.ts'
import { type Diagnostic, type Location, locateIn } from '../../diagnostics/index.ts'
import type { Site, Workshop } from '../site/index.ts'

const unknown = 'its text does not end where it begins'

/** What the engine says of each type alone. */
async function typeByType(words: readonly string[], workshop: Workshop): Promise<ReadonlyMap<string, EngineType>> {
  const types = new Map<string, EngineType>()
  for (const word of words) types.set(word, await typeOf(word, workshop))
  return types
}

async function typeOf(word: string, { session }: Workshop): Promise<EngineType> {
  const sql = typesQuery([word])
  if (sql === undefined) return { reason: unknown }
  try {
    const [column] = await session.describe(sql)
    return column ? { type: column } : { reason: unknown }
  } catch (error) {
    const { kind, message } = session.explainError(error)
    if (kind === 'sql' || kind === 'data') return { reason: message }
    throw error
  }
}

/** What the engine says of types, asked at once; one by one where it does not know them all. */
export async function engineTypes(
  words: readonly string[],
  workshop: Workshop,
): Promise<ReadonlyMap<string, EngineType>> {
  const { session } = workshop
  const sql = words.length === 0 ? undefined : typesQuery(words)
  if (sql === undefined) return typeByType(words, workshop)
  try {
    const columns = await session.describe(sql)
    return new Map(columns.flatMap((type, index) => [[words[index] ?? '', { type }] as const]))
  } catch (error) {
    const { kind } = session.explainError(error)
    if (kind === 'sql' || kind === 'data') return typeByType(words, workshop)
    throw error
  }
}

/** Where the columns of rows are not those that their model promises; asked before a row is published, once a run. */
export async function contractBreaches(
  site: Pick<Site, 'kept'> & Workshop,
  model: Model,
  returned: readonly Column[],
): Promise<readonly Diagnostic[]> {
  if (!model.contract || site.kept.has(model.id)) return []
  const { adapter, files } = site
  const types = await engineTypes(contractTypes(model, adapter.dialect), site)
  const isView = model.config.materialized === 'view'
  const unchanged = `nothing was changed: ${model.id} ${isView ? 'stays as it was' : 'keeps the rows it had'}`
  const placed = (location: Location): Location => {
    const file = files.get(location.path)
    return file ? locateIn(file, location) : location
  }
  const faults = contractFaults(model, { returned, types, adapter, placed, unchanged })
  if (faults.length === 0) site.kept.add(model.id)
  return faults
}

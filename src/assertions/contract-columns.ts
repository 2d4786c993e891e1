import type { Adapter, Column, Dialect } from '../adapters/contract.ts'
import { type Diagnostic, diagnose, type Location } from '../diagnostics/index.ts'
import type { ColumnProperties } from '../project/index.ts'
import { fragmentProblem } from './sql-fragment.ts'

/** A model that promises what it returns. */
export interface ContractOwner {
  readonly id: string
  readonly columns: readonly ColumnProperties[]
  readonly contract?: { readonly aliasTypes: boolean; readonly location: Location }
  readonly config: { readonly history?: { readonly columns: Readonly<Record<string, string>> } }
}

/** A type as the engine says it is, or why it is none. */
export type EngineType = { readonly type: Omit<Column, 'name'> } | { readonly reason: string }

const folded = (name: string): string => name.toLowerCase()

/** Lengths of types, wherever they stand in a name. */
const lengths = /\(\s*\d+\s*(?:,\s*-?\d+\s*)?\)/g

/** The text by which the engine is asked for the type of a column. */
function askedAs(type: string, aliasTypes: boolean, dialect: Pick<Dialect, 'type'>): string {
  return (aliasTypes ? dialect.type(type) : undefined) ?? type.trim()
}

/** The types that a contract names, as the engine is asked for them: each once. None where there is no contract. */
export function contractTypes({ contract, columns }: ContractOwner, dialect: Pick<Dialect, 'type'>): readonly string[] {
  if (!contract) return []
  const written = columns.flatMap(({ type }) => (type === undefined ? [] : [type]))
  return [...new Set(written.map((type) => askedAs(type, contract.aliasTypes, dialect)))]
}

/** A query without rows whose columns have these types, in their order. Undefined where one of them cannot be part of a query. */
export function typesQuery(types: readonly string[]): string | undefined {
  if (types.some((type) => fragmentProblem(type) !== undefined)) return undefined
  return `select ${types.map((type, index) => `cast(null as ${type}\n) as c${index}`).join(', ')}`
}

/** A type without a length allows any. */
export function withLength(written: string, promised: Column, found: Column | undefined): Column {
  if (!found || written.includes('(')) return promised
  const isSame = promised.type.replace(lengths, '') === found.type.replace(lengths, '')
  return isSame ? { ...promised, type: found.type } : promised
}

/** What a model returns, and what there is to compare it with. */
export interface Kept {
  readonly returned: readonly Column[]
  /** What the engine says of the types that `contractTypes` names. */
  readonly types: ReadonlyMap<string, EngineType>
  readonly adapter: Pick<Adapter, 'dialect' | 'compareColumns'>
  /** A place with its file, to be shown. */
  readonly placed: (location: Location) => Location
  /** What stays as it was when the contract is broken. */
  readonly unchanged: string
}

/** Where the columns that a model returns are not those of its contract, in one diagnostic; types that are none before. */
export function contractFaults(
  owner: ContractOwner,
  { returned, types, adapter, placed, unchanged }: Kept,
): Diagnostic[] {
  const { id, columns, contract, config } = owner
  if (!contract) return []
  const byName = new Map(returned.map((column) => [folded(column.name), column]))
  const faults: Diagnostic[] = []
  const promised = columns.flatMap(({ name, type: written = '', location }): Column[] => {
    const known = types.get(askedAs(written, contract.aliasTypes, adapter.dialect))
    if (known && 'type' in known) return [withLength(written, { ...known.type, name }, byName.get(folded(name)))]
    const parameters = {
      model: id,
      column: name,
      type: written,
      reason: known?.reason ?? 'the engine does not know it',
    }
    faults.push(diagnose('contract-type-unknown', parameters, placed(location ?? contract.location)))
    return []
  })
  if (faults.length > 0) return faults
  // The dates of its versions are not its query's to return.
  const own = new Set(promised.map(({ name }) => folded(name)))
  const added = new Set(Object.values(config.history?.columns ?? {}).map(folded))
  const found = returned.filter(({ name }) => own.has(folded(name)) || !added.has(folded(name)))
  const differences = adapter.compareColumns(promised, found)
  return differences.length === 0
    ? []
    : [diagnose('contract-broken', { model: id, differences, unchanged }, placed(contract.location))]
}

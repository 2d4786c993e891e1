import type { Column, Dialect } from '../adapters/contract.ts'
import { columnNamed, returnedColumnFaults } from '../assertions/index.ts'
import type { Model } from '../compiler/index.ts'
import { type Diagnostic, diagnose, type Location, nearest } from '../diagnostics/index.ts'

/** What a model's settings and properties are compared with. */
export interface Returned {
  readonly model: Model
  readonly columns: readonly Column[]
  readonly dialect: Dialect
  readonly building: boolean
  /** Whether an assertion names a column: if it is missing, that is an error already. */
  readonly isAsserted: (column: string) => boolean
  /** A place with its file, to be shown. */
  readonly placed: (location: Location) => Location
}

const folded = (name: string): string => name.toLowerCase()

const namesOf = (columns: readonly Column[]): string[] => columns.map(({ name }) => name)

function storageFaults({ model, columns, dialect, placed }: Returned): Diagnostic[] {
  const { partitioning } = model
  const partition = partitioning && { name: partitioning.column, type: partitioning.type }
  return returnedColumnFaults({ model: model.id, columns, partition, dialect, location: placed(model.location) })
}

function settingColumns({ model, columns, building, placed }: Returned): Diagnostic[] {
  const { uniqueKey, checksumExclude } = model.config
  const named = [
    ...uniqueKey.map((column) => ({ setting: 'unique_key', column })),
    ...checksumExclude.map((column) => ({ setting: 'checksum_exclude', column })),
  ]
  return named
    .filter(({ column }) => !columnNamed(columns, column))
    .map(({ setting, column }) => {
      const names = namesOf(columns)
      const parameters = { model: model.id, setting, column, columns: names, nearest: nearest(column, names), building }
      return diagnose('config-column-missing', parameters, placed(model.location))
    })
}

function documentedColumns({ model, columns, dialect, placed, isAsserted }: Returned): Diagnostic[] {
  const names = namesOf(columns)
  const documented = new Set(model.columns.map(({ name }) => folded(name)))
  const free = names.filter((name) => !documented.has(folded(name)))
  return model.columns.flatMap(({ name, type, location = model.location }): Diagnostic[] => {
    const found = columnNamed(columns, name)
    if (!found) {
      if (isAsserted(name)) return []
      const parameters = { model: model.id, column: name, nearest: nearest(name, free) }
      return [diagnose('documented-column-missing', parameters, placed(location))]
    }
    // A type in words that only the engine knows is not judged.
    const declared = type === undefined ? undefined : dialect.type(type)
    if (type === undefined || declared === undefined || folded(declared) === folded(found.type)) return []
    const parameters = { model: model.id, column: name, declared: type, actual: found.type }
    return [diagnose('documented-type-differs', parameters, placed(location))]
  })
}

/** Everything that the settings and properties of a model say of columns and that its query does not hold. */
export function propertyFaults(returned: Returned): Diagnostic[] {
  const faults = storageFaults(returned)
  if (faults.some(({ code }) => code === 'duplicate-columns')) return faults
  // What a contract promises is compared as a whole.
  const documented = returned.model.contract ? [] : documentedColumns(returned)
  return [...faults, ...settingColumns(returned), ...documented]
}

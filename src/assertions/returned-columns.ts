import type { Column, Dialect, PartitionColumn } from '../adapters/contract.ts'
import { type Diagnostic, diagnose, type Location, nearest } from '../diagnostics/index.ts'

/** A query whose columns are judged. */
export interface ReturnedColumns {
  readonly model: string
  readonly columns: readonly Column[]
  /** How its rows are sorted into partitions; absent: they are not. */
  readonly partition?: PartitionColumn | undefined
  readonly dialect: Pick<Dialect, 'type'>
  readonly location: Location
}

const folded = (name: string): string => name.toLowerCase()

/** The column of a name; engines disagree about case, and a name means one column everywhere. */
export function columnNamed(columns: readonly Column[], name: string): Column | undefined {
  return columns.find((column) => folded(column.name) === folded(name))
}

function duplicates({ model, columns, location }: ReturnedColumns): Diagnostic[] {
  const seen = new Set<string>()
  const names = columns.map(({ name }) => name)
  const twice = names.filter((name) => seen.has(folded(name)) || !seen.add(folded(name)))
  return twice.length === 0 ? [] : [diagnose('duplicate-columns', { model, columns: twice }, location)]
}

function partitionColumn({ model, columns, partition, dialect, location }: ReturnedColumns): Diagnostic[] {
  if (!partition) return []
  const { name: column, type } = partition
  const found = columnNamed(columns, column)
  if (!found) {
    const names = columns.map(({ name }) => name)
    return [
      diagnose(
        'partition-column-missing',
        { model, column, columns: names, nearest: nearest(column, names) },
        location,
      ),
    ]
  }
  const engineType = dialect.type(type)
  if (engineType === undefined || folded(engineType) === folded(found.type)) return []
  return [diagnose('partition-column-type', { model, column, expected: type, actual: found.type }, location)]
}

/** What forbids to store the rows of a query, whatever they are: a name twice, or no partition column of its type. */
export function returnedColumnFaults(returned: ReturnedColumns): Diagnostic[] {
  const twice = duplicates(returned)
  return twice.length > 0 ? twice : partitionColumn(returned)
}

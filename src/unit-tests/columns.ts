import type { Column, Dialect } from '../adapters/contract.ts'
import { diagnose, Failure, type Location, nearest } from '../diagnostics/index.ts'
import type { Json } from '../project/index.ts'
import type { Table } from './rows.ts'

/** What is known of the columns of a relation. `complete`: it has no others. */
export interface KnownColumns {
  readonly columns: readonly Column[]
  readonly complete: boolean
}

const date = /^\d{4}-\d{2}-\d{2}$/
const moment = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/
const instant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)$/
const whole = /^[+-]?\d{1,18}$/
const decimal = /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$|^[+-]?\d+e[+-]?\d+$/i

/** The logical type that all of some values have; text where nothing narrower fits. */
export function inferredType(values: readonly Json[]): string {
  const given = values.filter((value) => value !== null)
  const all = (test: (text: string, value: Json) => boolean) =>
    given.length > 0 && given.every((value) => typeof value !== 'object' && test(String(value), value))
  if (all((text) => /^(?:true|false)$/i.test(text))) return 'boolean'
  if (all((text) => whole.test(text))) return 'bigint'
  if (all((text) => whole.test(text) || decimal.test(text))) return 'double'
  if (all((text) => date.test(text))) return 'date'
  if (all((text) => instant.test(text))) return 'instant'
  if (all((text) => moment.test(text))) return 'local'
  return 'text'
}

const folded = (name: string): string => name.toLowerCase()

/** A column of a relation by its name, whatever its capitals. Throws `Failure` for one that is not there. */
export function columnNamed(
  columns: readonly Column[],
  name: string,
  relation: string,
  place: Location | undefined,
): Column {
  const names = columns.map((column) => column.name)
  const found = columns.find((one) => one.name === name) ?? columns.find((one) => folded(one.name) === folded(name))
  if (found) return found
  const parameters = { column: name, relation, nearest: nearest(name, names), columns: names }
  throw new Failure(diagnose('unit-test-column-unknown', parameters, place))
}

/** The columns of a given relation: all that are known, and those of the rows. Throws `Failure` for one that cannot be. */
export function columnsOfGiven(
  table: Table,
  known: KnownColumns | undefined,
  relation: string,
  dialect: Pick<Dialect, 'type'>,
): readonly Column[] {
  const columns = [...(known?.columns ?? [])]
  for (const name of table.columns) {
    if (known?.complete) {
      columnNamed(columns, name, relation, table.places.get(name)?.())
      continue
    }
    if (columns.some((column) => folded(column.name) === folded(name))) continue
    const logical = inferredType(table.rows.map((row) => row.get(name)?.value ?? null))
    columns.push({ name, type: dialect.type(logical) ?? logical })
  }
  // Without a column there is no relation.
  return columns.length > 0 ? columns : [{ name: 'nothing', type: dialect.type('integer') ?? 'integer' }]
}

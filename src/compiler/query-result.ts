import type { Json } from '../project/index.ts'
import { Callable, fromJson, Printable, type TemplateValue, Tuple } from './template/index.ts'

/** The rows of a query that a template asked, as JSON: what its next pass is given. */
export interface QueryRows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Json[])[]
}

/** A column as dbt's templates read it: `column.values()`, `column.name`. */
function column(name: string, values: readonly TemplateValue[]): Tuple {
  const list = new Callable('values', () => [...values])
  const members = new Map<string, TemplateValue>([
    ['name', name],
    ['values', list],
  ])
  return new Tuple(values, [], { description: `the column \`${name}\``, members })
}

/** What `run_query` returns: rows that can be looped over, each readable by index and by name, and `columns`. */
export function resultTable({ columns, rows }: QueryRows): Tuple {
  const tuples = rows.map((row) => new Tuple(row.map(fromJson), columns))
  const all = columns.map((name, index) =>
    column(
      name,
      tuples.map((row) => row.items[index] ?? null),
    ),
  )
  const members = new Map<string, TemplateValue>([
    ['rows', tuples],
    ['columns', new Tuple(all, columns, { description: 'the columns of a result' })],
    ['column_names', new Tuple(columns)],
  ])
  return new Tuple(tuples, [], { description: 'the result of a query', members })
}

/** What `load_result` returns. */
export function loadedResult(given: QueryRows): Printable {
  const table = resultTable(given)
  const members = new Map<string, TemplateValue>([
    ['data', table.items],
    ['table', table],
    ['response', `${given.rows.length} rows`],
  ])
  return new Printable({ description: 'the result of a statement', members })
}

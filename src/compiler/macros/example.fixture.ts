/** A built-in macro by an example: what it means, a call, and what DuckDB makes of it. Tests run them, docs/macros.md shows them. */
export interface Example {
  /** `dbt.dateadd` */
  readonly macro: string
  /** What the macro is for, as a sentence without a full stop. */
  readonly says: string
  readonly call: string
  /** The model around the call, which stands for `@`. Without it: `select @ as value`. */
  readonly model?: string
  /** The rows that the model returns; of a model without text of its own, the one value. */
  readonly gives: unknown
}

/** Tables that examples read with `ref`. */
export const exampleTables: Readonly<Record<string, string>> = {
  rides: `select * from (values (1, 'ada', 'done', 12.5), (2, 'ada', 'cancelled', null), (3, 'bo', 'done', 8.0), (4, '', 'done', 20.0))
    as t (id, rider, status, fare)`,
  old_rides: "select * from (values (9, 'cy', true)) as t (id, rider, tipped)",
  days: "select * from (values (date '2024-01-31'), (date '2024-03-01')) as t (day)",
}

/** A model of one value a row. */
export const valuesOf = (from: string, order = '') => `select @ as value from {{ ref('${from}') }}${order}`

/** The text of the model that an example stands in. */
export function modelText({ call, model = 'select @ as value' }: Example): string {
  return model.replace('@', () => call)
}

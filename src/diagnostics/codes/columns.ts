import { define } from '../define.ts'

const unchanged = (model: string) => `nothing was changed: ${model} keeps the rows it had`

/** What can be wrong with the columns of rows that are to be published, or with the table they go into. */
export const columnCodes = {
  'schema-changed': define<{
    readonly model: string
    readonly added: readonly string[]
    readonly removed: readonly string[]
    /** Of another type that loses nothing. */
    readonly retyped: readonly string[]
    /** What cannot be written without losing values, whatever the model says. */
    readonly refused: readonly string[]
  }>({
    severity: 'error',
    message: (p) => {
      const retyped = [...p.retyped, ...p.refused]
      const parts = [
        ...(p.added.length > 0 ? [`new: ${p.added.join(', ')}`] : []),
        ...(p.removed.length > 0 ? [`gone: ${p.removed.join(', ')}`] : []),
        ...(retyped.length > 0 ? [`of another type: ${retyped.join(', ')}`] : []),
      ]
      return `the columns of ${p.model} differ from those of its table (${parts.join('; ')})`
    },
    why: (p) =>
      p.refused.length > 0
        ? 'the rows that the table has would lose values in the new type, or the new rows in the old one'
        : 'the model says `on_schema_change: fail`',
    notes: (p) => [unchanged(p.model)],
    help: (p) => [
      p.refused.length > 0
        ? 'return the old type: cast it in the query'
        : 'return the old columns, or say `on_schema_change: append_new_columns` or `sync_all_columns`',
      `to take the new ones, build all of it from nothing: \`elt run --select ${p.model} --full-refresh\``,
    ],
    explain:
      'The query of a model whose table keeps older rows returns other columns than the table has. New columns, missing ones and wider ' +
      'types (integer to bigint, float to double, a longer decimal) are taken as `on_schema_change` says, also in fields of structs; ' +
      'with `fail` none is. Another type that cannot hold every value that is there is never taken in place. Tables that are ' +
      'overwritten whole (`materialized: table`) simply take any columns.',
  }),
  'table-partitions-changed': define<{
    readonly model: string
    /** The column by which the model says that its table is cut, and the one by which the table is. */
    readonly cut: string | undefined
    readonly by: string | undefined
  }>({
    severity: 'error',
    message: (p) =>
      p.by === undefined
        ? `the table of ${p.model} is not kept in pieces, as its \`table_partitions\` says`
        : p.cut === undefined
          ? `the table of ${p.model} is kept in pieces by ${p.by}, which the model does not say`
          : `the table of ${p.model} is kept in pieces by ${p.by}, and not by ${p.cut}`,
    why: () => 'a table is cut when it is made, and rows need a piece to go into',
    notes: (p) => [unchanged(p.model)],
    help: (p) => [
      p.cut === undefined
        ? 'say `table_partitions: month` (or day, year), so that pieces are made for new rows'
        : 'leave the setting as it was',
      `to have the table made anew: \`elt run --select ${p.model} --full-refresh\``,
    ],
    explain:
      'With `table_partitions` the engine keeps a table in pieces of a day, a month or a year, and makes a piece before the first row of its range. ' +
      'A table that is there was made whole, or cut by another column. Its rows stay where they are until it is built from nothing. ' +
      'Another length of pieces needs nothing: it holds for pieces that are made from then on.',
  }),
  'column-type-unstorable': define<{
    readonly model: string
    readonly column: string
    readonly type: string
    readonly instead: string
  }>({
    severity: 'error',
    message: (p) => `the column ${p.column} of ${p.model} is of the type ${p.type}, which no table can hold`,
    notes: (p) => [unchanged(p.model)],
    help: (p) => [p.instead],
    explain:
      'Some types live in queries only: a record without a name, for example, has fields, but nothing that says which. A table or a view needs ' +
      'columns of types that the catalog knows, so the query has to name one.',
  }),
}

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

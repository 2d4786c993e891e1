import { define } from '../define.ts'

/** What hangs on relations beside their rows: grants, comments, indexes. Codes are permanent: a published one is never renamed or reused. */
export const attachmentCodes = {
  'role-unknown': define<{ model: string; roles: readonly string[] }>({
    severity: 'error',
    message: (p) =>
      `${p.model} is to be granted to ${p.roles.map((role) => `\`${role}\``).join(', ')}, and the warehouse has no such ${p.roles.length === 1 ? 'role' : 'roles'}`,
    notes: () => ['nothing was changed'],
    help: () => ['correct the name in `grants` of the model, or in `readers` of its layer, or create the role'],
    explain:
      'Roles are made by whoever runs the server, never by `elt`. A role that is named in `grants` of a model (or of its folder), or in `readers` of its layer, has to be there before the model is built; the catalog is asked while planning. Names are exact: capitals count.',
  }),
  'index-violated': define<{ model: string; index: string; columns: readonly string[]; detail: string }>({
    severity: 'error',
    message: (p) =>
      `rows of ${p.model} agree in ${p.columns.map((name) => `\`${name}\``).join(', ')}, which its unique index forbids: ${p.detail}`,
    notes: (p) => [`the index is ${p.index}`, `nothing was published: ${p.model} keeps the rows it had`],
    help: () => ['look for them with the assertion unique, correct the rows, or remove `unique: true`'],
    explain:
      'A unique index of the setting `indexes` holds in the whole table, at any moment: the engine refuses rows that agree in its columns, so nothing of the transaction was published. It is tried again by every run, so that a corrected index is enough.',
  }),
  'index-column-unknown': define<{ model: string; column: string; columns: readonly string[] }>({
    severity: 'error',
    message: (p) => `an index of ${p.model} names the column \`${p.column}\`, which the table does not have`,
    notes: (p) => [`its columns are ${p.columns.join(', ')}`, `nothing was changed: ${p.model} stays as it was`],
    help: () => ['correct the setting `indexes`, or select the column'],
    explain:
      'The columns of an index are names of columns of the table, exactly as the query names them; expressions are not indexed. With on_schema_change: sync_all_columns a column may also be gone because the query no longer returns it.',
  }),
  'attachment-refused': define<{ subject: string; what: string; detail: string }>({
    severity: 'error',
    message: (p) => `the warehouse refused ${p.what} of ${p.subject}: ${p.detail}`,
    notes: () => ['nothing of it was changed'],
    help: () => ['correct the setting, or ask whoever runs the server for the right to do it'],
    explain:
      'Grants, comments and indexes are made in the transaction that publishes a relation, or in one of their own when only their settings changed. They take the rights of an owner: of the relation for its grants, comments and indexes, of the schema for `readers` of a layer.',
  }),
  'schema-owner-kept': define<{ schema: string; owner: string; detail: string }>({
    severity: 'note',
    message: (p) =>
      `the new schema \`${p.schema}\` belongs to the role of the connection, not to \`${p.owner}\`: ${p.detail}`,
    help: (p) => [`make the connection's role a member of ${p.owner} before the schema is made, or alter its owner`],
    explain:
      'The owner of a layer is a role of the server, so its new schemas are made for that role. That takes a connection whose role is a member of it, and inherits its rights: else the schema could not be written afterwards. Schemas that are there are left as they are.',
  }),
}

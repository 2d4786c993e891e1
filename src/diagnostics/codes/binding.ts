import { define } from '../define.ts'

const nothing = (isBuilding: boolean): readonly string[] => (isBuilding ? ['nothing was built'] : [])

function names(all: readonly string[]): string {
  return all.length > 3 ? `${all.slice(0, 3).join(', ')} …` : all.join(', ')
}

/** `3 models that read it were not checked: a, b, c`. */
function unchecked(readers: readonly string[]): readonly string[] {
  if (readers.length === 0) return []
  const what = readers.length === 1 ? '1 model that reads it was' : `${readers.length} models that read it were`
  return [`${what} not checked: ${names(readers)}`]
}

/** What is found by binding models, before any of them is built. Codes are permanent: a published one is never renamed or reused. */
export const bindingCodes = {
  'sql-error': define<{
    /** A model, an assertion, or a setting of a model. */
    readonly subject: string
    /** The engine's words. */
    readonly message: string
    readonly candidates: readonly string[]
    /** Models that read it, directly or through others. */
    readonly readers: readonly string[]
    readonly building: boolean
  }>({
    severity: 'error',
    message: (p) => `the SQL of ${p.subject} is wrong: ${p.message}`,
    notes: (p) => [...unchecked(p.readers), ...nothing(p.building)],
    help: (p) => (p.candidates.length > 0 ? [`a similar name exists: ${p.candidates.join(', ')}`] : []),
    explain:
      'Before anything is built, the engine binds every model: it looks up all columns, functions and types of its SQL against the ' +
      'columns of what the model reads, without reading a row. The words after the colon are the engine’s own; the place is the piece ' +
      'of your template that became the SQL it complains about. Models that read the wrong one cannot be checked until it is mended: ' +
      'the note counts them. What only shows on rows (a cast of bad data, a division by zero, an overflow) is found while building. ' +
      '`--no-bind` leaves this check out; then each model fails by itself.',
  }),
  'not-bound': define<{
    readonly subject: string
    readonly reason: string
    readonly readers: readonly string[]
  }>({
    severity: 'note',
    message: (p) => `${p.subject} was not checked before building: ${p.reason}`,
    notes: (p) => unchecked(p.readers),
    explain:
      'Models are bound before they are built, so that a wrong column is found at once. This one could not be: it asks a query that was ' +
      'not run, reads files or itself, pivots by values that only rows tell, or reads a table whose columns nobody knows. That is no ' +
      'error: the model is built as it is, and a mistake in it shows then. For a source table, `data_type` at its columns is enough.',
  }),
  'config-column-missing': define<{
    readonly model: string
    readonly setting: string
    readonly column: string
    readonly columns: readonly string[]
    readonly nearest: string | undefined
    readonly building: boolean
  }>({
    severity: 'error',
    message: (p) => `\`${p.setting}\` of ${p.model} names ${p.column}, but its query returns no such column`,
    notes: (p) => [`it returns ${p.columns.join(', ')}`, ...nothing(p.building)],
    help: (p) =>
      p.nearest
        ? [`a column with a similar name is returned: ${p.nearest}`]
        : [`return ${p.column} from the query, or take it out of \`${p.setting}\``],
    explain:
      'Columns that the settings of a model name (`unique_key`, `checksum_exclude`) must be among those that its query returns.',
  }),
  'assertion-column-unknown': define<{
    readonly name: string
    readonly node: string
    readonly column: string
    readonly columns: readonly string[]
    readonly nearest: string | undefined
    readonly building: boolean
  }>({
    severity: 'error',
    message: (p) => `${p.name} judges the column ${p.column}, which ${p.node} does not have`,
    notes: (p) => [`it has ${p.columns.join(', ')}`, ...nothing(p.building)],
    help: (p) => (p.nearest ? [`a column with a similar name exists: ${p.nearest}`] : []),
    explain:
      'An assertion names a column that its model does not return (or that the other relation of `relationships` does not have). It ' +
      'could not be judged. Mend the name in the properties file, or return the column.',
  }),
  'documented-column-missing': define<{
    readonly model: string
    readonly column: string
    readonly nearest: string | undefined
  }>({
    severity: 'warning',
    message: (p) => `the properties of ${p.model} describe the column ${p.column}, which its query does not return`,
    help: (p) =>
      p.nearest
        ? [`a column with a similar name is returned: ${p.nearest}`]
        : [`take ${p.column} out of the properties file, or return it`],
    explain:
      'A column is documented in a properties file but the model does not return it: it was renamed or dropped in the SQL, or the name ' +
      'is misspelt. Readers of the documentation would look for it in vain.',
  }),
  'documented-type-differs': define<{
    readonly model: string
    readonly column: string
    readonly declared: string
    readonly actual: string
  }>({
    severity: 'warning',
    message: (p) =>
      `the properties of ${p.model} say that ${p.column} is ${p.declared}, but its query returns ${p.actual}`,
    help: (p) => [`cast it in the query, or write \`data_type: ${p.actual.toLowerCase()}\``],
    explain:
      '`data_type` at a column of a model describes it and changes nothing. The query returns another type, so the description misleads.',
  }),
}

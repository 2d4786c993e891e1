import { define } from '../define.ts'

/** A place where columns are not what was promised; what is absent is not there on that side. */
interface Difference {
  readonly path: string
  readonly promised?: string
  readonly found?: string
}

function counted(number: number, one: string, many: string): readonly string[] {
  return number === 0 ? [] : [number === 1 ? `1 ${one}` : `${number} ${many}`]
}

/** `1 column is missing, 2 are additional`. */
function kinds(differences: readonly Difference[]): string {
  const missing = differences.filter(({ found }) => found === undefined).length
  const additional = differences.filter(({ promised }) => promised === undefined).length
  const parts = [
    ...counted(missing, 'is missing', 'are missing'),
    ...counted(additional, 'is additional', 'are additional'),
    ...counted(differences.length - missing - additional, 'is of another type', 'are of another type'),
  ]
  return parts.join(', ').replace(/^(\d+)/, (number) => `${number} ${number === '1' ? 'column' : 'columns'}`)
}

/** Columns under each other, as a table. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)))
  const line = (row: readonly string[]) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

/** What can be wrong with the contract of a model, or with rows that break it. */
export const contractCodes = {
  'contract-broken': define<{
    readonly model: string
    readonly differences: readonly Difference[]
    /** What was left as it was. */
    readonly unchanged: string
  }>({
    severity: 'error',
    message: (p) => `${p.model} breaks its contract: ${kinds(p.differences)}`,
    notes: (p) => [
      table([
        ['column', 'contract', 'query'],
        ...p.differences.map(({ path, promised, found }) => [path, promised ?? '(not in it)', found ?? '(missing)']),
      ]),
      p.unchanged,
    ],
    help: () => [
      'return exactly these columns: cast them in the query; or change `columns` of the model in its properties',
    ],
    explain:
      'A model with `contract: enforced` returns exactly the columns of its properties, each of its `data_type`: none is missing, none ' +
      'is additional, and structs and lists are compared field by field. Names are compared without case, and the order of columns does ' +
      'not matter. A type written without a length (`varchar`, `decimal`) allows any. The columns are compared as soon as the model is ' +
      'bound, and again before its rows are read by anybody: a model that breaks its contract publishes nothing.',
  }),
  'contract-type-unknown': define<{
    readonly model: string
    readonly column: string
    readonly type: string
    /** The engine's words. */
    readonly reason: string
  }>({
    severity: 'error',
    message: (p) => `the contract of ${p.model} says that ${p.column} is ${p.type}, which is no type here: ${p.reason}`,
    help: () => [
      'write a type of the engine, or boolean, integer, bigint, double, decimal(p,s), text, date, instant, local, time or json',
    ],
    explain:
      'A contract is compared with the types that the engine says a query returns, so the engine has to know the types of the contract. ' +
      'Beside its own it takes the names that types have on every engine (`text`, `instant`, `decimal(10,2)`), unless the contract says ' +
      '`alias_types: false`.',
  }),
  'contract-changed': define<{
    readonly model: string
    /** The contract is not enforced any more, or the model is not there. */
    readonly gone: boolean
    readonly removed: readonly string[]
    readonly retyped: readonly string[]
    /** Constraints that do not hold any more. */
    readonly dropped: readonly string[]
  }>({
    severity: 'error',
    message: (p) => {
      const parts = [
        ...(p.removed.length > 0 ? [`without ${p.removed.join(', ')}`] : []),
        ...(p.retyped.length > 0 ? [`of another type: ${p.retyped.join(', ')}`] : []),
        ...(p.dropped.length > 0 ? [`no longer kept: ${p.dropped.join(', ')}`] : []),
      ]
      return p.gone
        ? `${p.model} no longer has the contract that it had`
        : `the contract of ${p.model} promises less than before (${parts.join('; ')})`
    },
    why: () => 'whoever reads the model relies on what its contract promised',
    help: () => [
      'leave what was promised and add to it; or make a second model with the new contract, until nobody reads the first',
    ],
    explain:
      'With `--state`, the contracts of the project are compared with those of the revision or the manifest that it names. A column that ' +
      'is gone, another type, a constraint that no longer holds and a contract that is switched off take something back that readers rely ' +
      'on. New columns and new constraints do not. `elt compile --state main` ends with an error then, so that a pull request cannot do it ' +
      'unnoticed; other commands warn and go on.',
  }),
  'contract-incomplete': define<{
    readonly model: string
    /** Columns without a type; none: there are no columns at all. */
    readonly columns: readonly string[]
  }>({
    severity: 'error',
    message: (p) =>
      p.columns.length === 0
        ? `the contract of ${p.model} promises no columns`
        : `the contract of ${p.model} does not say which type ${p.columns.join(', ')} ${p.columns.length === 1 ? 'has' : 'have'}`,
    help: () => ['write every column that the model returns under `columns`, with its `data_type`'],
    explain:
      '`contract: enforced` holds a model to the columns of its properties, so all of them stand there, and each has a `data_type`.',
  }),
  'constraint-invalid': define<{
    readonly model: string
    readonly type: string
    readonly detail: string
    readonly help: string
  }>({
    severity: 'error',
    message: (p) => `the constraint ${p.type} of ${p.model} ${p.detail}`,
    help: (p) => [p.help],
    explain:
      'A constraint of a contract is asserted on the rows before they are published. `not_null`, `unique` and `primary_key` need columns ' +
      'of the contract: the one they stand at, or `columns:`. `check` needs an `expression`, and `foreign_key` what it points to: ' +
      "`to: ref('customers')` with `to_columns: [id]`. `custom` is SQL of one engine that nobody could assert: write a `check`.",
  }),
}

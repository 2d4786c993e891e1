import { define } from '../define.ts'

/** What can be wrong with hooks. Codes are permanent: a published one is never renamed or reused. */
export const hookCodes = {
  'hook-transaction': define<{ readonly hook: string; readonly statement: string }>({
    severity: 'error',
    message: (p) => `${p.hook} may not say \`${p.statement}\``,
    why: () =>
      'the rows of a model, its post_hook and the record of both are one transaction: a hook that ended it could leave rows without a record',
    help: () => ["leave it out; what cannot stand in a transaction is written {'sql': '…', 'transaction': false}"],
    explain:
      'A `post_hook` runs in the transaction that publishes the rows, so that all of it is done or nothing is. Statements that ' +
      'begin or end a transaction (`begin`, `commit`, `rollback`, `savepoint` …) are refused in every hook. A statement that the ' +
      'engine refuses inside a transaction can be run by itself: `{sql: vacuum, transaction: false}`.',
  }),
  'hook-session': define<{ readonly hook: string; readonly statement: string }>({
    severity: 'error',
    message: (p) => `${p.hook} may not say \`${p.statement}\`: it changes the session, which others use`,
    why: () =>
      'models and hooks share connections: the setting would not reach the statement that is meant, and reach others',
    help: () => ['write names with their schema; what holds for all statements belongs into the target of project.yml'],
    explain:
      'Hooks, stagings and publications take connections from a pool. A setting of the session (`set`, `use`, `pragma`) made by a ' +
      'hook would be there for some later statements and not for others, so it is refused. Write full names, and put options of ' +
      'the engine into the target.',
  }),
  'hook-window': define<{ readonly what: string; readonly hook: string }>({
    severity: 'error',
    message: (p) => `${p.what} has no meaning in ${p.hook}`,
    why: () => 'a hook runs once a model and run, not once for each window of partitions',
    help: () => ['leave it out, or put it into the query of the model'],
    explain:
      '`window`, `partition_filter()` and `in_window()` print bounds of the partitions that one statement builds. A hook belongs ' +
      'to the whole model: it runs once before and once after all that a run builds of it.',
  }),
  'hook-reads': define<{ readonly hook: string; readonly read: string; readonly what: string }>({
    severity: 'error',
    message: (p) => `${p.hook} cannot read \`${p.read}\`: it is ${p.what}`,
    help: () => ['read a table or a view: a model of raw_data, or the model itself with {{ this }}'],
    explain:
      'A hook is a statement of its own. `ref` and `source` print the names of relations in the warehouse there; an ephemeral ' +
      'model has none, and the files of a source are chosen for the partitions of a model, which a hook does not have.',
  }),
  'hook-without-effect': define<{ readonly model: string }>({
    severity: 'warning',
    message: (p) => `${p.model} is ephemeral: its hooks never run`,
    help: () => ['delete the hooks, or store the model as a view or table'],
    explain:
      'An ephemeral model is written into the queries of its readers and is never built, so nothing runs before or after it. ' +
      'Hooks that come from a folder of project.yml are left out there without a word.',
  }),
  'hook-failed': define<{
    readonly hook: string
    /** Absent for hooks of the run. */
    readonly model?: string
    readonly message: string
    readonly candidates: readonly string[]
    readonly consequence: string
  }>({
    severity: 'error',
    message: (p) => `${p.hook}${p.model ? ` of ${p.model}` : ''} failed: ${p.message}`,
    notes: (p) => [p.consequence],
    help: (p) => (p.candidates.length > 0 ? [`a similar name exists: ${p.candidates.join(', ')}`] : []),
    explain:
      "The warehouse refused a statement of a hook; the words after the colon are the engine's own. When a `pre_hook` fails, nothing " +
      'of its model is built. When a `post_hook` fails in the transaction that publishes the rows, that is rolled back and the ' +
      'model keeps the rows it had. When it fails after the rows were published, it stays pending: the next run that looks at ' +
      'the model runs it again. When `on_run_start` fails, nothing is built; when `on_run_end` fails, what was built stays, ' +
      'and the command exits with 1.',
  }),
}

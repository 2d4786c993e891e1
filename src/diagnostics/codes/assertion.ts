import { define } from '../define.ts'

/** What can go wrong in the stage `assertion`. Codes are permanent: a published one is never renamed or reused. */
export const assertionCodes = {
  'assertion-unknown': define<{ type: string; nearest: string | undefined; known: readonly string[] }>({
    severity: 'error',
    message: (p) => `there is no assertion \`${p.type}\``,
    help: (p) => [
      p.nearest ? `an assertion with a similar name exists: ${p.nearest}` : `assertions: ${p.known.join(', ')}`,
      'any other check is a SELECT of bad rows: in tests/sql/<name>.sql, or as {% test <name>(model) %} in macros/',
    ],
    explain:
      'The name is neither in the catalogue of assertions nor a name that dbt, dbt_utils or dbt_expectations have for one of them. Whatever the catalogue lacks can be written as a SELECT that returns the bad rows: once in `tests/sql`, or as a test that is used by its name, `{% test name(model, column_name) %} … {% endtest %}` in `macros/`. The test of a package is `package.name`.',
  }),
  'assertion-argument-missing': define<{ assertion: string; argument: string; example: string }>({
    severity: 'error',
    message: (p) => `\`${p.assertion}\` needs \`${p.argument}\``,
    help: (p) => [`for example: ${p.example}`],
    explain:
      'A required argument of the assertion is absent. Arguments stand below the assertion’s name, directly or in an `arguments:` block.',
  }),
  'assertion-argument-unknown': define<{
    assertion: string
    argument: string
    nearest: string | undefined
    valid: readonly string[]
  }>({
    severity: 'error',
    message: (p) => `\`${p.assertion}\` has no argument \`${p.argument}\``,
    why: () => 'an argument that is silently ignored would make the assertion check something else',
    help: (p) => [
      p.nearest
        ? `an argument with a similar name exists: ${p.nearest}`
        : `arguments of ${p.assertion}: ${p.valid.join(', ')}`,
    ],
    explain:
      'The assertion takes other arguments. All take the settings `name`, `description`, `severity`, `warn_if`, `error_if`, `where`, `scope`, `limit`, `tags` and `enabled`, too, directly or in a `config:` block.',
  }),
  'assertion-argument-invalid': define<{ assertion: string; argument: string; expected: string; found: string }>({
    severity: 'error',
    message: (p) => `\`${p.argument}\` of \`${p.assertion}\` must be ${p.expected}, and is ${p.found}`,
    explain:
      'The argument has another type or form than the assertion takes. Mind YAML’s own reading: put quotes around what is meant as text.',
  }),
  'assertion-arguments-conflict': define<{ assertion: string; detail: string }>({
    severity: 'error',
    message: (p) => `\`${p.assertion}\` ${p.detail}`,
    explain: 'The arguments of the assertion contradict each other, or together say nothing that could be checked.',
  }),
  'assertion-column-missing': define<{ assertion: string }>({
    severity: 'error',
    message: (p) => `\`${p.assertion}\` judges a column, and none is given`,
    help: () => ['write it under data_tests: of the column, or give it column_name: <column>'],
    explain:
      'The assertion is written at a model but judges one column. Move it under `columns:` to the column, or name the column with `column_name:`.',
  }),
  'assertion-sql-invalid': define<{ argument: string; detail: string }>({
    severity: 'error',
    message: (p) => `the SQL of \`${p.argument}\` ${p.detail}`,
    why: () => 'it is placed inside a larger statement, which it would tear apart',
    explain:
      'SQL in `where:`, `expression:` and bounds is one expression. It may not hold a semicolon, an unclosed quote or comment, or unbalanced parentheses.',
  }),
  'assertion-reference-unknown': define<{ reference: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `\`to\` refers to ${p.reference}, which is not in the project`,
    help: (p) => [
      p.nearest ? `a similar name exists: ${p.nearest}` : "write to: ref('model'), or to: source('group', 'table')",
    ],
    explain:
      "`relationships` needs the model or source whose values are allowed: `to: ref('airports')`, or `to: source('bts', 'airports')`, or a model's bare name.",
  }),
  'assertion-needs-partitions': define<{ what: string; node: string }>({
    severity: 'error',
    message: (p) => `\`${p.what}\` needs partitions, and ${p.node} has none`,
    help: () => ['remove it, or give the model partition_by'],
    explain:
      '`complete_partitions` and `scope: last N` speak of partitions. Only incremental models with `partition_by` have them.',
  }),
  'assertion-expired': define<{ name: string; node: string; expires: string; owner: string | undefined }>({
    severity: 'warning',
    message: (p) => `${p.name} on ${p.node} has expired and is not judged any more: expires ${p.expires}`,
    help: (p) => [`remove it, or give it a later day${p.owner ? ` (ask ${p.owner})` : ''}`],
    explain:
      'An assertion with `expires: <day>` holds until that day begins, in UTC. From then on it stops nothing and finds nothing; every command that would have judged it says so, until it is removed or prolonged.',
  }),
  'assertion-name-taken': define<{ name: string; node: string; first: string }>({
    severity: 'error',
    message: (p) => `${p.node} has two assertions named \`${p.name}\``,
    notes: (p) => [`the first: ${p.first}`],
    why: () => 'results are kept over time under this name',
    help: () => ['remove one, or give one of them a name: name: <name>'],
    explain:
      'An assertion is named after its type and arguments unless it has a `name:`. Two of one name at the same model could not be told apart in reports and in the ledger.',
  }),
}

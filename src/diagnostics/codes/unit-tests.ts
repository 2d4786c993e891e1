import { define } from '../define.ts'

const listed = (names: readonly string[], most = 12): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`

/** What can go wrong with unit tests. Codes are permanent: a published one is never renamed or reused. */
export const unitTestCodes = {
  'unit-test-invalid': define<{ key: string; detail: string; help?: string }>({
    severity: 'error',
    message: (p) => `\`${p.key}\` of a unit test ${p.detail}`,
    help: (p) => (p.help === undefined ? [] : [p.help]),
    explain:
      'A setting of a unit test contradicts another one, or does not fit its model. A partitioned model needs `window:`, the partitions that the test builds; others take none. `expect:` is what the query returns, `expect_table:` what the table of an incremental model holds afterwards. Rows stand under `rows:` or in a file (`fixture:`), not both.',
  }),
  'unit-test-model-unknown': define<{ test: string; model: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `the unit test \`${p.test}\` is of a model \`${p.model}\`, which is not in the project`,
    help: (p) => (p.nearest ? [`a model with a similar name exists: ${p.nearest}`] : []),
    explain:
      '`model:` of a unit test is the name of a model, as `ref()` takes it. Seeds and sources have no SQL that could be tested.',
  }),
  'unit-test-input-invalid': define<{ text: string; isKnownForm: boolean; nearest: string | undefined }>({
    severity: 'error',
    message: (p) =>
      p.isKnownForm
        ? `\`input\` of a unit test is ${p.text}, which is not in the project`
        : `\`input\` of a unit test must be ref(…), source(…) or this, and is \`${p.text}\``,
    help: (p) => [
      p.nearest
        ? `a similar name exists: ${p.nearest}`
        : "for example: input: ref('orders'), or source('shop', 'orders')",
    ],
    explain:
      "`input:` names what has the given rows, in the words of the model: `ref('orders')`, `source('shop', 'orders')`, or `this` for the model's own table as it was before. It must be in the project.",
  }),
  'unit-test-input-missing': define<{ test: string; model: string; inputs: readonly string[] }>({
    severity: 'error',
    message: (p) => `the unit test \`${p.test}\` gives no rows of ${listed(p.inputs)}, which ${p.model} reads`,
    why: () => 'a test that read the warehouse would find other rows each time',
    help: (p) => p.inputs.map((input) => `for none: - { input: "${input}", rows: [] }`),
    explain:
      'Everything that the SQL of the tested model reads must have an entry under `given:`, also where it has no rows. Ephemeral models are part of the SQL: they may be given, and where they are not, what they read must be. With `is_incremental` overridden to true, `this` is read, too.',
  }),
  'unit-test-input-unused': define<{ test: string; model: string; input: string }>({
    severity: 'warning',
    message: (p) => `the unit test \`${p.test}\` gives rows of ${p.input}, which ${p.model} does not read`,
    help: () => ['remove the entry, or correct its name'],
    explain:
      'The tested SQL reads no such relation: the rows change nothing, and the test may be about something else than it seems to be. What an ephemeral model reads is not read where the ephemeral model itself is given.',
  }),
  'unit-test-macro-unknown': define<{ macro: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `\`overrides\` names a macro \`${p.macro}\`, which is not in the project`,
    help: (p) => (p.nearest ? [`a macro with a similar name exists: ${p.nearest}`] : []),
    explain:
      'Under `overrides: macros:` stands what calls of macros give in a test: `is_incremental: true`, macros of the project by their names, those of packages and built-in ones as `package.name`.',
  }),
  'unit-test-fixture-missing': define<{ path: string; nearest: string | undefined }>({
    severity: 'error',
    message: (p) => `there is no file ${p.path}`,
    help: (p) => [
      ...(p.nearest ? [`a file with a similar name exists: ${p.nearest}`] : []),
      '`fixture:` is the name of a file in tests/fixtures, `format:` its ending',
    ],
    explain:
      'Rows of a unit test may stand in a file of their own: `tests/fixtures/<name>.csv` or `.sql`, in the folder itself. `fixture:` is its name, with the ending or without, and `format:` says which it is.',
  }),
  'unit-test-csv': define<{ detail: string; help: string }>({
    severity: 'error',
    message: (p) => `the CSV of a unit test cannot be read: ${p.detail}`,
    help: (p) => [p.help],
    explain:
      'CSV rows of a unit test have a first line of column names and as many fields in every line. A field that is empty is NULL; `""` is an empty text. Quote fields that hold a comma, a quote or a line break, and double the quotes in them.',
  }),
  'unit-test-column-unknown': define<{
    column: string
    relation: string
    nearest: string | undefined
    columns: readonly string[]
  }>({
    severity: 'error',
    message: (p) => `${p.relation} has no column \`${p.column}\``,
    help: (p) => [
      p.nearest ? `a column with a similar name exists: ${p.nearest}` : `its columns: ${listed(p.columns)}`,
    ],
    explain:
      'Rows of a unit test name columns of the relation that they stand for: those that a source or model declares or that its SQL returns. Under `expect:` they name columns that the tested model returns. Columns that are left out are NULL in given rows, and are not compared in expected ones.',
  }),
  'unit-test-value': define<{ value: string; column: string; type: string; detail: string }>({
    severity: 'error',
    message: (p) => `${p.value} is no ${p.type}, the type of \`${p.column}\``,
    notes: (p) => [p.detail],
    explain:
      'A value of a unit test’s rows cannot be turned into the type of its column. Types are those that sources and models declare (`data_type:`) or that their SQL returns; of columns that nothing is known about, they follow from the values themselves.',
  }),
  'unit-test-failed': define<{ test: string; what: string; counts: readonly string[]; table: readonly string[] }>({
    severity: 'error',
    message: (p) => `unit test failed: \`${p.test}\`: ${p.what} (${p.counts.join(', ')})`,
    notes: (p) => p.table.map((line) => `diff: ${line}`),
    explain:
      'The rows that the model gave on the given ones are not those expected. `-` marks a row that was expected and is missing, `+` one that nobody expected, `±` one of which some cells differ: `expected → actual`. Only the columns that are expected are compared, the order of rows does not count unless `ordered: true` says so, NULL equals NULL, and floating-point numbers are equal when twelve digits agree or they lie within `tolerance:`.',
  }),
  'unit-test-not-judged': define<{ test: string; unknown: readonly string[]; detail: string }>({
    severity: 'warning',
    message: (p) =>
      `the unit test ${p.test} was not judged: not all columns of ${p.unknown.join(', ')} are known before the first build`,
    why: (p) => `the engine says: ${p.detail}`,
    help: (p) => [`it is judged once ${p.unknown.join(', ')} is built, or has all columns with their \`data_type\``],
    explain:
      'Rows of a unit test hold only some columns; the others are NULL, as far as it is known which there are. An engine that answers without data tells the columns of models that were never built; of others, what is declared with `data_type:` is known, and everything once the model has been built. The engine could not run the SQL on the columns that are known, so the test says nothing about the model, and does not keep it from being built.',
  }),
  'unit-tests-stop-model': define<{ model: string; tests: readonly string[] }>({
    severity: 'error',
    message: (p) =>
      `${p.model} is not built: its unit ${p.tests.length === 1 ? 'test' : 'tests'} ${p.tests.join(', ')} failed`,
    notes: () => ['its rows are as they were'],
    help: () => ['mend the SQL of the model, or what the test expects'],
    explain:
      '`elt build` runs the unit tests of a model before the model. When one fails, the model is not built, its table stays as it was, and what reads partitions that were never built waits. `elt run` runs no unit tests.',
  }),
}

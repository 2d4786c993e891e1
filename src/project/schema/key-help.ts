/* One line for each key of the project's files, shown by editors. `*` stands for a name, `[]` for an item of a list. */

const described: Readonly<Record<string, string>> = {
  name: 'Its name',
  description: "What it is, for people; Markdown, and {{ doc('name') }}",
  meta: 'Anything, by key; kept in target/manifest.json',
  tags: 'Words to select it by: tag:finance',
  docs: 'Whether documentation shows it',
  data_tests: 'Assertions: not_null, unique, accepted_values, relationships …',
  tests: 'Another name of data_tests',
  assertions: 'Another name of data_tests',
  config: 'Settings, as in config() of the model',
}

const constraintHelp = {
  type: 'not_null, unique, primary_key, foreign_key or check; asserted on the rows before they are published',
  name: 'Its name, for people',
  columns: 'The columns of a constraint of the model',
  expression: 'Of a check: what has to be true of every row',
  to: "Of a foreign key: ref('customers')",
  to_columns: 'Of a foreign key: the columns there',
  warn_unenforced: 'No effect here: every constraint is asserted',
  warn_unsupported: 'No effect here: every constraint is asserted',
}

const freshnessHelp = {
  warn_after: 'Older than that is a warning',
  'warn_after.count': 'How many',
  'warn_after.period': 'minute, hour or day',
  error_after: 'Older than that is an error',
  'error_after.count': 'How many',
  'error_after.period': 'minute, hour or day',
  filter: 'Of a table: only these rows are looked at',
  by: 'The time by which rows of the day have to be there: 07:00',
  time_zone: 'Zone of its days and of by; default that of the project',
  days: 'The days that count, others do not age anything: [business], [monday, friday]',
  holidays: 'Dates that do not count: [2024-12-25]',
  build_after: 'No effect here: a model is built when what it reads has changed',
}

const columnHelp: Readonly<Record<string, string>> = {
  ...described,
  name: 'Name of the column',
  data_type: 'boolean, integer, bigint, double, decimal(p,s), text, date, instant, local, time or json',
  constraints: 'Of a model with an enforced contract: rules that every row keeps',
}

export const projectHelp: Readonly<Record<string, string>> = {
  name: 'Name of the project; the ledger keeps apart what different projects own',
  time_zone: 'IANA name of the zone whose days the partitions are; default UTC',
  default_target: 'Target where none is named by --target; needed when there are several',
  layers: 'Layers beside raw_data, analytics and adhoc, or other settings of these',
  'layers.*.schema': 'Schema in the warehouse; default the name of the layer',
  'layers.*.owner': 'Who answers for its models; where that is a role of the server, new schemas belong to it',
  'layers.*.readers': 'Roles that may use its schema and select from all of its models',
  'layers.*.reads': 'Layers that its models may read, and `sources`',
  'layers.*.in_default_selection': 'Whether commands without --select work on it; default true',
  'layers.*.expires_after':
    'How long its tables and views stay without being built: `elt retain` drops them; default of adhoc: 14 days',
  quality: 'How long the ledger keeps what assertions found; `elt retain` forgets what is older',
  'quality.keep_failures': 'For how long the rows that failed; default 90 days',
  'quality.keep_results': 'For how long what was measured; default 2 years. The newest of each assertion stays',
  models: 'Settings of models by folder below models/; the deepest folder wins, config() of a model wins over all',
  seeds: 'Settings of seeds by folder below data/seeds/, as under models',
  targets: 'Places to run, by name; default a DuckDB file, .elt/warehouse.duckdb',
  'targets.*.type': 'The engine',
  'targets.*.schema': 'Pattern of schema names, {layer} standing for the schema of the layer; default {layer}',
  'targets.*.on_code_change':
    'Whether built partitions stay when the code changes (keep, the default) or are built again',
  'targets.*.defer_to':
    'Another target in the same database: of models that are not selected and do not exist here, its relations are read',
  'targets.*.ledger': 'The database that keeps what has been built; default the warehouse itself',
  'targets.*.ledger.type': 'Its engine; its other keys are those of a target of that engine',
  connections: 'No effect in this version',
  vars: 'Values for var(); --vars wins',
  env: 'Environment variables that models may read, besides ELT_*',
  packages: 'Projects inside this one: [{ local: packages/finance }]',
  dispatch: 'Where adapter.dispatch looks for the macros of a namespace',
  'dispatch[].macro_namespace': 'Name of the package whose macros are looked for',
  'dispatch[].search_order': 'Packages in the order in which they are looked through',
  'model-paths': 'Folders of models; default models',
  'seed-paths': 'Folders of CSV files that are tables; default data/seeds and seeds',
  'macro-paths': 'Folders of macros; default macros',
  'test-paths': 'Folders of singular assertions; default tests',
  'docs-paths': 'Folders of Markdown files with docs blocks; default the folders of models',
  on_run_start: 'Statements before the first step of every run',
  on_run_end: 'Statements after the last step of every run',
  'on-run-start': 'Another name of on_run_start',
  'on-run-end': 'Another name of on_run_end',
}

const under = (path: string, keys: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(keys).map(([key, help]) => [`${path}.${key}`, help]))

const columnsUnder = (path: string) => ({
  ...under(`${path}.columns[]`, columnHelp),
  ...under(`${path}.columns[].constraints[]`, constraintHelp),
})

const ownerHelp = { name: 'A person or a team', email: 'Where to write to', slack: 'Where to write to', github: 'Who' }

const rowsHelp = {
  rows: 'The rows: mappings of columns to values, or a text of CSV or SQL; columns that are left out are NULL',
  format: 'How they are written: dict (default), csv, sql',
  fixture: 'A file of them instead: <name>.csv or <name>.sql in tests/fixtures',
}

const expectedHelp = {
  ...rowsHelp,
  rows: 'The rows: mappings of columns to values, or a text of CSV or SQL; only these columns are compared',
  ordered: 'Whether the order of rows counts; default false',
  tolerance: 'How far numbers may lie apart: 0.01; default: twelve digits must agree',
}

export const propertiesHelp: Readonly<Record<string, string>> = {
  version: 'Not read',
  models: 'What is to be said of models: descriptions, columns, assertions, settings',
  ...under('models[]', {
    ...described,
    name: 'Name of the model: its file without .sql',
    columns: 'Its columns, documented and asserted',
    access: 'Who may read it: private (its group), protected (its project), public',
    group: 'The group that it belongs to',
    contract: 'As under config',
    freshness: 'As under config',
    constraints: 'With an enforced contract: rules that every row keeps',
  }),
  ...under('models[].constraints[]', constraintHelp),
  ...columnsUnder('models[]'),
  seeds: 'What is to be said of seeds, tables of CSV files: descriptions, columns with types, assertions, settings',
  ...under('seeds[]', {
    ...described,
    name: 'Name of the seed: its file without .csv',
    columns: 'Its columns: types, documentation, assertions',
    access: 'Who may read it: private (its group), protected (its project), public',
    group: 'The group that it belongs to',
    freshness: 'No effect: a seed changes with its file',
    contract: 'No effect: a seed is the rows of its file, with its column_types',
    constraints: 'No effect: write data_tests',
  }),
  ...under('seeds[].constraints[]', constraintHelp),
  ...columnsUnder('seeds[]'),
  sources: 'What is read and not built: files, and tables of the warehouse',
  ...under('sources[]', {
    ...described,
    name: 'Name of the group: the first argument of source()',
    tables: 'Its tables',
    schema: 'Schema of tables of the warehouse; default the name of the group',
    loaded_at_field: 'loaded_at_field of its tables, where they say nothing else',
    loaded_at_query: 'loaded_at_query of its tables, where they say nothing else',
    freshness: 'freshness of its tables that say when they were loaded; a table lays its own over it',
  }),
  ...under('sources[].freshness', freshnessHelp),
  ...under('sources[].tables[].freshness', freshnessHelp),
  ...under('sources[].tables[]', {
    ...described,
    name: 'Name of the table: the second argument of source()',
    columns: 'Its columns with their types; files are read with exactly these',
    files: 'Path relative to the project: {yyyy}, {MM}, {dd}, {HH} stand for its date, * for anything within a name',
    format: 'Default by the ending',
    compression: 'Default by the ending',
    time_zone: 'Zone of the date in the path; default UTC',
    event_time: 'The column that says when a row happened; partition_filter compares it',
    late_by: 'How many files later a row may still arrive: 2 days',
    change_signal:
      'Of files: files (default), by size, time and content. Of tables: loaded_at, count. none: not seen, readers poll',
    partition_by: 'Of a table of the warehouse: the column by which windows of it are read',
    identifier: 'Name in the warehouse; default the name',
    connection: 'Not part of this version',
    max_unreachable_rows: 'Not part of this version',
    max_bad_rows: 'Not part of this version',
    watch: 'Of a table: of how many of the newest partitions changes are seen: 30 (default), or 60 days',
    loaded_at_field:
      'Of a table: the column that says when a row was loaded, for change_signal: loaded_at and for freshness',
    loaded_at_query: 'Of a table: a query for the newest moment at which a row was loaded, for freshness',
    freshness: 'How old its newest rows may be: { warn_after: { count: 12, period: hour }, error_after: … }',
  }),
  ...columnsUnder('sources[].tables[]'),
  exposures: 'Who reads models outside of the project: dashboards, notebooks …',
  ...under('exposures[]', {
    ...described,
    name: 'Its name, to select by: +exposure:board',
    label: 'Its title, for people',
    type: 'What it is',
    url: 'Where it is',
    maturity: 'How much it may be relied on',
    owner: 'Who answers for it',
    depends_on: "What it reads: ref('model'), source('group', 'table')",
    enabled: 'Whether it counts; default true',
  }),
  ...under('exposures[].owner', ownerHelp),
  groups: 'Sets of models with an owner; private ones are read inside their group only',
  ...under('groups[]', {
    name: 'Its name, as models have it under group',
    owner: 'Who answers for it',
    description: 'What it is, for people',
    config: 'meta, by key',
    meta: 'Anything, by key',
  }),
  ...under('groups[].owner', ownerHelp),
  unit_tests: 'Tests of the SQL of models on rows that are given: elt test',
  ...under('unit_tests[]', {
    ...described,
    name: 'Its name',
    model: 'Name of the model',
    given: 'The rows of everything that the model reads',
    expect: 'The rows that the query of the model returns',
    expect_table: 'The rows of its table afterwards: of incremental models, with those that were there before',
    expect_open: 'The partitions that are not settled afterwards',
    window: 'What is built of a partitioned model: a partition, { from, to }, or a list of those, one after the other',
    overrides: 'What vars, variables of the environment and macros give in the test',
    enabled: 'Whether it runs; default true',
    versions: 'Not read: every file is a model of its own',
  }),
  ...under('unit_tests[].given[]', {
    ...rowsHelp,
    input: "What has these rows: ref('model'), source('group', 'table'), or this, the table before",
  }),
  ...under('unit_tests[].expect', expectedHelp),
  ...under('unit_tests[].expect_table', expectedHelp),
  ...under('unit_tests[].overrides', {
    macros: 'What calls of macros give: is_incremental, and macros of the project or of packages',
    vars: 'Values for var()',
    env_vars: 'Values for env_var()',
  }),
  ...under('unit_tests[].config', {
    tags: 'Words to select it by: tag:finance',
    meta: 'Anything, by key; kept in target/manifest.json',
    enabled: 'Whether it runs; default true',
  }),
  macros: 'What is to be said of macros',
  ...under('macros[]', { ...described, arguments: 'Its arguments' }),
  ...under('macros[].arguments[]', { name: 'Its name', type: 'Its type, for people', description: 'What it is' }),
}

/** Settings of models: DESIGN §5. */
export const configHelp: Readonly<Record<string, string>> = {
  enabled: 'Whether it is part of the project; default true',
  materialized: 'How it is stored: view (default), table, incremental, history, ephemeral',
  alias: 'Name in the warehouse; default its own',
  schema: 'A schema of its own; default that of its layer',
  group: 'The group that it belongs to',
  access: 'Who may read it: private (its group), protected (its project), public',
  tags: 'Words to select it by: tag:finance',
  owner: 'Who answers for it; default the owner of the layer',
  meta: 'Anything, by key; kept in target/manifest.json',
  docs: 'Whether documentation shows it',
  partition_by: 'The column that cuts it into partitions, or { column, unit, type, time_zone }',
  strategy:
    'How an incremental writes: replace_partition (default), merge (default with unique_key and no partition_by), append',
  incremental_strategy: "dbt's name for strategy: insert_overwrite is replace_partition, delete+insert is merge",
  unique_key: 'Columns that tell rows apart, for strategy: merge',
  delete_missing: 'Of a merge: rows of the window whose key is not returned are deleted; default false',
  moves: 'Of a merge: a key may move to another partition; default false, then it fails the batch',
  key_scope: 'Of a merge: how many partitions on either side are searched for keys that lie elsewhere; default all',
  merge_update_columns: 'Of a merge: the only columns that a row which is there takes; default all',
  merge_exclude_columns: 'Of a merge: columns that a row which is there keeps',
  updated_at: 'Of a history: the column that says when a row changed; a later one makes a new version',
  check_cols: 'Of a history: the columns of which a change makes a new version; default all',
  hard_deletes:
    'Of a history: rows that are no longer returned stay (ignore, default), end (invalidate), or get a version that says so (new_record)',
  invalidate_hard_deletes: "dbt's older word for hard_deletes: invalidate",
  'snapshot_meta_column_names.dbt_valid_from': 'When a version begins; default valid_from',
  'snapshot_meta_column_names.dbt_valid_to': 'When a version ends, null of the current one; default valid_to',
  'snapshot_meta_column_names.dbt_is_deleted':
    'True of a version in which the row is gone, with hard_deletes: new_record; default is_deleted',
  snapshot_meta_column_names:
    'Of a history: names of the columns that it adds; default valid_from, valid_to, is_deleted',
  begin: 'First partition: 2013-01-01; default the first that lies wholly inside what it reads',
  end: 'The partition after the last',
  batch: 'Most partitions in one statement; default a year of days',
  lookback: 'The newest N partitions are built in every run when an input cannot signal change',
  settled: 'A predicate on its rows: while it is not true for every row, the partition stays open',
  retention: 'How long partitions stay: 90 days; `elt retain` drops those that are older',
  table_partitions:
    'Length of the pieces in which the engine keeps a large table (day, month or year), where it has such; default: whole',
  give_up_after: 'How long a partition may stay open: 30 days',
  on_schema_change: 'What a changed column list does; default append_new_columns',
  on_code_change: 'Whether built partitions stay when the code changes (keep) or are built again (rebuild)',
  allow_partial: 'Also build the partition that the clock is still in; default false',
  reads: 'Of views: how far they read beyond the partition asked for: { flights: { before: 27 } }',
  column_types: 'Of a seed: types of columns by name; others get the narrowest that fits all values',
  delimiter: 'Of a seed: what stands between fields; default a comma',
  checksum_exclude: 'Columns that do not count when rows are compared: [loaded_at]',
  grants: 'Roles by privilege: { select: [reporter] }; as in dbt, +select adds to the roles of folders',
  persist_docs:
    'Whether descriptions become comments in the warehouse: { relation: true, columns: true }; default false',
  'persist_docs.relation': 'Its own description; default false',
  'persist_docs.columns': 'Those of its columns; default false',
  indexes:
    'Indexes of its table: [{ columns: [id], unique: true, type: btree }]; those that elt made go when they are removed',
  'indexes[].columns': 'The columns, in their order',
  'indexes[].unique': 'Whether no two rows may agree in them; default false',
  'indexes[].type': 'How it is stored: btree (default), hash, gin, brin …',
  contract:
    'enforced: columns and types are exactly those of its properties, or nothing is published; { enforced: true, alias_types: true }',
  'contract.enforced': 'Whether it is held; default false',
  'contract.alias_types': 'Whether text, instant and such mean the types of the engine; default true',
  freshness: 'How old it may be, for elt freshness: { error_after: { count: 1, period: day } }',
  ...under('freshness', freshnessHelp),
  loaded_at_field:
    'The column whose newest value freshness looks at; default the newest partition, or when it was built',
  pre_hook: 'Statements before it is staged, once a run',
  post_hook: 'Statements in the transaction that publishes it',
}

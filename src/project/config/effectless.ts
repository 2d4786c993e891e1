/* Keys of dbt's files that are accepted and do nothing here, each with what to do instead. */

const semantic = 'there is no semantic layer here: build the aggregate as a model'
const quoted = 'names are always written quoted, exactly as they are'
const warehouseOnly = 'set it in the warehouse, or with post_hook'

/** Keys of properties files, by the mapping they stand in. */
export const effectlessProperties = {
  file: {
    analyses: 'run a query beside the models with `elt show --inline @query.sql`',
    anchors: 'YAML has anchors of its own: &name and *name',
    data_tests: 'write them below a model or a column, or as tests/sql/<name>.sql',
    functions: 'make functions of the warehouse in on_run_start',
    metrics: semantic,
    saved_queries: semantic,
    semantic_models: semantic,
    snapshots: 'a model with materialized: history keeps the versions of its rows',
  },
  model: {
    deprecation_date: 'say it in the description, or in meta',
    latest_version: 'every file is a model of its own: ref() takes its name',
    primary_key: 'assert it: data_tests: [unique_key: { columns: […] }]',
    semantic_model: semantic,
    time_spine: semantic,
    unit_tests: 'write them at the left margin of the file, each with model: <name>',
    versions: 'every file is a model of its own: ref() takes its name',
  },
  column: {
    quote: quoted,
    policy_tags: warehouseOnly,
    granularity: semantic,
    dimension: semantic,
    entity: semantic,
  },
  source: {
    database: 'a source lies in the database of the target',
    loader: 'say it in the description',
    overrides: 'change the source where it is declared',
    quoting: quoted,
    data_tests: 'write them at the tables of the source',
    tests: 'write them at the tables of the source',
  },
  table: {
    external: 'name the files: files: data/orders/{yyyy}-{MM}-{dd}.parquet',
    loader: 'say it in the description',
    quoting: quoted,
  },
} as const

/** Settings of models. None of them changes a row. */
export const effectlessConfig: Readonly<Record<string, string>> = {
  auto_refresh: '`elt run` is what builds',
  automatic_clustering: 'for engines that cluster; this one keeps the order of `order by`',
  backup: warehouseOnly,
  bind: 'a view that no longer fits what it reads is made again',
  cluster_by: 'for engines that cluster; this one keeps the order of `order by`',
  concurrent_batches: '--threads says how many batches run at once',
  copy_grants: 'grants survive every build',
  dist: 'for engines that distribute rows',
  file_format: 'tables are stored as the engine stores them',
  full_refresh: 'the command line says it: --full-refresh, with --exclude for what it must leave alone',
  hours_to_expiration: '`elt retain` drops by age: retention of a model, expires_after of a layer',
  kms_key_name: warehouseOnly,
  labels: 'use tags or meta',
  on_configuration_change: 'a changed setting takes effect with the next build',
  on_error: 'what reads a failed model waits for it, everything else is built; --fail-fast stops earlier',
  packages: 'models are SQL',
  query_tag: 'set it on the target',
  quote_columns: quoted,
  quoting: quoted,
  require_partition_filter: 'elt asks for partition_filter by itself (error full-scan)',
  secure: warehouseOnly,
  snowflake_warehouse: 'set it on the target',
  sort: 'for engines that sort; this one keeps the order of `order by`',
  sort_type: 'for engines that sort; this one keeps the order of `order by`',
  static_analysis: 'models are bound before they run in any case',
  table_format: 'tables are stored as the engine stores them',
  tblproperties: warehouseOnly,
  tmp_relation_type: 'rows are staged as suits the engine',
  transient: 'tables are stored as the engine stores them',
  unlogged: 'tables are stored as the engine stores them',
}

/** Settings of assertions. */
export const effectlessAssertionConfig: Readonly<Record<string, string>> = {
  docs: 'tags and description are kept',
  group: 'an assertion belongs to the model that it is written at',
  sql_header: 'put what it needs into where or expression',
  database: 'failing rows are shown, and their query is in target/failing',
  schema: 'failing rows are shown, and their query is in target/failing',
  alias: 'name: gives it a name',
  store_failures_as: 'failing rows are shown, and their query is in target/failing',
}

import { constraintTypes } from '../constraint.ts'
import { freshnessShape } from '../read-freshness.ts'
import {
  anyMapping,
  anything,
  filledText,
  flag,
  listOf,
  mapping,
  oneOf,
  optional,
  text,
  textOrTexts,
} from '../shape.ts'

/* What properties files may hold: every key of dbt's schema, and ours.. */

const tests = {
  data_tests: optional(listOf(anything)),
  tests: optional(listOf(anything)),
  assertions: optional(listOf(anything)),
}
const documented = {
  description: optional(text),
  meta: optional(anything),
  tags: optional(anything),
  docs: optional(anything),
}

const constraint = mapping({
  type: oneOf(constraintTypes),
  name: optional(text),
  columns: optional(textOrTexts),
  expression: optional(text),
  to: optional(text),
  to_columns: optional(textOrTexts),
  warn_unenforced: optional(anything),
  warn_unsupported: optional(anything),
})

const column = mapping({
  name: filledText,
  data_type: optional(text),
  ...documented,
  ...tests,
  quote: optional(anything),
  constraints: optional(listOf(constraint)),
  config: optional(anything),
  policy_tags: optional(anything),
  granularity: optional(anything),
  dimension: optional(anything),
  entity: optional(anything),
})

const model = mapping({
  name: filledText,
  ...documented,
  ...tests,
  config: optional(anything),
  columns: optional(listOf(column)),
  access: optional(anything),
  contract: optional(anything),
  constraints: optional(listOf(constraint)),
  deprecation_date: optional(anything),
  freshness: optional(anything),
  group: optional(anything),
  latest_version: optional(anything),
  primary_key: optional(anything),
  semantic_model: optional(anything),
  time_spine: optional(anything),
  unit_tests: optional(anything),
  versions: optional(anything),
})

const table = mapping({
  name: filledText,
  ...documented,
  ...tests,
  columns: optional(listOf(column)),
  files: optional(filledText),
  format: optional(oneOf(['ndjson', 'csv', 'parquet'])),
  compression: optional(oneOf(['none', 'gzip', 'zstd'])),
  time_zone: optional(filledText),
  event_time: optional(filledText),
  late_by: optional(text),
  change_signal: optional(oneOf(['files', 'none', 'catalog', 'loaded_at', 'count'])),
  connection: optional(text),
  max_unreachable_rows: optional(anything),
  max_bad_rows: optional(anything),
  watch: optional(anything),
  config: optional(anything),
  partition_by: optional(anything),
  external: optional(anything),
  freshness: optional(freshnessShape),
  identifier: optional(text),
  loaded_at_field: optional(text),
  loaded_at_query: optional(text),
  loader: optional(anything),
  quoting: optional(anything),
})

const source = mapping({
  name: filledText,
  ...documented,
  tables: optional(listOf(table)),
  schema: optional(text),
  database: optional(text),
  config: optional(anything),
  freshness: optional(freshnessShape),
  loaded_at_field: optional(text),
  loaded_at_query: optional(text),
  loader: optional(anything),
  overrides: optional(anything),
  quoting: optional(anything),
  data_tests: tests.data_tests,
  tests: tests.tests,
})

const owner = mapping({
  name: optional(text),
  email: optional(anything),
  slack: optional(anything),
  github: optional(anything),
}).loose()

const group = mapping({
  name: filledText,
  owner,
  description: optional(text),
  config: optional(anything),
  meta: optional(anything),
})

const exposure = mapping({
  name: filledText,
  label: optional(text),
  type: oneOf(['dashboard', 'notebook', 'analysis', 'ml', 'application']),
  ...documented,
  url: optional(text),
  maturity: optional(oneOf(['high', 'medium', 'low'])),
  owner: optional(owner),
  depends_on: optional(listOf(anything)),
  enabled: optional(flag),
  config: optional(anything),
})

const macro = mapping({
  name: filledText,
  ...documented,
  config: optional(anything),
  arguments: optional(listOf(mapping({ name: filledText, type: optional(anything), description: optional(text) }))),
})

const rows = {
  rows: optional(anything),
  format: optional(oneOf(['dict', 'csv', 'sql'])),
  fixture: optional(filledText),
}
const expected = mapping({ ...rows, ordered: optional(flag), tolerance: optional(anything) })
const unitTest = mapping({
  name: filledText,
  model: filledText,
  description: optional(text),
  given: optional(listOf(mapping({ input: filledText, ...rows }))),
  expect: optional(expected),
  expect_table: optional(expected),
  expect_open: optional(anything),
  window: optional(anything),
  overrides: optional(
    mapping({ macros: optional(anyMapping), vars: optional(anyMapping), env_vars: optional(anyMapping) }),
  ),
  config: optional(mapping({ tags: optional(anything), meta: optional(anything), enabled: optional(flag) })),
  tags: optional(anything),
  meta: optional(anything),
  enabled: optional(flag),
  versions: optional(anything),
})

/** A properties file: `models/**` `.yml` or `.yaml`. */
export const propertiesSchema = mapping({
  version: optional(anything),
  models: optional(listOf(model)),
  sources: optional(listOf(source)),
  analyses: optional(anything),
  anchors: optional(anything),
  data_tests: optional(anything),
  exposures: optional(listOf(exposure)),
  functions: optional(anything),
  groups: optional(listOf(group)),
  macros: optional(listOf(macro)),
  metrics: optional(anything),
  saved_queries: optional(anything),
  seeds: optional(listOf(model)),
  semantic_models: optional(anything),
  snapshots: optional(anything),
  unit_tests: optional(listOf(unitTest)),
})

import type { z } from 'zod'
import { hooks } from '../config/index.ts'
import {
  anyMapping,
  anything,
  filledText,
  flag,
  listOf,
  mapping,
  mappingOf,
  oneOf,
  optional,
  text,
  textOrTexts,
  texts,
} from '../shape.ts'

const layer = mapping({
  schema: optional(filledText),
  owner: optional(filledText),
  reads: optional(texts),
  readers: optional(textOrTexts),
  in_default_selection: optional(flag),
  expires_after: optional(text),
})

/** The keys that every target has; the others are the adapter's. */
const target = mapping({
  type: filledText,
  schema: optional(filledText),
  on_code_change: optional(oneOf(['keep', 'rebuild'])),
  ledger: optional(mapping({ type: filledText }).loose()),
  defer_to: optional(filledText),
}).loose()

/** How long the ledger keeps what assertions found. */
const quality = mapping({ keep_failures: optional(text), keep_results: optional(text) })

/** Where `adapter.dispatch` looks for the macros of a namespace. */
const dispatch = mapping({ macro_namespace: filledText, search_order: texts })

/** Keys of dbt's project file that do nothing here. */
export const idleKeys = [
  'version',
  'config-version',
  'profile',
  'require-dbt-version',
  'analysis-paths',
  'snapshot-paths',
  'asset-paths',
  'function-paths',
  'target-path',
  'log-path',
  'packages-install-path',
  'clean-targets',
  'snapshots',
  'tests',
  'data_tests',
  'unit_tests',
  'sources',
  'exposures',
  'functions',
  'metrics',
  'semantic-models',
  'saved-queries',
  'flags',
  'query-comment',
  'quoting',
  'restrict-access',
  'dbt-cloud',
] as const

const idle = Object.fromEntries(idleKeys.map((key) => [key, optional(anything)])) as Record<
  (typeof idleKeys)[number],
  ReturnType<typeof optional<typeof anything>>
>

/** `project.yml`: DESIGN §4, and the keys of dbt's project file. */
export const projectSchema = mapping({
  name: filledText,
  time_zone: optional(filledText),
  default_target: optional(filledText),
  layers: optional(mappingOf(optional(layer))),
  quality: optional(quality),
  models: optional(anyMapping),
  seeds: optional(anyMapping),
  targets: optional(mappingOf(target)),
  connections: optional(anyMapping),
  vars: optional(anyMapping),
  env: optional(texts),
  packages: optional(listOf(anything)),
  dispatch: optional(listOf(dispatch)),
  'model-paths': optional(texts),
  'macro-paths': optional(texts),
  'seed-paths': optional(texts),
  'test-paths': optional(texts),
  'docs-paths': optional(texts),
  ...idle,
  on_run_start: optional(hooks),
  on_run_end: optional(hooks),
  'on-run-start': optional(hooks),
  'on-run-end': optional(hooks),
})

export type ProjectSettings = z.infer<typeof projectSchema>
export type LayerSettings = z.infer<typeof layer>

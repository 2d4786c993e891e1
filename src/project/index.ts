export { hookTemplates, mergeConfig, parseModelConfig, parseSeedConfig, settingKey } from './config/index.ts'
export type { Constraint } from './constraint.ts'
export type { Freshness, Patience } from './freshness.ts'
export { isMapping } from './mapping.ts'
export { type Place, projectPlaces } from './places.ts'
export type * from './project.ts'
export { readProject } from './read-project.ts'
export { readChosenTarget } from './read-target.ts'
export { jsonSchema, type SchemaFile } from './schema/index.ts'
export type { SeedState } from './seed-state.ts'
export {
  type CsvColumn,
  type CsvLook,
  type CsvMisfit,
  type CsvPlace,
  seedsToLookAt,
  wholeFile,
  withSeedColumns,
} from './sources/index.ts'

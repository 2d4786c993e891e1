export {
  type CsvColumn,
  type CsvLook,
  type CsvMisfit,
  type CsvPlace,
  isUsableSeed,
  seedName,
  seedSource,
  seedsToLookAt,
  seedTemplate,
  wholeFile,
  withSeedColumns,
} from './seeds.ts'
export { readSources } from './sources.ts'

export { readAssertions } from './assertion-properties.ts'
export { type ReadColumn, readColumns } from './columns.ts'
export { isDisabled, readExposures, readGroups, readLabels } from './ownership.ts'
export { noteEffectless } from './properties-notes.ts'

export { jsonSchema, type SchemaFile } from './json-schema.ts'
export { idleKeys, type LayerSettings, type ProjectSettings, projectSchema } from './project-schema.ts'
export { propertiesSchema } from './properties-schema.ts'

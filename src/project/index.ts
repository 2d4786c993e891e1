export { projectJsonSchema } from './json-schema.ts'
export { mergeConfig, parseModelConfig } from './model-config.ts'
export type * from './project.ts'
export { readProject } from './read-project.ts'

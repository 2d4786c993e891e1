export { savedPlan } from './read.ts'
export { planJsonSchema } from './schema.ts'

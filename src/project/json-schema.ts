import { z } from 'zod'
import type { Json } from './project.ts'
import { projectSchema } from './project-schema.ts'
import { propertiesSchema } from './properties-schema.ts'

/** JSON Schema of `project.yml`, or of properties files, for editors. */
export function projectJsonSchema(file: 'project' | 'properties' = 'project'): Json {
  return z.toJSONSchema(file === 'project' ? projectSchema : propertiesSchema, { io: 'input' }) as Json
}

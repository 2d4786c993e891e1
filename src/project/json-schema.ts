import { bug } from '../diagnostics/index.ts'
import type { Json } from './project.ts'

/** JSON Schema of `project.yml`, or of properties files, for editors. */
export function projectJsonSchema(file: 'project' | 'properties' = 'project'): Json {
  return bug(`being written: ${file}`)
}

import type { Json } from './project.ts'

/** Whether a value is a mapping: neither a list nor a scalar. */
export function isMapping(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { z } from 'zod'
import { anyMapping, filledText, flag, mapping, mappingOf, oneOf, optional, text, texts } from './shape.ts'

const layer = mapping({
  schema: optional(filledText),
  owner: optional(filledText),
  reads: optional(texts),
  in_default_selection: optional(flag),
  expires_after: optional(text),
})

/** The keys that every target has; the others are the adapter's. */
const target = mapping({
  type: filledText,
  schema: optional(filledText),
  on_code_change: optional(oneOf(['keep', 'rebuild'])),
}).loose()

/** `project.yml`: DESIGN §4. */
export const projectSchema = mapping({
  name: filledText,
  time_zone: optional(filledText),
  default_target: optional(filledText),
  layers: optional(mappingOf(optional(layer))),
  models: optional(anyMapping),
  targets: mappingOf(target),
  connections: optional(anyMapping),
  vars: optional(anyMapping),
  env: optional(texts),
})

export type ProjectSettings = z.infer<typeof projectSchema>
export type LayerSettings = z.infer<typeof layer>

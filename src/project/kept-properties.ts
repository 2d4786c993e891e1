import { createHash } from 'node:crypto'
import { type Diagnostic, hasErrors, type Location, locateIn, type SourceFile } from '../diagnostics/index.ts'
import type { Json, ProjectMemory } from './project.ts'
import { type Properties, type PropertiesScope, readProperties } from './properties.ts'

/** What a properties file gave when it was read before. */
interface Kept {
  readonly properties: Properties
  readonly diagnostics: readonly Diagnostic[]
}

/** A text that may hold a template: what that gives is decided by more than the file. Escapes of YAML can spell one, too. */
const mayHoldTemplate = /\{\{|\\[xuU]/

const placeKeys = ['path', 'line', 'column', 'endLine', 'endColumn']

function isPlace(value: object, { path }: SourceFile): value is Location {
  const keys = Object.keys(value)
  return (
    keys.length === placeKeys.length &&
    placeKeys.every((key, i) => keys[i] === key) &&
    (value as Location).path === path
  )
}

/** What was kept is data; its places are joined to their file again, so that diagnostics can show lines of it. */
function revived(value: unknown, file: SourceFile): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => revived(item, file))
  if (isPlace(value, file)) return locateIn(file, value)
  const fields = value as Record<string, unknown>
  for (const [key, field] of Object.entries(fields)) {
    if (field !== null && typeof field === 'object') fields[key] = revived(field, file)
  }
  return fields
}

/** Reads a properties file, or takes what was kept of the same text; one with errors or templates is read each time. */
export function rememberedProperties(
  file: SourceFile,
  scope: PropertiesScope,
  found: Diagnostic[],
  memory: ProjectMemory | undefined,
): Properties {
  if (!memory || mayHoldTemplate.test(file.text)) return readProperties(file, scope, found)
  const key = createHash('sha256')
    .update(JSON.stringify([scope.package, scope.timeZone, file.path, file.text]))
    .digest('hex')
  const kept = memory.get(key) as Kept | undefined
  if (kept) {
    found.push(...kept.diagnostics)
    return revived(kept.properties, file) as Properties
  }
  const diagnostics: Diagnostic[] = []
  const properties = readProperties(file, scope, diagnostics)
  found.push(...diagnostics)
  if (!hasErrors(diagnostics)) memory.set(key, { properties, diagnostics } as unknown as Json)
  return properties
}

import type { Definition } from './define.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Code, registry } from './registry.ts'
import type { Location } from './source-file.ts'

/** The parameters that the wording of a code needs. */
export type ParametersOf<C extends Code> = (typeof registry)[C] extends Definition<infer P> ? P : never

/** Makes the diagnostic of a code: `diagnose('unknown-key', { key: 'nmae' }, locate(file, 10, 14))`. */
export function diagnose<C extends Code>(code: C, parameters: ParametersOf<C>, location?: Location): Diagnostic {
  const definition = registry[code] as unknown as Definition<ParametersOf<C>>
  const label = definition.label?.(parameters)
  const why = definition.why?.(parameters)
  return {
    code,
    severity: definition.severity,
    message: definition.message(parameters),
    ...(location ? { location } : {}),
    ...(label ? { label } : {}),
    ...(why ? { why } : {}),
    notes: definition.notes?.(parameters) ?? [],
    help: definition.help?.(parameters) ?? [],
  }
}

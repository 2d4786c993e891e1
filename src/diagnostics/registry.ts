import { adapterCodes } from './codes/adapter.ts'
import { assertionCodes } from './codes/assertion.ts'
import { cliCodes } from './codes/cli.ts'
import { compilerCodes } from './codes/compiler.ts'
import { extractCodes } from './codes/extract.ts'
import { plannerCodes } from './codes/planner.ts'
import { projectCodes } from './codes/project.ts'
import { runnerCodes } from './codes/runner.ts'
import type { Definition } from './define.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Location } from './source-file.ts'

/** Every code there is, with its wording. */
export const registry = {
  ...projectCodes,
  ...compilerCodes,
  ...plannerCodes,
  ...runnerCodes,
  ...adapterCodes,
  ...assertionCodes,
  ...extractCodes,
  ...cliCodes,
}

export type Code = keyof typeof registry

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

import type { Definition } from './define.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Code, registry } from './registry.ts'
import { type Location, withFrame } from './source-file.ts'

/** The parameters that the wording of a code needs. */
export type ParametersOf<C extends Code> = (typeof registry)[C] extends Definition<infer P> ? P : never

/** Longer words of a message are no help to anybody; those of ordinary names, paths and commands are shorter. */
const longestWord = 400

/** The text with the middle of very long words, such as a misspelt name of a megabyte, left out. */
function readable(text: string): string {
  if (text.length <= longestWord) return text
  const cut = (word: string) => (word.length <= longestWord ? word : `${word.slice(0, 200)}…${word.slice(-100)}`)
  return text.replace(/\S+/g, cut)
}

/** Makes the diagnostic of a code: `diagnose('unknown-key', { key: 'nmae' }, locate(file, 10, 14))`. */
export function diagnose<C extends Code>(code: C, parameters: ParametersOf<C>, location?: Location): Diagnostic {
  const definition = registry[code] as unknown as Definition<ParametersOf<C>>
  const label = definition.label?.(parameters)
  const why = definition.why?.(parameters)
  return {
    code,
    severity: definition.severity,
    message: readable(definition.message(parameters)),
    ...(location ? { location: withFrame(location) } : {}),
    ...(label ? { label: readable(label) } : {}),
    ...(why ? { why: readable(why) } : {}),
    notes: (definition.notes?.(parameters) ?? []).map(readable),
    help: (definition.help?.(parameters) ?? []).map(readable),
  }
}

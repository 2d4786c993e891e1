import type { Adapter } from '../adapters/contract.ts'
import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { Target } from '../project/index.ts'

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value
}

/** What is wrong with the keys of a target, or of the database of its ledger, judged by its engine. */
export function checkTargetOptions(
  target: Pick<Target, 'type' | 'options' | 'location'>,
  adapter: Adapter,
): Diagnostic[] {
  const { options: given, type, location } = target
  const known = Object.keys(adapter.options)
  const unknown = Object.keys(given)
    .filter((option) => !known.includes(option))
    .map((option) =>
      diagnose('target-option-unknown', { option, type, similar: nearest(option, known), known }, location),
    )
  const wrong = Object.entries(adapter.options).flatMap(([option, definition]) => {
    const value = given[option]
    if (value === undefined || value === null) {
      if (!definition.required) return []
      return [diagnose('target-option-missing', { option, type, help: definition.help }, location)]
    }
    const found = kindOf(value)
    if (found === definition.type) return []
    return [diagnose('target-option-type', { option, expected: definition.type, found }, location)]
  })
  return [...unknown, ...wrong]
}

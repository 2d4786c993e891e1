import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../src/project/index.ts'

/**
 * What Jinja2 3.1 (sandboxed, strict undefined, with `do` and loop controls) prints for each template, recorded. A
 * construct that we do not have must be refused: other text than Jinja's is never printed.
 */
export interface Probe {
  readonly group: string
  readonly template: string
  readonly context?: Readonly<Record<string, Json>>
  /** What Jinja prints; absent when Jinja refuses the template too. */
  readonly expected?: string
}

export const probes: readonly Probe[] = JSON.parse(readFileSync(join(import.meta.dirname, 'jinja-probes.json'), 'utf8'))

/** Probes whose construct is refused here although Jinja has it: by its text. */
export const refused: readonly string[] = [
  // Printing none: SQL has no word for it, and `None` in a query is always a mistake.
  '{{ true }} {{ false }} {{ none }}',
  '{{ True }} {{ False }} {{ None }}',
  "{% set d = {'a': 1} %}{{ d.a }} {{ d['a'] }} {{ d.get('a') }} {{ d.get('z') }} {{ d.get('z', 5) }}",
  "{{ y | default('d') }} {{ '' | default('d', true) }} {{ none | default('d') }} {{ '' | default('d') }}",
]

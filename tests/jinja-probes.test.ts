import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromJson, HoleTable, loadMacros, parseTemplate, renderTemplate } from '../src/compiler/template/index.ts'
import { hasErrors } from '../src/diagnostics/index.ts'
import type { Json } from '../src/project/index.ts'

/**
 * What Jinja2 3.1 (sandboxed, strict undefined, with `do` and loop controls) prints for each template, recorded. A
 * construct that we do not have must be refused: other text than Jinja's is never printed.
 */
interface Probe {
  readonly group: string
  readonly template: string
  readonly context?: Readonly<Record<string, Json>>
  /** What Jinja prints; absent when Jinja refuses the template too. */
  readonly expected?: string
}

const probes: readonly Probe[] = JSON.parse(readFileSync(join(import.meta.dirname, 'jinja-probes.json'), 'utf8'))

/** Probes whose construct is refused here although Jinja has it: by its text. */
const refused: readonly string[] = [
  // Printing none: SQL has no word for it, and `None` in a query is always a mistake.
  '{{ true }} {{ false }} {{ none }}',
  '{{ True }} {{ False }} {{ None }}',
  "{% set d = {'a': 1} %}{{ d.a }} {{ d['a'] }} {{ d.get('a') }} {{ d.get('z') }} {{ d.get('z', 5) }}",
  "{{ y | default('d') }} {{ '' | default('d', true) }} {{ none | default('d') }} {{ '' | default('d') }}",
]

function render(probe: Probe): { text?: string; errors: readonly string[] } {
  const parsed = parseTemplate({ path: 'probe.sql', text: probe.template })
  const macros = loadMacros([])
  if (!parsed.value || !macros.value) return { errors: parsed.diagnostics.map((d) => d.message) }
  const globals = new Map(Object.entries(probe.context ?? {}).map(([name, value]) => [name, fromJson(value)]))
  const { value, diagnostics } = renderTemplate(parsed.value, { globals, macros: macros.value, holes: new HoleTable() })
  if (!value || hasErrors(diagnostics)) return { errors: diagnostics.map((d) => d.message) }
  const text = value.pieces.map((piece) => ('text' in piece ? piece.text : '<hole>')).join('')
  // Jinja drops one trailing line break of a template.
  return { text: text.replace(/\n$/, ''), errors: [] }
}

describe('templates print what Jinja prints', () => {
  for (const probe of probes) {
    it(`${probe.group}: ${probe.template}`, () => {
      const { text, errors } = render(probe)
      if (probe.expected === undefined || refused.includes(probe.template)) {
        expect(text, 'a refused construct must not print').toBeUndefined()
        expect(errors).not.toEqual([])
      } else {
        expect({ text, errors }).toEqual({ text: probe.expected, errors: [] })
      }
    })
  }
})

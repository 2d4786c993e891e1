import { describe, expect, it } from 'vitest'
import { fromJson, HoleTable, loadMacros, parseTemplate, renderTemplate } from '../src/compiler/template/index.ts'
import { hasErrors } from '../src/diagnostics/index.ts'
import { type Probe, probes, refused } from './jinja-probes.ts'

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

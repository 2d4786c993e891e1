import { describe, expect, it } from 'vitest'
import { crafted, escapes, names, positions, prelude, values } from './escapes.fixture.ts'
import { fromJson } from './json.ts'
import { attempt } from './testing.ts'

function outcomeOf(payload: string): string {
  const { pieces, diagnostics } = attempt(payload, { globals: { vars: fromJson({ a: 1, list: [1] }) } })
  if ('polluted' in {} || Object.keys(Object.prototype).length > 0) return 'polluted the host'
  return pieces === undefined && diagnostics.length > 0 ? 'refused' : 'rendered'
}

describe('ways out of a template', () => {
  it('are many', () => {
    expect(escapes.length).toBeGreaterThan(10_000)
  })

  it.each(values)('are not refused for something else: %s exists', (value) => {
    expect(outcomeOf(`${prelude}{% set found = ${value} %}ok`)).toBe('rendered')
  })

  it.each(values)('end in a diagnostic: %s, with every name in every position', (value) => {
    const mine = names.flatMap((name) => positions.map((position) => prelude + position(value, name)))
    expect(mine.filter((payload) => outcomeOf(payload) !== 'refused')).toEqual([])
  })

  it.each(crafted)('end in a diagnostic: %s', (payload) => {
    expect(outcomeOf(payload)).toBe('refused')
  })
})

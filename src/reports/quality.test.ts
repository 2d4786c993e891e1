import { describe, expect, it } from 'vitest'
import { type AssertionQuality, assertionHistoryText, qualityText } from './quality.ts'

const words = { timeZone: 'UTC', columns: 100 }
const at = Date.UTC(2024, 0, 5, 12)
const run = { run: 'r', at, status: 'fail' as const, failures: 3, rows: 900, value: undefined }
const failing: AssertionQuality = {
  ...{ assertion: 'raw.flights.range(delay)', name: 'range(delay)', severity: 'error', blocking: true },
  ...{ state: 'failing', failingSince: at, held: '2024-01-05', acknowledged: [] },
  runs: [{ ...run, failures: 0, status: 'pass' }, { ...run, failures: 1 }, run],
}
const passing: AssertionQuality = { ...failing, name: 'unique', state: 'passing', runs: [] }

describe('the state of quality', () => {
  it('shows what fails, since when, what that keeps back, and how it went', () => {
    const models = [
      {
        model: 'raw.flights',
        state: 'failing' as const,
        lastGood: '2024-01-04',
        builtAt: at,
        assertions: [failing, passing],
      },
      { model: 'raw.planes', state: 'passing' as const, assertions: [passing] },
    ]
    expect(qualityText(models, words)).toBe(
      [
        '✓ raw.planes   passing       1 assertion',
        '✗ raw.flights  failing       2 assertions · last good 2024-01-04 · built 2024-01-05 12:00',
        '  ✗ range(delay)  failing since 2024-01-05 12:00 · 3 of 900 rows · not published: 2024-01-05  ▁▃█',
        '',
        '✗ 2 models: 1 failing, 1 passing',
        "  next: elt quality 'raw.flights.range(delay)'",
      ].join('\n'),
    )
  })

  it('shows who knows of what, without the escapes of strangers', () => {
    const known = { author: 'ann\u001b[2J', reason: 'late', until: '2024-02-01' }
    const text = qualityText(
      [
        {
          model: 'm',
          state: 'acknowledged',
          assertions: [{ ...failing, state: 'acknowledged', acknowledged: [known] }],
        },
      ],
      words,
    )
    expect(text).toContain('acknowledged by ann')
    expect(text).toContain('until 2024-02-01: late')
    expect(text).not.toContain('\u001b')
  })

  it('shows measured values from the least to the greatest', () => {
    const runs = [100, 101, undefined, 102].map((value) => ({ ...run, value, status: 'pass' as const, failures: 0 }))
    const text = assertionHistoryText({ quality: { ...failing, runs }, partitions: [], rows: [] }, words)
    expect(text).toContain('by run  ▁▅ █')
  })
})

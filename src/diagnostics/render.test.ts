import { expect, test } from 'vitest'
import { diagnose, locate, neutralise, renderDiagnostic } from './index.ts'

const parameters = { name: 'flihgts', nearest: 'flights' }

/** The lines of the frame that show a span of the text. */
function frameOf(text: string, start: number, end: number): string[] {
  const location = locate({ path: 'models/raw_data/x.sql', text }, start, end)
  return renderDiagnostic(diagnose('ref-not-found', parameters, location))
    .split('\n')
    .slice(2, -2)
}

test('a frame shows a piece of a long line, with the carets under the span', () => {
  const text = `${'a'.repeat(100_000)}WRONG${'b'.repeat(100_000)}`
  const [line = '', carets = ''] = frameOf(text, 100_000, 100_005)
  expect(line.length).toBeLessThan(200)
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('WRONG')
  expect(line).toMatch(/^1 │ …a+WRONGb+…$/)
})

test('a long line is shown from its beginning when the span lies there', () => {
  const [line, carets] = frameOf(`WRONG${'b'.repeat(1000)}`, 0, 5)
  expect(line).toBe(`1 │ WRONG${'b'.repeat(155)}…`)
  expect(carets).toBe('  │ ^^^^^')
})

test('a span to the end of a long line ends where the piece does', () => {
  const [line = '', carets = ''] = frameOf(`select ${'b'.repeat(1000)}`, 7, 1007)
  expect(carets).toHaveLength(line.length)
})

test('control characters are shown, never sent', () => {
  expect(neutralise('a\u001b[2Jb\rc\u009b1md\u0000')).toBe('a\\x1b[2Jb\\x0dc\\x9b1md\\x00')
  expect(neutralise('user\u202e nimda')).toBe('user\\u202e nimda')
})

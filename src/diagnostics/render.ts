import type { Diagnostic } from './diagnostic.ts'
import type { Location } from './source-file.ts'

/** How to colour the parts of a rendered diagnostic; `plainPaint` leaves them as they are. */
export interface Paint {
  readonly error: (text: string) => string
  readonly warning: (text: string) => string
  readonly note: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

const same = (text: string) => text
export const plainPaint: Paint = { error: same, warning: same, note: same, dim: same, bold: same }

function shown(character: string): string {
  const code = character.charCodeAt(0).toString(16)
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`
}

/**
 * Control characters of names and messages are shown, never sent: terminal escapes (U+001B becomes `\x1b`), and those that
 * change the direction of the text around them.
 */
export function neutralise(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, shown)
}

function caretLine(location: Location, number: number, text: string, shift: number): string | undefined {
  if (number < location.line || number > location.endLine) return undefined
  const from = number === location.line ? location.column - 1 - shift : text.length - text.trimStart().length
  const to = number === location.endLine ? Math.min(location.endColumn - 1 - shift, text.length) : text.length
  const pad = text.slice(0, from).replace(/[^\t]/g, ' ')
  return pad + '^'.repeat(Math.max(to - from, 1))
}

const longestFrame = 8

/** Columns of a line that a frame shows, and how many of them stand before the span of a longer line. */
const widestLine = 160
const before = 40

/** A piece of a long line around a column, `…` where it is cut; `shift` is how far its text has moved to the left. */
function cropped(text: string, column: number): { text: string; shift: number } {
  if (text.length <= widestLine) return { text, shift: 0 }
  const start = column <= widestLine - before ? 0 : column - 1 - before
  const head = start > 0 ? '…' : ''
  const tail = start + widestLine < text.length ? '…' : ''
  return { text: `${head}${text.slice(start, start + widestLine)}${tail}`, shift: start - head.length }
}

function renderFrame(location: Location, label: string | undefined, color: Paint['error'], paint: Paint): string[] {
  const { frame = [], firstFrameLine = location.line } = location
  // Of a file that was not read there is no line to show, and the message names it.
  if (frame.length === 0) return []
  const width = String(firstFrameLine + frame.length - 1).length
  const lines = [
    `${paint.dim(`${' '.repeat(width)} ╭─`)} ${neutralise(location.path)}:${location.line}:${location.column}`,
  ]
  frame.slice(0, longestFrame).forEach((whole, index) => {
    const number = firstFrameLine + index
    const { text, shift } = cropped(whole, number === location.line ? location.column : 1)
    lines.push(`${paint.dim(`${String(number).padStart(width)} │`)} ${neutralise(text)}`.trimEnd())
    const carets = caretLine(location, number, text, shift)
    if (carets === undefined) return
    const isLast = number === location.endLine
    lines.push(
      `${paint.dim(`${' '.repeat(width)} │`)} ${color(isLast && label ? `${carets} ${neutralise(label)}` : carets)}`,
    )
  })
  lines.push(paint.dim(`${' '.repeat(width)} ╰─`))
  return lines
}

function paragraph(title: string, text: string): string {
  const pad = ' '.repeat(title.length + 1)
  return `${title} ${neutralise(text).split('\n').join(`\n${pad}`)}`
}

/** A diagnostic as terminal text, without a final line break. */
export function renderDiagnostic(diagnostic: Diagnostic, paint: Paint = plainPaint): string {
  const color = paint[diagnostic.severity]
  const head = `${color(`${diagnostic.severity}[${diagnostic.code}]:`)} ${paint.bold(neutralise(diagnostic.message))}`
  return [
    head,
    ...(diagnostic.location ? renderFrame(diagnostic.location, diagnostic.label, color, paint) : []),
    ...(diagnostic.why ? [paragraph('why:', diagnostic.why)] : []),
    ...diagnostic.notes.map((note) => paragraph('note:', note)),
    ...diagnostic.help.map((help) => paragraph('help:', help)),
  ].join('\n')
}

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

/** Control characters (terminal escapes among them) of names and messages are shown, never sent: U+001B becomes `\x1b`. */
export function neutralise(text: string): string {
  const shown = (c: string) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, shown)
}

function caretLine(location: Location, index: number, text: string): string | undefined {
  const number = location.firstFrameLine + index
  if (number < location.line || number > location.endLine) return undefined
  const from = number === location.line ? location.column - 1 : text.length - text.trimStart().length
  const to = number === location.endLine ? location.endColumn - 1 : text.length
  const pad = text.slice(0, from).replace(/[^\t]/g, ' ')
  return pad + '^'.repeat(Math.max(to - from, 1))
}

const longestFrame = 8

function renderFrame(location: Location, label: string | undefined, color: Paint['error'], paint: Paint): string[] {
  const width = String(location.firstFrameLine + location.frame.length - 1).length
  const lines = [
    `${paint.dim(`${' '.repeat(width)} ╭─`)} ${neutralise(location.path)}:${location.line}:${location.column}`,
  ]
  location.frame.slice(0, longestFrame).forEach((text, index) => {
    const number = String(location.firstFrameLine + index).padStart(width)
    lines.push(`${paint.dim(`${number} │`)} ${neutralise(text)}`.trimEnd())
    const carets = caretLine(location, index, text)
    if (carets === undefined) return
    const isLast = location.firstFrameLine + index === location.endLine
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

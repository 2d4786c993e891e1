import { type Diagnostic, type Location, locateIn, type SourceFile, withFrame } from '../diagnostics/index.ts'
import type { HookTemplate } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'
import { type TemplateValue, unmarked } from './template/index.ts'

/** The template of a hook as a file of its own, and the way back to the file that it was written in. */
export interface HookFile {
  readonly file: SourceFile
  /** Values that stand for what a `config()` call had printed into the text already. */
  readonly printed: ReadonlyMap<string, TemplateValue>
  /** Rendered text whose pieces say where in the project they were written. */
  readonly placed: (text: SqlText) => SqlText
  /** A place in it as a place in the project. */
  readonly place: (location: Location) => Location
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0
  for (let i = 1; i < line; i++) start = text.indexOf('\n', start) + 1
  return start + column - 1
}

/** Offsets of the characters that a location names. */
function spanOf({ text }: SourceFile, location: Location): { readonly start: number; readonly end: number } {
  const end = offsetOf(text, location.endLine, location.endColumn)
  return { start: offsetOf(text, location.line, location.column), end }
}

/** A hook whose text stands in the file as it is: everything before it is blanked, so that all offsets are the file's. */
function inPlace(original: SourceFile, value: string, at: number): HookFile {
  const before = original.text.slice(0, at).replace(/[^\n]/g, ' ')
  return {
    file: { path: original.path, text: before + value },
    printed: new Map(),
    placed: (text) => text,
    place: (location) => (location.path === original.path ? locateIn(original, location) : location),
  }
}

/** Text in which no quote reaches over the end of a line, so that indentation is none of its words. */
function hasPlainLines(value: string): boolean {
  return value.split('\n').every((line) => (line.match(/'/g)?.length ?? 0) % 2 === 0 && !/["`$]/.test(line))
}

/** Offset of the text of a YAML block (`|`) that says the value, its lines indented; undefined for everything else. */
function blockAt(text: string, value: string, start: number, end: number): number | undefined {
  const header = /^\|[-+\d]*[ \t]*\r?\n/.exec(text.slice(start, end))?.[0]
  if (header === undefined || !hasPlainLines(value)) return undefined
  const lines = text.slice(start + header.length, end).split('\n')
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0
  const said = lines.map((line) => line.slice(indent).replace(/\r$/, '')).join('\n')
  return said.trimEnd() === value.trimEnd() ? start + header.length : undefined
}

/** A hook that was escaped, folded or put together: its place is the whole setting. */
function elsewhere(original: SourceFile | undefined, value: string, location: Location): HookFile {
  const { text, values } = unmarked(value)
  const span = original ? spanOf(original, location) : { start: 0, end: 0 }
  const origin = { path: location.path, ...span, verbatim: false }
  return {
    file: { path: location.path, text },
    printed: values,
    placed: ({ pieces }) => ({
      pieces: pieces.map((piece) => (piece.origin?.path === location.path ? { ...piece, origin } : piece)),
    }),
    place: (found) => (found.path === location.path ? location : found),
  }
}

/** A diagnostic of the template at its place in the project. */
export function inProject(found: Diagnostic, { place }: HookFile): Diagnostic {
  return found.location ? { ...found, location: withFrame(place(found.location)) } : found
}

/** The text of a hook, ready to be parsed, with its place in the project. */
export function hookFile({ value, location }: HookTemplate, files: ReadonlyMap<string, SourceFile>): HookFile {
  const original = files.get(location.path)
  if (!original) return elsewhere(undefined, value, location)
  const { start, end } = spanOf(original, location)
  const at = original.text.indexOf(value, start)
  if (at >= 0 && at + value.length <= end) return inPlace(original, value, at)
  const block = blockAt(original.text, value, start, end)
  if (block !== undefined) return inPlace(original, original.text.slice(block, end), block)
  return elsewhere(original, value, location)
}

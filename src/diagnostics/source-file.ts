/** A text file of the project, as read: `path` is relative to the project's root with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/**
 * A place in a file, 1-based for people. Plain data. Only places in diagnostics carry the lines that a frame shows: of the
 * many that are kept in case something is wrong there, few are ever shown.
 */
export interface Location {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** Column after the last character of the span. */
  readonly endColumn: number
  /** The text lines `line - 1 … endLine + 1` that a frame shows, and the number of the first; added by `diagnose`. */
  readonly firstFrameLine?: number
  readonly frame?: readonly string[]
}

const lineStartsOf = new WeakMap<SourceFile, number[]>()

function lineStarts(file: SourceFile): number[] {
  const known = lineStartsOf.get(file)
  if (known) return known
  const starts = [0]
  for (let i = file.text.indexOf('\n'); i >= 0; i = file.text.indexOf('\n', i + 1)) starts.push(i + 1)
  lineStartsOf.set(file, starts)
  return starts
}

/** Index of the line that holds the offset: the last start that is not greater (binary search). */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** A location that knows its file without showing it: what is read by JSON, by another thread or a test has its text only. */
class Place implements Location {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly #file: SourceFile

  constructor(file: SourceFile, line: number, column: number, endLine: number, endColumn: number) {
    this.path = file.path
    this.line = line
    this.column = column
    this.endLine = endLine
    this.endColumn = endColumn
    this.#file = file
  }

  static fileOf(location: Location): SourceFile | undefined {
    return #file in location ? location.#file : undefined
  }
}

/** The location of the characters `[start, end)` of a file; offsets count UTF-16 units and are clipped to the file. */
export function locate(file: SourceFile, start: number, end: number = start + 1): Location {
  const starts = lineStarts(file)
  const from = Math.min(Math.max(start, 0), file.text.length)
  const to = Math.min(Math.max(end, from), file.text.length)
  const line = lineAt(starts, from)
  const endLine = Math.max(line, lineAt(starts, Math.max(to - 1, from)))
  return new Place(file, line + 1, from - (starts[line] ?? 0) + 1, endLine + 1, to - (starts[endLine] ?? 0) + 1)
}

/** A location that came as data (out of a cache, from another thread) with its file, so that diagnostics can show it. */
export function locateIn(file: SourceFile, { line, column, endLine, endColumn }: Location): Location {
  return new Place(file, line, column, endLine, endColumn)
}

/** The location with the lines that a frame shows, where its file is known. */
export function withFrame(location: Location): Location {
  const file = location.frame ? undefined : Place.fileOf(location)
  if (!file) return location
  const starts = lineStarts(file)
  const { path, line, column, endLine, endColumn } = location
  const first = Math.max(line - 2, 0)
  const last = Math.min(endLine, starts.length - 1)
  const textOf = (index: number): string => {
    const next = starts[index + 1] ?? file.text.length + 1
    return file.text.slice(starts[index] ?? 0, next - 1).replace(/\r$/, '')
  }
  const frame = Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => textOf(first + i))
  return { path, line, column, endLine, endColumn, firstFrameLine: first + 1, frame }
}

/** A text file of the project, as read: `path` is relative to the project's root with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A place in a file, 1-based for people; `lines` are the text lines `line - 1 … endLine + 1` that a frame shows. */
export interface Location {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** Column after the last character of the span. */
  readonly endColumn: number
  readonly firstFrameLine: number
  readonly frame: readonly string[]
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

/** The location of the characters `[start, end)` of a file; offsets count UTF-16 units and are clipped to the file. */
export function locate(file: SourceFile, start: number, end: number = start + 1): Location {
  const starts = lineStarts(file)
  const from = Math.min(Math.max(start, 0), file.text.length)
  const to = Math.min(Math.max(end, from), file.text.length)
  const line = lineAt(starts, from)
  const endLine = Math.max(line, lineAt(starts, Math.max(to - 1, from)))
  const first = Math.max(line - 1, 0)
  const last = Math.min(endLine + 1, starts.length - 1)
  const textOf = (index: number): string => {
    const next = starts[index + 1] ?? file.text.length + 1
    return file.text.slice(starts[index] ?? 0, next - 1).replace(/\r$/, '')
  }
  return {
    path: file.path,
    line: line + 1,
    column: from - (starts[line] ?? 0) + 1,
    endLine: endLine + 1,
    endColumn: to - (starts[endLine] ?? 0) + 1,
    firstFrameLine: first + 1,
    frame: Array.from({ length: last - first + 1 }, (_, i) => textOf(first + i)),
  }
}

import { neutralise } from '../diagnostics/index.ts'
import { plainTheme, type Theme } from './theme.ts'
import { cut, pad, width } from './width.ts'
import { count } from './words.ts'

export type TableRow = Readonly<Record<string, unknown>>

/** Columns of a terminal that a cell may take; where lines have no end (a file, a pipe), cells are whole. */
const widest = (available: number) => (Number.isFinite(available) ? 40 : available)

/** A value of a row as one line of text. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '∅'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return neutralise(text.replaceAll('\n', '⏎').replaceAll('\t', ' '))
}

const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint'

interface TableColumn {
  readonly name: string
  readonly width: number
  readonly side: 'left' | 'right'
}

function columnsOf(rows: readonly TableRow[], names: readonly string[], available: number): TableColumn[] {
  return names.map((name) => {
    const cells = rows.map((row) => width(cellText(row[name])))
    const values = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined)
    return {
      name,
      width: Math.min(widest(available), Math.max(width(neutralise(name)), ...cells)),
      side: values.length > 0 && values.every(isNumber) ? 'right' : 'left',
    }
  })
}

/** As many columns as fit, at least one; the number of those left out. */
function fitting(columns: readonly TableColumn[], available: number): TableColumn[] {
  let used = 0
  const shown = columns.filter((column) => {
    used += column.width + 2
    return used - 2 <= available
  })
  return shown.length > 0 ? shown : columns.slice(0, 1)
}

/** Rows as aligned text: a head, a row a line, long values and columns that do not fit shortened and counted. */
export function table(
  rows: readonly TableRow[],
  options: { readonly columns?: readonly string[]; readonly available?: number; readonly theme?: Theme } = {},
): string[] {
  const theme = options.theme ?? plainTheme
  const names = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const available = options.available ?? 100
  const all = columnsOf(rows, names, available)
  const shown = fitting(all, available)
  const line = (cells: readonly string[]) => cells.join('  ').trimEnd()
  const body = rows.map((row) =>
    line(shown.map((column) => pad(cut(cellText(row[column.name]), column.width), column.width, column.side))),
  )
  const head = line(shown.map(({ name, width: w, side }) => pad(cut(neutralise(name), w), w, side)))
  const left = all.length - shown.length
  return [theme.bold(head), ...body, ...(left > 0 ? [theme.dim(`… and ${count(left, 'more column')}`)] : [])]
}

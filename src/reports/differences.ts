import { neutralise } from '../diagnostics/index.ts'
import type { RowsDifference } from '../runner/index.ts'
import { plainTheme, type Theme } from './theme.ts'
import { cut, pad, width } from './width.ts'
import { count, number } from './words.ts'

type Row = RowsDifference['rows'][number]
type Cell = Row['cells'][number]

const signs = { missing: '-', unexpected: '+', differing: '±' } as const

/** Columns of a terminal that a cell may take. */
const widest = 40

const clean = (text: string) => neutralise(text.replaceAll('\n', '⏎').replaceAll('\t', ' '))

/** A value as it stands in a table, where NULL is told from the text that looks like it. */
const value = (text: string | undefined) => (text === 'NULL' ? '∅' : clean(text ?? ''))

function cellText({ expected, actual, differs }: Cell): string {
  if (!differs) return value(actual ?? expected)
  return `${value(expected)} → ${value(actual)}`
}

/** Differing cells are marked by an arrow, and where there are colours by these. */
function painted(text: string, kind: Row['kind'], { differs }: Cell, theme: Theme): string {
  if (kind === 'missing') return theme.error(text)
  if (kind === 'unexpected') return theme.good(text)
  return differs ? theme.warning(text) : text
}

/** As many columns as fit, those with differing cells before the others. */
function fitting(difference: RowsDifference, widths: readonly number[], available: number): number[] {
  const differs = (column: number) => difference.rows.some(({ cells }) => cells[column]?.differs)
  const columns = difference.columns.map((_, column) => column)
  const wanted = [...columns.filter(differs), ...columns.filter((column) => !differs(column))]
  let used = 2
  const shown = wanted.filter((column) => {
    used += (widths[column] ?? 0) + 2
    return used - 2 <= available
  })
  const kept = new Set(shown.length > 0 ? shown : wanted.slice(0, 1))
  return columns.filter((column) => kept.has(column))
}

/**
 * Rows that differ as a table: `-` expected and missing, `+` not expected, `±` with cells that differ, `expected → actual`.
 */
export function differenceTable(
  difference: RowsDifference,
  options: { readonly available?: number; readonly theme?: Theme } = {},
): string[] {
  const { theme = plainTheme, available = 100 } = options
  const { columns, rows, more } = difference
  const most = Number.isFinite(available) ? widest : available
  const widths = columns.map((name, i) => {
    const cells = rows.map(({ cells: all }) => (all[i] ? width(cellText(all[i])) : 0))
    return Math.min(most, Math.max(width(clean(name)), ...cells))
  })
  const shown = fitting(difference, widths, available)
  const head = shown.map((column) => pad(cut(clean(columns[column] ?? ''), widths[column] ?? 0), widths[column] ?? 0))
  const body = rows.map(({ kind, cells }) => {
    const texts = shown.map((column) => {
      const cell = cells[column]
      if (!cell) return ''
      const text = cut(cellText(cell), widths[column] ?? 0)
      const space = ' '.repeat(Math.max((widths[column] ?? 0) - width(text), 0))
      return `${painted(text, kind, cell, theme)}${space}`
    })
    return `${signs[kind]} ${texts.join('  ').trimEnd()}`
  })
  const left = columns.length - shown.length
  return [
    theme.bold(`  ${head.join('  ').trimEnd()}`),
    ...body,
    ...(more > 0 ? [theme.dim(`… and ${number(more)} more`)] : []),
    ...(left > 0 ? [theme.dim(`… and ${count(left, 'more column')}`)] : []),
  ]
}

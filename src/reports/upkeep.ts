import type { Aged } from '../runner/index.ts'
import type { Theme } from './theme.ts'
import { pad, width } from './width.ts'
import { count, moment, ranges } from './words.ts'

/** Lines of a few columns, each as wide as its widest cell; the first is a name. */
export function nameLines(rows: readonly (readonly string[])[], theme: Theme): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => width(row[index] ?? ''))))
  return rows.map((row) => {
    const cells = row.map((cell, index) => {
      const padded = pad(cell, widths[index] ?? 0, 'left')
      return index === 0 ? theme.name(padded) : padded
    })
    return `  ${cells.join('  ')}`.trimEnd()
  })
}

function ageOf({ config }: Aged['model']): string {
  const { count: length, unit } = config.retention ?? { count: 0, unit: 'day' }
  return `older than ${count(length, unit)}`
}

/** What `retain` dropped, or would drop. */
export function retainText(
  aged: readonly Aged[],
  { theme, timeZone, dry }: { readonly theme: Theme; readonly timeZone: string; readonly dry: boolean },
): string {
  if (aged.length === 0) return `${theme.good('✓')} nothing is older than it is kept`
  const rows = aged.map(({ model, windows, partitions, rows: held, builtAt }) => {
    const grid = model.partitioning?.grid
    if (windows && grid) {
      return [model.id, count(partitions, 'partition'), count(held, 'row'), ranges(grid, windows), ageOf(model)]
    }
    const built = builtAt === undefined ? '' : `not built since ${moment(builtAt, timeZone)}`
    return [model.id, 'the relation', count(held, 'row'), '', built]
  })
  const total = aged.reduce((sum, { rows: held }) => sum + held, 0)
  const said = `${count(total, 'row')} of ${count(aged.length, 'model')}`
  const end = dry ? `would drop ${said}; nothing was changed` : `${theme.good('✓')} dropped ${said}`
  return [...nameLines(rows, theme), '', end].join('\n')
}

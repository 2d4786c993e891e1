import type { Adopted, Aged, Leftover, Outdated, Tended, Verified } from '../runner/index.ts'
import type { Theme } from './theme.ts'
import { pad, width } from './width.ts'
import { bytes, count, moment, ranges } from './words.ts'

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
  { aged, found }: Outdated,
  { theme, timeZone, dry }: { readonly theme: Theme; readonly timeZone: string; readonly dry: boolean },
): string {
  const forgotten = [
    ...(found.failures > 0 ? [count(found.failures, 'failing row')] : []),
    ...(found.results > 0 ? [count(found.results, 'result')] : []),
  ]
  if (aged.length + forgotten.length === 0) return `${theme.good('✓')} nothing is older than it is kept`
  const rows = aged.map(({ model, windows, partitions, rows: held, builtAt }) => {
    const grid = model.partitioning?.grid
    if (windows && grid) {
      return [model.id, count(partitions, 'partition'), count(held, 'row'), ranges(grid, windows), ageOf(model)]
    }
    const built = builtAt === undefined ? '' : `not built since ${moment(builtAt, timeZone)}`
    return [model.id, 'the relation', count(held, 'row'), '', built]
  })
  const total = aged.reduce((sum, { rows: held }) => sum + held, 0)
  const dropped = aged.length > 0 ? [`${count(total, 'row')} of ${count(aged.length, 'model')}`] : []
  const said = [...dropped, ...(forgotten.length > 0 ? [`${forgotten.join(' and ')} of assertions`] : [])].join(', ')
  const end = dry ? `would drop ${said}; nothing was changed` : `${theme.good('✓')} dropped ${said}`
  return [...nameLines(rows, theme), ...(rows.length > 0 ? [''] : []), end].join('\n')
}

/** What `adopt` took over, or would take over. */
export function adoptText(
  adopted: readonly Adopted[],
  { theme, dry }: { readonly theme: Theme; readonly dry: boolean },
): string {
  if (adopted.length === 0) {
    return `${theme.good('✓')} nothing to adopt: no table stands where a model is stored that elt did not make`
  }
  const rows = adopted.map(({ model, windows, partitions, rows: held }) => {
    const grid = model.partitioning?.grid
    if (model.config.materialized === 'view') return [model.id, 'the view', '', 'the next run makes it again']
    const cut = windows && grid ? ranges(grid, windows) : ''
    return [model.id, windows ? count(partitions, 'partition') : 'the table', count(held, 'row'), cut]
  })
  const unbuilt = adopted.flatMap(({ model, unbuilt: some }) =>
    some.map((upstream) => `  ${model.id} reads ${upstream}, which elt has not built: its first build is a change`),
  )
  const said = `${count(adopted.length, 'relation')} as ${adopted.length === 1 ? 'it is' : 'they are'}`
  const end = dry ? `would adopt ${said}; nothing was changed` : `${theme.good('✓')} adopted ${said}`
  return [...nameLines(rows, theme), ...(unbuilt.length > 0 ? ['', ...unbuilt] : []), '', end].join('\n')
}

/** A leftover's name for people. */
export function leftoverName({ relation }: Leftover): string {
  return `${relation.schema}.${relation.name}`
}

/** What `gc` dropped, or would drop. */
export function collectText(
  left: readonly Leftover[],
  { theme, dry }: { readonly theme: Theme; readonly dry: boolean },
): string {
  if (left.length === 0) return `${theme.good('✓')} nothing is left over`
  const why = ({ of }: Leftover): string => {
    if (of === 'staging') return 'left by a run that died'
    return of.node === undefined ? 'its model is stored elsewhere' : `its model ${of.node} is gone`
  }
  const tellsBytes = left.some((one) => one.bytes !== undefined)
  const rows = left.map((one) => [
    leftoverName(one),
    one.kind ?? 'not there any more',
    one.kind === 'view' || one.of === 'staging' ? '' : count(one.rows, 'row'),
    ...(tellsBytes ? [one.bytes === undefined ? '' : bytes(one.bytes)] : []),
    why(one),
  ])
  const total = left.reduce((sum, one) => sum + (one.bytes ?? 0), 0)
  const said = `${count(left.length, 'relation')}${tellsBytes ? ` with ${bytes(total)}` : ''}`
  const end = dry ? `would drop ${said}; nothing was changed` : `${theme.good('✓')} dropped ${said}`
  return [...nameLines(rows, theme), '', end].join('\n')
}

/** What comparing published rows with their record gave, on one line. */
export function verifyText({ done, diagnostics }: Tended<Verified>): string {
  const rows = done.reduce((sum, one) => sum + one.rows, 0)
  const partitions = done.reduce((sum, one) => sum + one.partitions, 0)
  const unsure = done.reduce((sum, one) => sum + one.unsure, 0)
  const well = `${count(done.length, 'relation')}, ${count(partitions, 'partition')}, ${count(rows, 'row')} as published`
  const rest = unsure > 0 ? `; ${count(unsure, 'partition')} by count alone: columns have changed since` : ''
  return diagnostics.length > 0 ? `${well}${rest}; ${count(diagnostics.length, 'difference')}` : `${well}${rest}`
}

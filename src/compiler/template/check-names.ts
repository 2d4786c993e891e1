import { type Diagnostic, diagnose, nearest, type SourceFile } from '../../diagnostics/index.ts'
import type { OperationUse } from './expression-parser.ts'
import { filters, refusedFilters } from './filters.ts'
import { locationOf } from './site.ts'
import { tests } from './tests.ts'

/** Filters that the evaluator applies itself, because they accept or give what is undefined. */
const evaluated: ReadonlySet<string> = new Set(['attr'])

/** Filters and tests that do not exist, all of them, also in branches that are never taken. */
export function checkNames(file: SourceFile, uses: readonly OperationUse[]): Diagnostic[] {
  return uses.flatMap(({ kind, name, start, end }) => {
    const location = () => locationOf({ file, start, end })
    if (kind === 'test') {
      if (tests.has(name)) return []
      return [diagnose('unknown-test', { name, nearest: nearest(name, tests.keys()) }, location())]
    }
    if (filters.has(name) || evaluated.has(name)) return []
    const help = refusedFilters.get(name)
    if (help) return [diagnose('template-unsupported', { construct: `the filter \`${name}\``, help }, location())]
    return [diagnose('unknown-filter', { name, nearest: nearest(name, filters.keys()) }, location())]
  })
}

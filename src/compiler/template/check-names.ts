import { type Diagnostic, diagnose, nearest, type SourceFile } from '../../diagnostics/index.ts'
import type { OperationUse } from './expression-parser.ts'
import { filters } from './filters.ts'
import { locationOf } from './site.ts'
import { tests } from './tests.ts'

/** Filters and tests that do not exist, all of them, also in branches that are never taken. */
export function checkNames(file: SourceFile, uses: readonly OperationUse[]): Diagnostic[] {
  return uses.flatMap(({ kind, name, start, end }) => {
    const table: ReadonlyMap<string, unknown> = kind === 'filter' ? filters : tests
    if (table.has(name)) return []
    const parameters = { name, nearest: nearest(name, table.keys()) }
    const code = kind === 'filter' ? 'unknown-filter' : 'unknown-test'
    return [diagnose(code, parameters, locationOf({ file, start, end }))]
  })
}

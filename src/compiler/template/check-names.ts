import { type Diagnostic, diagnose, nearest, type SourceFile } from '../../diagnostics/index.ts'
import { filters } from './filters.ts'
import { locationOf } from './site.ts'
import { tests } from './tests.ts'
import type { Statement } from './tree.ts'
import { walk } from './walk.ts'

/** Filters and tests that do not exist, all of them, also in branches that are never taken. */
export function checkNames(file: SourceFile, statements: readonly Statement[]): Diagnostic[] {
  const found: Diagnostic[] = []
  walk(statements, {
    expression: (expression) => {
      if (expression.kind !== 'filter' && expression.kind !== 'test') return
      const { kind, name, nameSpan } = expression
      const table: ReadonlyMap<string, unknown> = kind === 'filter' ? filters : tests
      if (table.has(name)) return
      const location = locationOf({ file, ...nameSpan })
      const parameters = { name, nearest: nearest(name, table.keys()) }
      found.push(diagnose(kind === 'filter' ? 'unknown-filter' : 'unknown-test', parameters, location))
    },
  })
  return found
}

import { type Diagnostic, locate, type SourceFile } from '../diagnostics/index.ts'
import { type Json, type RawConfig, type ReadOptions, readProject } from './index.ts'

/* What the tests of this folder share: a small project in memory, to which each test adds its own. */

export const minimal: Readonly<Record<string, string>> = {
  'project.yml': 'name: shop\ntargets: { local: { type: duckdb, path: w.duckdb } }\n',
  'models/raw_data/orders.sql': 'select 1',
  'models/analytics/finance/revenue.sql': 'select 1',
}

/** Reads the minimal project with other or more files (without one that is undefined). */
export function read(changed: Readonly<Record<string, string | undefined>> = {}, options: Partial<ReadOptions> = {}) {
  const files = Object.entries({ ...minimal, ...changed }).flatMap(([path, text]): SourceFile[] =>
    text === undefined ? [] : [{ path, text }],
  )
  return readProject(files, { vars: {}, env: {}, ...options })
}

/** `code path:line:column-endColumn message`, for every diagnostic. */
export function lines(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, location, message }) => {
    const place = location ? ` ${location.path}:${location.line}:${location.column}-${location.endColumn}` : ''
    return `${code}${place} ${message}`
  })
}

/** The part of the file that a diagnostic points at, of one line. */
export function pointed(diagnostic: Diagnostic | undefined): string {
  const location = diagnostic?.location
  const line = location?.frame?.[location.line - (location.firstFrameLine ?? 1)] ?? ''
  return line.slice((location?.column ?? 1) - 1, (location?.endColumn ?? 1) - 1)
}

export function raw(given: Readonly<Record<string, Json>>): RawConfig {
  const location = locate({ path: 'models/a.sql', text: '{{ config() }}' }, 3, 9)
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { value, location }]))
}

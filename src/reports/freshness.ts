import type { Freshness, Patience } from '../project/index.ts'
import type { ArtifactIds } from './artifact-ids.ts'
import { writtenLike } from './manifest.ts'
import type { Theme } from './theme.ts'
import { pad, width } from './width.ts'
import { count, duration, moment } from './words.ts'

/** How old a source or a model is. */
export interface FreshnessResult {
  readonly id: string
  readonly kind: 'source' | 'model'
  readonly freshness: Freshness
  readonly status: 'pass' | 'warn' | 'error' | 'runtime error'
  readonly why?: string
  /** UTC, milliseconds. */
  readonly newest?: number
  /** Milliseconds, of days that count. */
  readonly age?: number
  /** When it was judged: UTC, milliseconds. */
  readonly at: number
  /** Partitions between the first and the last that are not there, and the names of the first few. */
  readonly missing: number
  readonly missingNames: readonly string[]
}

const day = 86_400_000

function ageText(age: number | undefined): string {
  if (age === undefined) return ''
  return age < 2 * day ? `${duration(age)} old` : `${count(Math.floor(age / day), 'day')} old`
}

function gapText({ missing, missingNames }: FreshnessResult): string {
  if (missing === 0) return ''
  const more = missing > missingNames.length ? ' …' : ''
  return `${count(missing, 'partition')} missing: ${missingNames.join(', ')}${more}`
}

/** What was found, a line each, and how much of it is well. */
export function freshnessText(
  results: readonly FreshnessResult[],
  { theme, timeZone }: { readonly theme: Theme; readonly timeZone: string },
): string {
  if (results.length === 0) return 'nothing says how old it may be: freshness of a source or a model does'
  const paints = { pass: theme.good, warn: theme.warning, error: theme.error, 'runtime error': theme.error }
  const rows = results.map((result) => [
    result.id,
    result.status,
    result.newest === undefined ? '' : moment(result.newest, timeZone),
    ageText(result.age),
    [result.why ?? '', gapText(result)].filter((part) => part !== '').join(' · '),
  ])
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => width(row[index] ?? ''))))
  const lines = rows.map((row, index) => {
    const cells = row.map((cell, at) => pad(cell, widths[at] ?? 0, 'left'))
    const paint = paints[results[index]?.status ?? 'pass']
    return `  ${[theme.name(cells[0] ?? ''), paint(cells[1] ?? ''), ...cells.slice(2)].join('  ')}`.trimEnd()
  })
  const of = (...statuses: readonly string[]) => results.filter(({ status }) => statuses.includes(status)).length
  const failed = of('error', 'runtime error')
  const parts = [
    `${of('pass')} fresh`,
    ...(of('warn') ? [`${of('warn')} late`] : []),
    ...(failed ? [`${failed} failed`] : []),
  ]
  const mark = failed > 0 ? theme.error('✗') : of('warn') > 0 ? theme.warning('!') : theme.good('✓')
  return [...lines, '', `${mark} ${parts.join(', ')}`].join('\n')
}

const threshold = (limit: Patience | undefined) => ({ count: limit?.count ?? null, period: limit?.period ?? null })

/** A moment as machines read it. */
const iso = (milliseconds: number | undefined) =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString()

/** What was found, for machines. */
export function freshnessJson(results: readonly FreshnessResult[]) {
  return results.map(({ id, kind, status, why, newest, age, at, missing, missingNames }) => ({
    id,
    kind,
    status,
    why: why ?? null,
    newest: iso(newest),
    age_seconds: age === undefined ? null : age / 1000,
    judged_at: iso(at),
    missing_partitions: missing,
    first_missing: missingNames,
  }))
}

/** `sources.json` as dbt writes it; sources only, since dbt has no others there. */
export function sourcesV3(
  results: readonly FreshnessResult[],
  ids: ArtifactIds,
  header: { readonly at: number; readonly invocation: string; readonly milliseconds: number; readonly version: string },
) {
  const sources = results.filter(({ kind }) => kind === 'source')
  return {
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/sources/v3.json',
      dbt_version: writtenLike,
      generated_at: iso(header.at),
      invocation_id: header.invocation,
      env: { elt_version: header.version },
    },
    results: sources.map(({ id, status, why, newest, age, at, freshness }) =>
      status === 'runtime error'
        ? { unique_id: ids.node(id), error: why ?? null, status }
        : {
            unique_id: ids.node(id),
            // Nothing at all is as old as dbt can say.
            max_loaded_at: iso(newest ?? 0),
            snapshotted_at: iso(at),
            max_loaded_at_time_ago_in_s: (age ?? at) / 1000,
            status,
            criteria: {
              warn_after: threshold(freshness.warnAfter),
              error_after: threshold(freshness.errorAfter),
              filter: freshness.filter ?? null,
            },
            adapter_response: {},
            timing: [],
            thread_id: 'elt',
            execution_time: 0,
          },
    ),
    elapsed_time: header.milliseconds / 1000,
  }
}

import type { Unit } from '../../calendar/index.ts'
import { nearest } from '../../diagnostics/index.ts'

/** What a path pattern says: the unit of its date (none without one), and the form of the files where their names tell. */
export interface FilePattern {
  readonly unit: Unit | undefined
  readonly format: 'ndjson' | 'csv' | 'parquet' | undefined
  readonly compression: 'none' | 'gzip' | 'zstd'
}

/** Why a pattern cannot be used; `later` when it will be one day. */
export interface PatternProblem {
  readonly detail: string
  readonly help: string
  readonly later?: string
}

const placeholders = ['yyyy', 'MM', 'dd', 'HH'] as const
const unitOf: Readonly<Record<(typeof placeholders)[number], Unit>> = {
  yyyy: 'year',
  MM: 'month',
  dd: 'day',
  HH: 'hour',
}
const relativeHelp = 'write a path relative to the project, with forward slashes: data/flights/{yyyy}/{MM}/{dd}.parquet'

function placeProblem(pattern: string): PatternProblem | undefined {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(pattern)?.[1]
  if (scheme) {
    const help = 'copy the files into the project, and name them by a relative path'
    return { detail: `has the scheme ${scheme}://`, help, later: `reading a source from ${scheme}://` }
  }
  if (pattern.includes('\\')) return { detail: 'holds a backslash', help: relativeHelp }
  if (/^(?:\/|~|[A-Za-z]:)/.test(pattern)) return { detail: 'is not relative to the project', help: relativeHelp }
  const parts = pattern.split('/')
  if (parts.includes('..')) return { detail: 'reaches outside of the project with ..', help: relativeHelp }
  if (parts.some((part) => part === '' || part === '.')) return { detail: 'has an empty part', help: relativeHelp }
  return undefined
}

function formProblem(pattern: string): PatternProblem | undefined {
  if (pattern.includes('**')) return { detail: 'holds **', help: 'write one * for each folder level' }
  if (pattern.split('/').some((part) => part.split('*').length > 4)) {
    return { detail: 'holds more than three * in one name', help: 'write one * where text varies' }
  }
  const bad = /[?[\]<>|"\p{Cc}]/u.exec(pattern)?.[0]
  if (bad)
    return {
      detail: `holds ${JSON.stringify(bad)}`,
      help: 'only * and the placeholders {yyyy}, {MM}, {dd}, {HH} stand for something',
    }
  for (const [whole, name = ''] of pattern.matchAll(/\{([^{}]*)\}/g)) {
    if (placeholders.some((known) => known === name)) continue
    const help = `placeholders are {${nearest(name, placeholders) ?? placeholders.join('}, {')}}: upper and lower case matter`
    return { detail: `holds the unknown placeholder ${whole}`, help }
  }
  if (/[{}]/.test(pattern.replace(/\{[^{}]*\}/g, ''))) return { detail: 'has an unpaired brace', help: relativeHelp }
  return undefined
}

function dateProblem(pattern: string): PatternProblem | undefined {
  const finest = placeholders.findLastIndex((name) => pattern.includes(`{${name}}`))
  const absent = placeholders.slice(0, finest + 1).find((name) => !pattern.includes(`{${name}}`))
  if (!absent) return undefined
  return {
    detail: `has {${placeholders[finest]}} but no {${absent}}`,
    help: `a date is told from its year down: add {${absent}}, or write * for parts that do not matter`,
  }
}

function formatOf(pattern: string): Pick<FilePattern, 'format' | 'compression'> {
  const name = pattern.toLowerCase()
  const compression = name.endsWith('.gz') ? 'gzip' : name.endsWith('.zst') ? 'zstd' : 'none'
  const bare = name.replace(/\.(?:gz|zst)$/, '')
  const format = /\.(?:ndjson|jsonl|json)$/.test(bare)
    ? 'ndjson'
    : bare.endsWith('.csv')
      ? 'csv'
      : bare.endsWith('.parquet')
        ? 'parquet'
        : undefined
  return { format, compression }
}

/** Reads a path pattern of a file source. */
export function parsePattern(pattern: string): FilePattern | PatternProblem {
  const problem = placeProblem(pattern) ?? formProblem(pattern) ?? dateProblem(pattern)
  if (problem) return problem
  const finest = placeholders.findLast((name) => pattern.includes(`{${name}}`))
  return { unit: finest && unitOf[finest], ...formatOf(pattern) }
}

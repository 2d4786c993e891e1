import type { Unit } from '../../calendar/index.ts'

/** Files that hold the rows of one table, found by what their paths have in common. */
export interface DataTable {
  /** Lower case letters, digits and underscores; unique among the tables. */
  readonly name: string
  /** Relative to the project, with placeholders of a date and `*`, as `files:` of a source takes it. */
  readonly pattern: string
  readonly format: 'csv' | 'ndjson' | 'parquet'
  readonly compression: 'none' | 'gzip' | 'zstd'
  /** Unit of the date in the path. */
  readonly unit: Exclude<Unit, 'year'> | undefined
  /** In the order of their paths, each with the partition that its path names. */
  readonly files: readonly { readonly path: string; readonly partition: string | undefined }[]
}

const extension = /\.(parquet|csv|ndjson|jsonl|json)(?:\.(gz|zst))?$/i
const formats: Readonly<Record<string, DataTable['format']>> = { parquet: 'parquet', csv: 'csv' }

/** Characters that a path pattern cannot hold. */
const special = /[?[\]<>|"{}*\\\p{Cc}]/u

const year = '((?:19|20)\\d{2})'
const month = '(0[1-9]|1[0-2])'
const day = '(0[1-9]|[12]\\d|3[01])'
const dates = [
  new RegExp(
    `(?<!\\d)${year}([-_.]?|/(?:month=|m=)?)${month}([-_.]?|/(?:day=|d=)?)${day}(?:(T|/(?:hour=|h=)?)([01]\\d|2[0-3]))?(?!\\d)`,
  ),
  new RegExp(`(?<!\\d)${year}([-_.]?|/(?:month=|m=)?)${month}(?!\\d)`),
]

interface Dated {
  readonly pattern: string
  readonly unit: DataTable['unit']
  readonly partition: string | undefined
}

/** The first date of a path replaced by placeholders. */
function dated(path: string): Dated {
  const [whole, monthly] = dates.map((pattern) => pattern.exec(path))
  if (whole) {
    const [text, y, first, m, second, d, third, h] = whole
    const hour = h === undefined ? '' : `${third}{HH}`
    const pattern = path.replace(text, `{yyyy}${first}{MM}${second}{dd}${hour}`)
    return { pattern, unit: hour ? 'hour' : 'day', partition: `${y}-${m}-${d}${hour ? `T${h}` : ''}` }
  }
  if (monthly) {
    const [text, y, first, m] = monthly
    return { pattern: path.replace(text, `{yyyy}${first}{MM}`), unit: 'month', partition: `${y}-${m}` }
  }
  return { pattern: path, unit: undefined, partition: undefined }
}

/** The pattern with numbers and unique ids of the file's own name left open: parts of one table differ in them only. */
function opened(pattern: string): string {
  const cut = pattern.lastIndexOf('/') + 1
  const name = pattern.slice(cut)
  const stem = name.replace(extension, '')
  const open = stem
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith('{')
        ? part
        : part.replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d+/gi, '*').replace(/\*(?:[-_.]?\*)+/g, '*'),
    )
    .join('')
  return `${pattern.slice(0, cut)}${open}${name.slice(stem.length)}`
}

/** Words that say nothing of what a file holds. */
const empty: ReadonlySet<string> = new Set([
  'part',
  'data',
  'file',
  'export',
  'dt',
  'ds',
  'date',
  'day',
  'year',
  'month',
  'hour',
  'ymd',
  'd',
  'm',
  'y',
  'h',
  'all',
])

function words(segment: string): string {
  const text = segment
    .replace(extension, '')
    .replace(/\{\w+\}|\*/g, ' ')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '' && !empty.has(word))
    .join('_')
    .replace(/^[^a-z]+/, '')
  return text.slice(0, 50)
}

/** A name from the last part of a pattern that says something. */
function nameOf(pattern: string, taken: ReadonlySet<string>): string {
  const telling = pattern
    .split('/')
    .map(words)
    .filter((text) => text !== '')
    .reverse()
  const [last = 'rows', above] = telling
  const candidates = [last, ...(above ? [`${above}_${last}`] : [])]
  const free = candidates.find((name) => !taken.has(name))
  if (free) return free
  for (let n = 2; ; n++) if (!taken.has(`${last}_${n}`)) return `${last}_${n}`
}

/** The tables that data files make up; files of other kinds are left out. */
export function tablesOf(paths: readonly string[]): DataTable[] {
  const groups = new Map<string, { readonly path: string; readonly dated: Dated }[]>()
  for (const path of [...paths].sort()) {
    if (!extension.test(path) || special.test(path)) continue
    const found = { path, dated: dated(path) }
    const key = opened(found.dated.pattern)
    const group = groups.get(key)
    if (group) group.push(found)
    else groups.set(key, [found])
  }
  const taken = new Set<string>()
  return [...groups].map(([open, files]) => {
    const [first] = files
    const isOne = files.every((file) => file.dated.pattern === first?.dated.pattern)
    const pattern = isOne ? (first?.dated.pattern ?? open) : open
    const name = nameOf(pattern, taken)
    taken.add(name)
    const [, kind = '', packed] = extension.exec(open) ?? []
    return {
      name,
      pattern,
      format: formats[kind.toLowerCase()] ?? 'ndjson',
      compression: packed === undefined ? 'none' : packed.toLowerCase() === 'gz' ? 'gzip' : 'zstd',
      unit: first?.dated.unit,
      files: files.map((file) => ({ path: file.path, partition: file.dated.partition })),
    }
  })
}

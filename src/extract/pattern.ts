import { type Grid, parsePartition } from '../calendar/index.ts'

/** A path pattern of a source, cut at its slashes. */
export interface PathPattern {
  /** The folders before the first part that varies; where the walk begins. May be empty: the project itself. */
  readonly root: string
  /** One test for each further part of a path, the last one for the file's name. */
  readonly parts: readonly RegExp[]
  /** Tests a whole path and gives the parts of its date as groups. */
  readonly whole: RegExp
  readonly grid?: Grid
}

/** What the date in a path says: the partition, that there is none, or a date that no calendar has. */
export type PathDate =
  | { readonly kind: 'partition'; readonly ordinal: number }
  | { readonly kind: 'undated' }
  | { readonly kind: 'impossible'; readonly date: string }

const placeholders = { yyyy: '\\d{4}', MM: '\\d{2}', dd: '\\d{2}', HH: '\\d{2}' } as const

type Placeholder = keyof typeof placeholders

/**
 * The regular expression of a part (or a whole path). Of a placeholder that stands twice, the first is a group and
 * the others must repeat it. A `*` matches within one part and, as in a shell, no leading dot.
 */
function expressionOf(text: string): string {
  const seen = new Set<string>()
  return text.replace(/\{(yyyy|MM|dd|HH)\}|[*.+?^${}()|[\]\\]/g, (found, name: Placeholder, at: number) => {
    if (found === '*') return at === 0 || text[at - 1] === '/' ? '(?!\\.)[^/]*' : '[^/]*'
    if (name === undefined) return `\\${found}`
    if (seen.has(name)) return `\\k<${name}>`
    seen.add(name)
    return `(?<${name}>${placeholders[name]})`
  })
}

const varies = (part: string) => /\{(yyyy|MM|dd|HH)\}|\*/.test(part)

/** Prepares a pattern for walking and matching. Its last part is always walked, so that a plain path is a pattern too. */
export function parsePattern(text: string, grid?: Grid): PathPattern {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.')
  const first = parts.findIndex(varies)
  const fixed = first < 0 ? parts.length - 1 : first
  return {
    root: parts.slice(0, fixed).join('/'),
    parts: parts.slice(fixed).map((part) => new RegExp(`^${expressionOf(part)}$`)),
    whole: new RegExp(`^${expressionOf(parts.join('/'))}$`),
    ...(grid ? { grid } : {}),
  }
}

/** The date that a path names; undefined when the path does not match the pattern. */
export function dateOf(pattern: PathPattern, path: string): PathDate | undefined {
  const match = pattern.whole.exec(path)
  if (!match) return undefined
  const { yyyy, MM, dd, HH } = match.groups ?? {}
  if (!pattern.grid || yyyy === undefined) return { kind: 'undated' }
  const date = [yyyy, MM, dd].filter((part) => part !== undefined).join('-') + (HH === undefined ? '' : `T${HH}`)
  const ordinal = parsePartition(pattern.grid, date)
  return ordinal === undefined ? { kind: 'impossible', date } : { kind: 'partition', ordinal }
}

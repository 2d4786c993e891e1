import type { SourceFile } from '../diagnostics/index.ts'
import { type Diagnostic, diagnose, type Location, locate } from '../diagnostics/index.ts'
import { isBlank, type Outline, outline, type Piece, type SqlText, type Token } from '../sql/index.ts'
import type { Deferred, DeferredTable, Filter, Reference } from './deferred.ts'
import { locationOf, type Site } from './template/index.ts'

/** A relation that the SQL reads, where it stands in the query. */
export interface Read {
  readonly reference: Reference
  readonly location: Location
  /** The name that the query gives it. */
  readonly alias?: string
}

export interface FilterUse {
  readonly filter: Filter
  readonly location: Location
}

/** Something that only a window gives a meaning. */
interface WindowUse {
  readonly what: string
  readonly location: Location
}

/** What a rendered text really does: what stands in SQL comments is left out. Plain data. */
export interface Uses {
  readonly reads: readonly Read[]
  readonly filters: readonly FilterUse[]
  /** All that needs a window, filters included. */
  readonly windows: readonly WindowUse[]
  /** Whether `window.start` and its like are printed, so that nobody can say how a batch of several partitions reads. */
  readonly printsBounds: boolean
  /** Indices of pieces that stand in comments, ascending. */
  readonly inComments: readonly number[]
}

const notAnAlias = new Set(
  'on using where join inner left right full cross natural lateral asof anti semi positional group order having limit offset union intersect except window qualify tablesample pivot unpivot fetch for set'.split(
    ' ',
  ),
)

/** The name after a relation: `as f`, or a bare word that is no keyword. */
function aliasAfter(lines: Outline, index: number): string | undefined {
  const next: Token[] = []
  for (let i = index + 1; i < lines.tokens.length && next.length < 2; i++) {
    const token = lines.tokens[i]
    if (token && !isBlank(token)) next.push(token)
  }
  const [first, second] = next.map((token) => ({ kind: token.kind, text: lines.text.slice(token.start, token.end) }))
  const named = first?.kind === 'word' && first.text.toLowerCase() === 'as' ? second : first
  if (named?.kind === 'quoted-identifier') return named.text
  return named?.kind === 'word' && !notAnAlias.has(named.text.toLowerCase()) ? named.text : undefined
}

/** How a deferred text is called in messages. */
export function describe(deferred: Deferred): string {
  if (deferred.kind === 'reference' && deferred.isJudged) return '`model`'
  if (deferred.kind === 'reference') return deferred.isThis ? '`this`' : `\`${deferred.name}\``
  if (deferred.kind === 'filter') return '`partition_filter()`'
  if (deferred.kind === 'in-window') return '`in_window()`'
  return `\`window.${deferred.bound}${deferred.instant ? '_instant' : ''}\``
}

function placeOf(site: Site | undefined, piece: Piece, file: SourceFile, fileAt: UseOptions['fileAt']): Location {
  if (site) return locationOf(site)
  return piece.origin
    ? locate(fileAt?.(piece.origin.path) ?? file, piece.origin.start, piece.origin.end)
    : locate(file, 0, 0)
}

/** The index of the token that covers an offset, given that offsets only grow. */
function tokenFinder(lines: Outline): (offset: number) => number {
  let index = 0
  return (offset) => {
    while ((lines.tokens[index]?.end ?? Number.POSITIVE_INFINITY) <= offset) index++
    return index
  }
}

interface UseOptions {
  /** Gathers relations in strings. */
  readonly inStrings?: number[]
  /** The file of a path: pieces may come from macros. Absent: all of them are of one file. */
  readonly fileAt?: (path: string) => SourceFile
  /** The outline of the text, where it is known. */
  readonly lines?: Outline | undefined
}

/**
 * Finds what a rendered text reads, filters and prints. What stands inside quotes is an error; with `inStrings`, relations
 * in strings are gathered there instead, by the index of their piece: they are words then, and read nothing.
 */
export function usesOf(
  text: SqlText,
  table: DeferredTable,
  file: SourceFile,
  { inStrings, fileAt, lines = outline(text) }: UseOptions = {},
): Uses & { diagnostics: Diagnostic[] } {
  const reads: Read[] = []
  const filters: FilterUse[] = []
  const windows: WindowUse[] = []
  const inComments: number[] = []
  const diagnostics: Diagnostic[] = []
  let printsBounds = false
  const tokenAt = tokenFinder(lines)
  text.pieces.forEach((piece, pieceIndex) => {
    const deferred = table.of(piece)
    if (!deferred) return
    const index = tokenAt(lines.starts[pieceIndex] ?? 0)
    const kind = lines.tokens[index]?.kind
    const location = placeOf(table.siteOf(piece), piece, file, fileAt)
    if (kind === 'line-comment' || kind === 'block-comment') inComments.push(pieceIndex)
    else if (inStrings && kind === 'string' && deferred.kind === 'reference') inStrings.push(pieceIndex)
    else if (kind === 'string' || kind === 'quoted-identifier') {
      diagnostics.push(diagnose('quoted-literal', { what: describe(deferred) }, location))
    } else if (deferred.kind === 'reference') {
      const alias = aliasAfter(lines, index)
      reads.push({ reference: deferred, location, ...(alias === undefined ? {} : { alias }) })
    } else {
      windows.push({ what: describe(deferred), location })
      if (deferred.kind === 'filter') filters.push({ filter: deferred, location })
      else if (deferred.kind === 'window') printsBounds = true
    }
  })
  return { reads, filters, windows, printsBounds, inComments, diagnostics }
}

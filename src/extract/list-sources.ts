import { join } from 'node:path'
import type { Window } from '../calendar/index.ts'
import { type Diagnostic, diagnose, sortDiagnostics } from '../diagnostics/index.ts'
import type { SourceFileRecord } from '../ledger/index.ts'
import type { FileSource, SourceDefinition } from '../project/index.ts'
import { digestOf } from './digest.ts'
import { dateOf, type PathPattern, parsePattern } from './pattern.ts'
import type { SourceFileState, SourceSignal } from './signal.ts'
import { type FoundFile, Walker } from './walk.ts'

/** How many files are read at once to hash them. */
const readers = 8

type FileSourceDefinition = SourceDefinition & { readonly origin: FileSource }
type KnownFiles = ReadonlyMap<string, SourceFileRecord>

interface Listing {
  readonly signals: SourceSignal[]
  readonly diagnostics: Diagnostic[]
}

/**
 * What the file sources offer now: every file that the pattern of a source matches, in the order of their paths, and the
 * files of `known` (what the ledger remembers) that are no longer there, as `gone`. A file is read only when its size
 * or time differ from what is known; then its content decides. Sources of other kinds have no signal.
 *
 * A link that leads out of the project and a file that cannot be read are errors; a path with a date that no calendar
 * has, and a source without any file, are warnings. After an error the signals are incomplete: nothing may be planned by them.
 */
export async function listSources(
  definitions: readonly SourceDefinition[],
  projectDirectory: string,
  known: readonly SourceFileRecord[],
): Promise<Listing> {
  const walker = new Walker(projectDirectory)
  const recorded = new Map<string, Map<string, SourceFileRecord>>()
  for (const record of known) {
    const files = recorded.get(record.source) ?? new Map<string, SourceFileRecord>()
    recorded.set(record.source, files.set(record.path, record))
  }
  const signals: SourceSignal[] = []
  const diagnostics: Diagnostic[] = []
  for (const definition of definitions) {
    if (definition.origin.kind !== 'files') continue
    const source: FileSourceDefinition = { ...definition, origin: definition.origin }
    const listed = await listSource(source, projectDirectory, walker, recorded.get(source.id) ?? new Map())
    signals.push(listed.signal)
    diagnostics.push(...listed.diagnostics)
  }
  return { signals, diagnostics: sortDiagnostics(diagnostics) }
}

async function listSource(
  source: FileSourceDefinition,
  projectDirectory: string,
  walker: Walker,
  known: KnownFiles,
): Promise<{ signal: SourceSignal; diagnostics: Diagnostic[] }> {
  const pattern = parsePattern(source.origin.pattern, source.origin.grid)
  const { files: found, diagnostics } = walkSource(source, walker, pattern)
  const hashed = await hashAll(source, projectDirectory, found, known)
  diagnostics.push(...hashed.diagnostics)
  const present = hashed.files.flatMap((file) => dated(source, pattern, file, diagnostics))
  if (found.length === 0 && known.size === 0 && diagnostics.length === 0) {
    diagnostics.push(diagnose('source-without-files', named(source), source.location))
  }
  const files = [...present, ...goneFiles(pattern, new Set(hashed.files.map((file) => file.path)), known)]
  const hull = hullOf(present)
  return {
    signal: { source: source.id, files: files.sort(byPath), ...(hull ? { hull } : {}) },
    diagnostics,
  }
}

const byPath = (a: SourceFileState, b: SourceFileState) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)

const named = (source: FileSourceDefinition) => ({
  source: `${source.group}.${source.name}`,
  pattern: source.origin.pattern,
})

function walkSource(source: FileSourceDefinition, walker: Walker, pattern: PathPattern) {
  const diagnostics: Diagnostic[] = []
  try {
    const { files, outside } = walker.walk(pattern)
    for (const path of outside) {
      diagnostics.push(diagnose('source-outside-project', { ...named(source), path }, source.location))
    }
    return { files, diagnostics }
  } catch (error) {
    diagnostics.push(unreadable(source, pattern.root, error))
    return { files: [], diagnostics }
  }
}

function unreadable(source: FileSourceDefinition, path: string, error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error)
  return diagnose('source-unreadable', { ...named(source), path, reason }, source.location)
}

/** A file of which everything is known but the date in its path. */
type HashedFile = Omit<SourceFileState, 'ordinal'>

/** Gives every file its hash: the known one where size and time are unchanged, else that of its content. */
async function hashAll(
  source: FileSourceDefinition,
  projectDirectory: string,
  found: readonly FoundFile[],
  known: KnownFiles,
): Promise<{ files: HashedFile[]; diagnostics: Diagnostic[] }> {
  const files: (HashedFile | undefined)[] = []
  const diagnostics: Diagnostic[] = []
  const changed: number[] = []
  for (const [index, file] of found.entries()) {
    const record = known.get(file.path)
    const same = record !== undefined && record.size === file.size && record.modified === file.modified
    files.push(same ? { ...file, hash: record.hash, gone: false } : undefined)
    if (!same) changed.push(index)
  }
  let next = 0
  const reader = async (): Promise<void> => {
    for (let index = changed[next++]; index !== undefined; index = changed[next++]) {
      const path = found[index]?.path ?? ''
      try {
        files[index] = { path, ...(await digestOf(join(projectDirectory, path))), gone: false }
      } catch (error) {
        // Deleted since it was listed: gone, or as if it had never been there.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') diagnostics.push(unreadable(source, path, error))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(readers, changed.length) }, reader))
  return { files: files.filter((file) => file !== undefined), diagnostics }
}

/** A file with its partition; nothing, and a warning, when the path's date is not in the calendar. */
function dated(
  source: FileSourceDefinition,
  pattern: PathPattern,
  file: HashedFile,
  diagnostics: Diagnostic[],
): SourceFileState[] {
  const date = dateOf(pattern, file.path)
  if (date?.kind === 'partition') return [{ ...file, ordinal: date.ordinal }]
  if (date?.kind !== 'impossible') return [file]
  const parameters = { ...named(source), path: file.path, date: date.date }
  diagnostics.push(diagnose('impossible-file-date', parameters, source.location))
  return []
}

/** Files that were read before and are no longer there. Those that the pattern of today does not match are forgotten. */
function goneFiles(pattern: PathPattern, present: ReadonlySet<string>, known: KnownFiles): SourceFileState[] {
  return [...known.values()].flatMap(({ path, size, modified, hash }) => {
    const date = present.has(path) ? undefined : dateOf(pattern, path)
    if (!date || date.kind === 'impossible') return []
    const file = { path, size, modified, hash, gone: true }
    return [date.kind === 'partition' ? { ...file, ordinal: date.ordinal } : file]
  })
}

function hullOf(files: readonly SourceFileState[]): Window | undefined {
  let hull: Window | undefined
  for (const { ordinal } of files) {
    if (ordinal === undefined) continue
    hull = { start: Math.min(hull?.start ?? ordinal, ordinal), end: Math.max(hull?.end ?? ordinal + 1, ordinal + 1) }
  }
  return hull
}

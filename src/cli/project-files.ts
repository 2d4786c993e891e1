import { isUtf8 } from 'node:buffer'
import { closeSync, type Dirent, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { type Diagnostic, diagnose, type Location, locate, type SourceFile } from '../diagnostics/index.ts'
import { type Place, projectPlaces, type SeedState } from '../project/index.ts'

/** Most bytes of one file, and most files of a project. */
export const limits = { fileBytes: 2_000_000, files: 200_000 }

const ignored = (name: string) => name.startsWith('.') || name === 'node_modules'

/** Whether a path within a project is one of the files that have a meaning there, given the places of such files. */
export function isProjectFile(path: string, places: readonly Place[]): boolean {
  const isIn = (place: Place) => path === place.path || path.startsWith(`${place.path}/`)
  return places.some((place) => isIn(place) && place.files.test(path)) && !path.split('/').some(ignored)
}

interface Walk {
  /** The project's folder without symbolic links, with a separator at its end. */
  readonly root: string
  readonly files: SourceFile[]
  readonly seeds: SeedState[]
  readonly diagnostics: Diagnostic[]
  /** Real folders on the way down: a link to one of them is not followed again. */
  readonly open: Set<string>
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return { EACCES: 'permission denied', EPERM: 'permission denied', ENOENT: 'it does not exist' }[code ?? ''] ?? message
}

/** The place of a file whose text was not read: there is nothing to show in a frame. */
function wholeFile(path: string): Location {
  return { path, line: 1, column: 1, endLine: 1, endColumn: 1, firstFrameLine: 1, frame: [] }
}

/** Does the work on a path; an error of the operating system becomes a diagnostic. */
function attempt(walk: Walk, path: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    walk.diagnostics.push(diagnose('file-unreadable', { path, reason: reasonOf(error) }, wholeFile(path)))
  }
}

/** The name of an encoding that a file betrays by its first bytes. */
function encodingOf(bytes: Buffer): string | undefined {
  const [first, second] = bytes
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return isUtf16 ? 'UTF-16' : undefined
}

/** The first byte that is no UTF-8, and the text before it. */
function textBeforeFault(bytes: Buffer): string {
  let low = 0
  let high = bytes.length
  // A cut in the middle of a character is no fault: up to three bytes more complete it.
  const isFine = (end: number) =>
    [0, 1, 2, 3].some((more) => isUtf8(bytes.subarray(0, Math.min(end + more, bytes.length))))
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (isFine(middle)) low = middle
    else high = middle - 1
  }
  return bytes
    .subarray(0, low)
    .toString('utf8')
    .replace(/\ufffd+$/, '')
}

/** One byte more than a file may have, so that nobody need ask for the size of each. */
const buffer = Buffer.allocUnsafeSlow(limits.fileBytes + 1)

/** The first bytes of a file, up to one more than it may have; valid until the next file is read. */
function readBytes(absolute: string): Buffer {
  const file = openSync(absolute, 'r')
  try {
    let length = 0
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(file, buffer, length, buffer.length - length, null)
    }
    return buffer.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

function readText(walk: Walk, path: string, absolute: string): void {
  const bytes = readBytes(absolute)
  if (bytes.length > limits.fileBytes) {
    const { size } = statSync(absolute)
    walk.diagnostics.push(diagnose('file-too-large', { path, bytes: size, limit: limits.fileBytes }, wholeFile(path)))
    return
  }
  if (!isUtf8(bytes)) {
    const file = { path, text: bytes.toString('utf8') }
    const encoding = encodingOf(bytes)
    const at = encoding ? 0 : textBeforeFault(bytes).length
    walk.diagnostics.push(diagnose('file-not-utf8', { path, encoding }, locate(file, at)))
    return
  }
  const text = bytes.toString('utf8')
  if (!text.startsWith('\ufeff')) {
    walk.files.push({ path, text })
    return
  }
  const file = { path, text: text.slice(1) }
  walk.files.push(file)
  walk.diagnostics.push(diagnose('byte-order-mark', { path }, locate(file, 0)))
}

/** What a directory entry is, seen through a link; links that leave the project are reported and seen as nothing. */
function kindOf(walk: Walk, entry: Dirent, path: string, absolute: string): 'file' | 'folder' | 'other' {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  if (!entry.isSymbolicLink()) return 'other'
  const real = realpathSync(absolute)
  if (!`${real}${sep}`.startsWith(walk.root)) {
    walk.diagnostics.push(diagnose('link-leaves-project', { path }, wholeFile(path)))
    return 'other'
  }
  const stat = statSync(real)
  return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'other'
}

function readEntry(walk: Walk, entry: Dirent, path: string, place: Place): void {
  const absolute = join(walk.root, path)
  attempt(walk, path, () => {
    const kind = kindOf(walk, entry, path, absolute)
    if (kind === 'folder') readFolder(walk, path, place)
    else if (kind === 'file' && place.files.test(path)) readText(walk, path, absolute)
    else if (kind === 'file' && place.data?.test(path)) walk.seeds.push(stateOf(path, absolute))
  })
}

/** A file of data is not opened: it may have any size. */
function stateOf(path: string, absolute: string): SeedState {
  const { size, mtimeMs } = statSync(absolute)
  return { path, size, modified: Math.trunc(mtimeMs) }
}

function readFolder(walk: Walk, folder: string, place: Place): void {
  const absolute = join(walk.root, folder)
  const real = realpathSync(absolute)
  if (walk.open.has(real)) return
  walk.open.add(real)
  const entries = readdirSync(absolute, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (walk.files.length > limits.files) return
    if (!ignored(entry.name)) readEntry(walk, entry, `${folder}/${entry.name}`, place)
  }
  walk.open.delete(real)
}

/** Reads a file or folder that the project names; one that is not there is left out. */
function readPlace(walk: Walk, place: Place): void {
  const { path } = place
  const absolute = join(walk.root, path)
  if (!existsSync(absolute)) return
  attempt(walk, path, () => {
    const real = realpathSync(absolute)
    if (!`${real}${sep}`.startsWith(walk.root)) {
      walk.diagnostics.push(diagnose('link-leaves-project', { path }, wholeFile(path)))
      return
    }
    if (statSync(real).isDirectory()) readFolder(walk, path, place)
    else readText(walk, path, absolute)
  })
}

/**
 * Every text file of a project: project.yml and what else says where files lie, then the SQL, YAML and Markdown of the folders
 * that are named there, or of models/, macros/ and tests/, and the same of its packages; each folder in the order of its paths.
 * Of CSV files in the folders of seeds only size and time are taken. Hidden files are left out, links that leave the project are errors. Nothing else of the folder is opened.
 */
export function readProjectFiles(directory: string): {
  files: SourceFile[]
  seeds: SeedState[]
  diagnostics: Diagnostic[]
} {
  const walk: Walk = {
    root: `${realpathSync(directory)}${sep}`,
    files: [],
    seeds: [],
    diagnostics: [],
    open: new Set(),
  }
  const seen = new Set<string>()
  for (let places = projectPlaces(); places.length > 0; ) {
    for (const place of places) {
      seen.add(place.path)
      readPlace(walk, place)
    }
    places = projectPlaces(walk.files).filter((place) => !seen.has(place.path))
  }
  if (walk.files.length > limits.files) walk.diagnostics.push(diagnose('too-many-files', { limit: limits.files }))
  return { files: walk.files, seeds: walk.seeds, diagnostics: walk.diagnostics }
}

import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import type { Graph } from '../compiler/index.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/index.ts'
import type { Json } from '../project/index.ts'
import type { Output } from './output.ts'
import { makeFolderWithin, targetFolder } from './target-folder.ts'

/** What reading and compiling a project gave: its graph, and the warnings that go with it. */
export interface CachedGraph {
  readonly graph: Graph
  readonly diagnostics: readonly Diagnostic[]
}

/** Everything that decides what compiling gives. */
export interface CompileInputs {
  readonly files: readonly SourceFile[]
  readonly target: string | undefined
  readonly vars: Readonly<Record<string, Json>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Names the build: bundled modules carry a hash of their content, and of all they import, in their names. From source there
 * is no such name, and nothing is cached.
 */
const build = basename(new URL(import.meta.url).pathname)
const isBundled = build.endsWith('.js')

/** Environment variables that compiling may read: the allowed ones, and those that a YAML file names. */
function readableEnv({ files, env }: CompileInputs): [string, string | undefined][] {
  const yaml = files.filter((file) => !file.path.endsWith('.sql')).map((file) => file.text)
  // `_` is the shell's own, another one for every command, and a letter of every file.
  const isRead = (name: string) => name.startsWith('ELT_') || (name !== '_' && yaml.some((text) => text.includes(name)))
  return Object.entries(env)
    .filter(([name]) => isRead(name))
    .sort()
}

/**
 * A random text that only this user knows. Without it a pull request could bring a graph of its own in the place of the cache,
 * with SQL that no compiler has seen. Where none can be kept, nothing that was cached is believed.
 */
function ownSecret(env: CompileInputs['env']): string {
  const folder = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'elt')
  const path = join(folder, 'cache-secret')
  const fresh = randomBytes(32).toString('hex')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // Fails when there is one already, perhaps since a moment: that one counts.
    writeFileSync(path, fresh, { flag: 'wx', mode: 0o600 })
  } catch {
    // Read below.
  }
  try {
    const kept = readFileSync(path, 'utf8')
    return kept.length === fresh.length ? kept : fresh
  } catch {
    return fresh
  }
}

/** A hash of the inputs and of the build of elt: equal keys compile to equal graphs. Nobody else can tell the key. */
export function cacheKey(inputs: CompileInputs): string {
  if (!isBundled) return ''
  const hash = createHash('sha256')
  // Lengths keep neighbours apart: `a` + `bc` is not `ab` + `c`.
  const add = (text: string) => hash.update(`${text.length}:`).update(text)
  add(build)
  add(ownSecret(inputs.env))
  add(JSON.stringify([inputs.target ?? null, inputs.vars, readableEnv(inputs)]))
  for (const { path, text } of inputs.files) {
    add(path)
    add(text)
  }
  return hash.digest('hex')
}

function cacheFile(directory: string): string {
  return join(directory, targetFolder, 'cache', 'graph.json')
}

/** The graph of an earlier command with the same key; undefined when there is none, or the file cannot be read. */
export function readCachedGraph(directory: string, key: string): CachedGraph | undefined {
  if (!isBundled) return undefined
  try {
    const text = readFileSync(cacheFile(directory), 'utf8')
    const end = text.indexOf('\n')
    return text.slice(0, end) === key ? JSON.parse(text.slice(end + 1)) : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps a graph for the next command. One that holds a secret value is not kept, and a folder that cannot be written is no
 * reason to fail: the cache saves time and nothing else. Written aside and renamed, so that two processes cannot mix.
 */
export function writeCachedGraph(output: Output, directory: string, key: string, cached: CachedGraph): void {
  if (!isBundled) return
  const text = JSON.stringify(cached)
  if (output.secrets.mask(text) !== text) return
  const path = cacheFile(directory)
  try {
    if (!makeFolderWithin(directory, join(directory, targetFolder, 'cache'))) return
    writeFileSync(`${path}.${process.pid}`, `${key}\n${text}`)
    renameSync(`${path}.${process.pid}`, path)
  } catch {
    // Nothing depends on it.
  }
}

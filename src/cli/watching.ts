import { type FSWatcher, readdirSync, statSync, watch as watchFiles } from 'node:fs'
import { join, sep } from 'node:path'
import type { Selection } from '../compiler/index.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { partitionOption } from './asked-partitions.ts'
import type { Context } from './context.ts'
import { exitCodeOfSignal } from './exit-code.ts'
import { findProject } from './find-project.ts'
import { judge } from './judging.ts'
import { type Compiled, loadGraph } from './load.ts'
import { selectNodes } from './selection.ts'

/** How long it is quiet before what changed is looked at: editors write a file in several steps. Milliseconds. */
const quiet = 150

/** What is judged, by keys that are other ones when their SQL, rows or settings are. */
type Keys = ReadonlyMap<string, string>

function keysOf({ graph }: Compiled, selection: Selection): Keys {
  const fingerprints = new Map(graph.models.map(({ id, fingerprint }) => [id, fingerprint]))
  const wanted = new Set([...selection.unitTests, ...selection.assertions])
  return new Map([
    ...graph.unitTests
      .filter(({ id }) => wanted.has(id))
      .map(({ id, hash, model }) => [id, `${hash} ${fingerprints.get(model)}`] as const),
    ...graph.assertions
      .filter(({ id }) => wanted.has(id))
      .map(
        ({ id, hash, reads }) => [id, [hash, ...reads.map((node) => fingerprints.get(node) ?? '')].join(' ')] as const,
      ),
  ])
}

/** Judges what is other than it was when it passed. What passed now is remembered. */
async function round(context: Context, passed: Map<string, string>): Promise<void> {
  const { output } = context
  try {
    const compiled = await loadGraph(context)
    const selection = await selectNodes(context, compiled)
    const keys = keysOf(compiled, selection)
    const isDue = (id: string): boolean => passed.get(id) !== keys.get(id)
    const due = { assertions: selection.assertions.filter(isDue), unitTests: selection.unitTests.filter(isDue) }
    if (due.assertions.length + due.unitTests.length === 0) {
      output.answer(`${output.theme.good('✓')} nothing that is selected has changed`)
      return
    }
    const onPassed = (ids: readonly string[]): void => {
      for (const id of ids) passed.set(id, keys.get(id) ?? '')
    }
    await judge(context, compiled, { ...due, onPassed })
  } catch (error) {
    // A project that is being worked on is wrong half of the time.
    if (!(error instanceof Failure)) throw error
    output.report(error.diagnostics)
  }
}

/** Whether a path below a project may be one of its files: nothing that commands write. */
function isOfProject(path: string): boolean {
  const parts = path.split(sep)
  return path !== '' && parts[0] !== 'target' && parts.every((part) => !part.startsWith('.') && part !== 'node_modules')
}

/**
 * Watches every folder of a project by itself: a watch of the whole tree follows the files that were there when it began, and where
 * an editor replaces one by a new one, it is blind to what is written into that. A folder that goes takes its watch along.
 */
function watchFolders(directory: string, onChange: (path: string) => void): { close: () => void } {
  const watchers = new Map<string, FSWatcher>()
  const forget = (folder: string): void => {
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(folder + sep)) continue
      watcher.close()
      watchers.delete(path)
    }
  }
  const enter = (folder: string): void => {
    const place = join(directory, folder)
    if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) return
    const watcher = watchFiles(place, (event, name) => {
      const path = name === null ? '' : join(folder, name)
      if (!isOfProject(path)) return
      // Something came or went: a folder of that name is another one than before.
      if (event === 'rename') {
        forget(path)
        enter(path)
      }
      onChange(path)
    })
    watcher.on('error', () => forget(folder))
    watchers.set(folder, watcher)
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && isOfProject(path)) enter(path)
    }
  }
  enter('')
  return {
    close: () => {
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}

/** Gathers changed paths, and hands them out when it has been quiet for a while; undefined when the command is stopped. */
function changes(directory: string, signal: AbortSignal) {
  const paths = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isQuiet = false
  let wake: () => void = () => undefined
  const watcher = watchFolders(directory, (path) => {
    paths.add(path)
    isQuiet = false
    clearTimeout(timer)
    timer = setTimeout(() => {
      isQuiet = true
      wake()
    }, quiet)
  })
  return {
    next: async (): Promise<readonly string[] | undefined> => {
      while (!signal.aborted && !isQuiet) {
        await new Promise<void>((resolve) => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      isQuiet = false
      const found = [...paths].sort()
      paths.clear()
      return signal.aborted ? undefined : found
    },
    close: () => {
      clearTimeout(timer)
      watcher.close()
    },
  }
}

/** Judges what is selected, and then, whenever files of the project change, what that touches; until it is interrupted. */
export async function watch(context: Context): Promise<number> {
  const { io, output, options } = context
  if (output.json) {
    const why = 'one answer would follow the other'
    throw new Failure(diagnose('option-conflict', { option: '--watch', other: '--output json', why }))
  }
  const option = partitionOption(context)
  if (option !== undefined) {
    const why = 'what is watched is judged whole'
    throw new Failure(diagnose('option-conflict', { option: '--watch', other: option, why }))
  }
  const directory = findProject(io.cwd, options['project-dir'])
  const passed = new Map<string, string>()
  const changed = changes(directory, io.signal)
  const { progress, progressTheme: theme } = output
  try {
    await round(context, passed)
    for (;;) {
      progress.write(theme.dim('watching; Ctrl-C ends\n'))
      const paths = await changed.next()
      if (!paths) return exitCodeOfSignal(io.signal.reason)
      if (progress.isTerminal) progress.write('\u001b[2J\u001b[3J\u001b[H')
      const more = paths.length > 3 ? ` and ${paths.length - 3} more` : ''
      progress.write(theme.dim(`changed: ${paths.slice(0, 3).join(', ')}${more}\n\n`))
      await round(context, passed)
    }
  } finally {
    changed.close()
  }
}

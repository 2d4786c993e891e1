import { spawnSync } from 'node:child_process'
import type { SourceFile } from '../diagnostics/index.ts'
import { projectPlaces } from '../project/index.ts'
import { isProjectFile, limits } from './project-files.ts'

/** The files of a project at a revision, or why they cannot be had. */
export type Revision =
  | { readonly files: readonly SourceFile[] }
  | { readonly reason: string; readonly help?: string | undefined }

const stateHelp = 'a state is a git revision, or a folder with manifest.json: `--state path/to/artifacts`'

/** Most bytes that git may answer with. */
const mostBytes = 1_000_000_000

interface Answer {
  readonly ok: boolean
  readonly out: Buffer
  readonly complaint: string
}

type Git = (words: readonly string[], input?: string) => Answer

/** Git in a folder. It takes no locks, fetches nothing, and finds the repository around the folder by itself. */
function gitIn(folder: string, env: Readonly<Record<string, string | undefined>>): Git {
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, GIT_PREFIX: ____, ...rest } = env
  const own = { ...rest, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  return (words, input) => {
    const { status, stdout, stderr, error } = spawnSync('git', ['-C', folder, '--no-pager', ...words], {
      env: own,
      maxBuffer: mostBytes,
      ...(input === undefined ? {} : { input }),
    })
    if (error && 'code' in error && error.code === 'ENOENT') {
      return { ok: false, out: Buffer.alloc(0), complaint: 'git is not installed' }
    }
    const [line = ''] = (stderr?.toString('utf8') ?? '').split('\n')
    const complaint = error?.message ?? line.replace(/^(?:fatal|error):\s*/, '')
    return { ok: status === 0 && !error, out: stdout ?? Buffer.alloc(0), complaint }
  }
}

/** A revision that is not known may be one that the clone left out. */
function unknownRevision(git: Git, revision: string): Revision {
  const isShallow = git(['rev-parse', '--is-shallow-repository']).out.toString('utf8').trim() === 'true'
  const branch = /^origin\/(.+)$/.exec(revision)?.[1]
  return {
    reason: `git knows no such revision${isShallow ? ', and this clone is shallow' : ''}`,
    help: isShallow
      ? `fetch it first: \`git fetch --depth=1 origin ${branch ? `${branch}:refs/remotes/origin/${branch}` : revision}\` (in GitHub Actions: \`fetch-depth: 0\`)`
      : branch
        ? `fetch it first: \`git fetch origin ${branch}\``
        : '`git log --oneline` lists revisions; a folder must hold manifest.json to be a state',
  }
}

/** Paths of regular files with their object ids, relative to the folder. Links and submodules are left out. */
function listed(answer: Buffer): [path: string, object: string][] {
  return answer
    .toString('utf8')
    .split('\0')
    .flatMap((entry): [string, string][] => {
      const [, object, path] = /^100\d{3} blob (\w+)\s+(?:\d+|-)?\t?(.+)$/s.exec(entry) ?? []
      return object && path ? [[path, object]] : []
    })
}

/** Contents of objects, in the order they were asked for: `<object> blob <size>`, a line break, the bytes, a line break. */
function contents(answer: Buffer, count: number): string[] | undefined {
  const texts: string[] = []
  let at = 0
  while (texts.length < count) {
    const end = answer.indexOf(10, at)
    const size = /^\w+ blob (\d+)$/.exec(end < 0 ? '' : answer.toString('latin1', at, end))?.[1]
    if (size === undefined) return undefined
    const text = answer.toString('utf8', end + 1, end + 1 + Number(size))
    texts.push(text.startsWith('\ufeff') ? text.slice(1) : text)
    at = end + 2 + Number(size)
  }
  return texts
}

/** Reads the files of the project in `folder` as they were at a revision. Nothing is checked out. */
export function filesAt(folder: string, revision: string, env: Readonly<Record<string, string | undefined>>): Revision {
  const git = gitIn(folder, env)
  const repository = git(['rev-parse', '--show-prefix'])
  if (!repository.ok) return { reason: repository.complaint || 'this folder is in no git repository', help: stateHelp }
  const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  if (!commit.ok) return unknownRevision(git, revision)
  const tree = git(['ls-tree', '-r', '-z', commit.out.toString('utf8').trim()])
  if (!tree.ok) return { reason: tree.complaint }
  const entries = listed(tree.out)
  if (!entries.some(([path]) => path === 'project.yml')) return { reason: 'there was no project.yml at that revision' }
  const files: SourceFile[] = []
  // What was read names folders of more files, until nothing new is named.
  for (;;) {
    const places = projectPlaces(files.length > 0 ? files : undefined)
    const known = new Set(files.map(({ path }) => path))
    const next = entries.filter(([path]) => !known.has(path) && isProjectFile(path, places))
    if (next.length === 0) return { files }
    if (next.length > limits.files) return { reason: `it has more than ${limits.files} files` }
    const read = git(['cat-file', '--batch'], next.map(([, object]) => `${object}\n`).join(''))
    const texts = read.ok ? contents(read.out, next.length) : undefined
    if (!texts) return { reason: read.complaint || 'its files are not in this clone' }
    files.push(...next.map(([path], i) => ({ path, text: texts[i] ?? '' })))
  }
}

import { Worker } from 'node:worker_threads'
import type { Compilation } from '../../compiler/index.ts'
import { diagnose, Failure } from '../../diagnostics/index.ts'
import type { Context } from '../context.ts'
import type { CompileTask } from './compile-task.ts'

/** Longest that compiling a project may take apart, and most memory of it. */
const limits = { seconds: 60, megabytes: 2048 }

/** From source there is no bundled worker that Node 20 could start: templates then run in this thread. */
const isBundled = new URL(import.meta.url).pathname.endsWith('.js')

/** Whether templates are those of strangers: CI runs them for every pull request. */
export function isUntrusted({ io, options }: Context): boolean {
  const { CI } = io.env
  const isCi = CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0'
  return isBundled && (options.untrusted === true || isCi)
}

/** The task without what a template must never find: keys of the target, and files that may hold them. */
function withoutSecrets({ project, results }: CompileTask): CompileTask {
  return { project: { ...project, target: { ...project.target, options: {} }, files: new Map() }, results }
}

export interface Apart {
  /** The bundle of `compile-worker.ts`. */
  readonly worker: URL
  readonly seconds: number
  readonly megabytes: number
}

/**
 * Compiles in a thread of its own, with an empty environment, without the target's keys, and in bounded time and memory:
 * whoever broke out of a template there would find nothing. Gives what compiling here gives.
 */
export function compileApart(
  task: CompileTask,
  signal: AbortSignal,
  apart: Apart = { worker: new URL('./compile-worker.js', import.meta.url), ...limits },
): Promise<Compilation> {
  const worker = new Worker(apart.worker, {
    workerData: withoutSecrets(task),
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: apart.megabytes },
  })
  return new Promise<Compilation>((resolve, reject) => {
    const fail = (limit: string) => reject(new Failure(diagnose('compile-timeout', { limit })))
    signal.addEventListener('abort', () => settle(() => reject(signal.reason)), { once: true })
    const timer = setTimeout(() => fail(`${apart.seconds} seconds`), apart.seconds * 1000)
    const settle = (work: () => void) => {
      clearTimeout(timer)
      work()
    }
    worker.once('message', (compiled: Compilation) => settle(() => resolve(compiled)))
    worker.once('error', (error: NodeJS.ErrnoException) =>
      settle(() => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? fail(`${apart.megabytes} MB`) : reject(error))),
    )
    worker.once('exit', () => settle(() => reject(new Error('the compiling thread ended without an answer'))))
  }).finally(() => worker.terminate())
}

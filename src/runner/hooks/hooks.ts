import type { Connection } from '../../adapters/contract.ts'
import type { Hook, Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose, Failure } from '../../diagnostics/index.ts'
import {
  errorDiagnostics,
  explain,
  placeOfError,
  retrying,
  sending,
  type Workshop,
  wholeStatement,
  withConnection,
} from '../site/index.ts'

/** Hooks that are run together, and what to say when one of them fails. */
export interface HookRun {
  /** `post_hook`, `on_run_start` … */
  readonly name: string
  readonly model?: Model
  readonly hooks: readonly Hook[]
  /** What a failure leaves behind. */
  readonly consequence: string
}

const passing: ReadonlySet<string> = new Set(['transient', 'connection', 'cancelled'])

/** The error of a hook as a diagnostic at its place in the template; what may pass, or was stopped from outside, stays as it is. */
function failureOf(workshop: Workshop, run: HookRun, error: unknown): unknown {
  if (error instanceof Failure || workshop.stop.aborted) return error
  const { kind, message, candidates } = explain(error, workshop)
  if (passing.has(kind)) return error
  const { name, model, consequence } = run
  const about = { hook: name, message, candidates: candidates ?? [], consequence }
  const place = placeOfError(error, workshop) ?? model?.location
  return new Failure(diagnose('hook-failed', model ? { ...about, model: model.id } : about, place))
}

/** Runs the statements of hooks on a connection, in order. Rejects with `Failure` (`hook-failed`). */
export async function sendHooks(workshop: Workshop, connection: Connection, run: HookRun): Promise<void> {
  const label = run.model?.id ?? run.name
  try {
    for (const { sql } of run.hooks) {
      const statement = wholeStatement(workshop, sql)
      const options = { signal: workshop.stop, label, single: true }
      await sending(statement.sql, statement, (text) => connection.run(text, options))
    }
  } catch (error) {
    throw failureOf(workshop, run, error)
  }
}

/** Neighbours that agree on whether they run in a transaction. */
function groups(hooks: readonly Hook[]): Hook[][] {
  const found: Hook[][] = []
  for (const hook of hooks) {
    const last = found.at(-1)
    if (last && last[0]?.transaction === hook.transaction) last.push(hook)
    else found.push([hook])
  }
  return found
}

/** Runs hooks that belong to no publication, on a connection of their own: those side by side in one transaction. */
export function runAlone(workshop: Workshop, run: HookRun): Promise<void> {
  if (run.hooks.length === 0) return Promise.resolve()
  return retrying(workshop, () => alone(workshop, run))
}

function alone(workshop: Workshop, run: HookRun): Promise<void> {
  return withConnection(workshop.session, async (connection) => {
    for (const hooks of groups(run.hooks)) {
      const send = () => sendHooks(workshop, connection, { ...run, hooks })
      await (hooks[0]?.transaction ? connection.transaction(send) : send())
    }
  })
}

const ofRun = {
  on_run_start: { hooks: 'onRunStart', consequence: 'nothing was started: all rows are as they were' },
  on_run_end: { hooks: 'onRunEnd', consequence: 'what was built before stays' },
} as const

/** Runs the hooks of the run; what is wrong with them, if anything. */
export async function runHooks(workshop: Workshop, name: keyof typeof ofRun): Promise<readonly Diagnostic[]> {
  const { hooks, consequence } = ofRun[name]
  if (workshop.stop.aborted) return []
  try {
    await runAlone(workshop, { name, hooks: workshop.graph[hooks], consequence })
    return []
  } catch (error) {
    return workshop.stop.aborted ? [] : errorDiagnostics(error, { subject: name, location: undefined }, workshop)
  }
}

import type { Connection } from '../adapters/contract.ts'
import type { Model } from '../compiler/index.ts'
import type { Diagnostic } from '../diagnostics/index.ts'
import type { Plan } from '../planner/index.ts'
import { leaseOf, retrying } from './attempt.ts'
import { withConnection } from './connections.ts'
import type { Site, Workshop } from './context.ts'
import { errorDiagnostics } from './engine-error.ts'
import { type HookRun, runAlone, sendHooks } from './hooks.ts'

/** What is left to run of a model's post_hook: nothing, what stands outside of the publishing transaction, or all of it. */
type Left = 'none' | 'after' | 'all'

/** What a publication does with the post_hook of its model. */
export interface HookPart {
  /** Runs it as far as it belongs into the transaction; to be called when the rows are written. */
  readonly run: (workshop: Workshop, connection: Connection) => Promise<void>
  /** What the publication records. */
  readonly record: 'done' | 'pending'
  /** To be called when the transaction is committed. */
  readonly settle: () => void
}

/**
 * When the hooks of models run: the pre_hook before a model's first staging, the post_hook in the transaction that publishes
 * its last batch. Where nobody could know which one that is (batches side by side, a last one that failed), the publications
 * leave it pending in the ledger, and it runs when the last batch is over.
 */
export interface ModelHooks {
  /** Runs the pre_hook, once; every batch of the model waits for it and fails with it. */
  readonly before: (site: Site, model: Model) => Promise<void>
  /** `lasts`: how many batches of the model the transaction publishes the last rows of. Undefined: there is no post_hook. */
  readonly publishing: (model: Model, lasts: number, transactions: boolean) => HookPart | undefined
  /** Says that a batch is over; runs what is pending after the last one. */
  readonly over: (site: Site, model: Model) => Promise<void>
  /** Runs the hooks that an earlier run left behind, of models that this one does not build. */
  readonly resume: (site: Site) => Promise<void>
  /** Runs what is pending although batches were never started: nothing more is published. */
  readonly end: (site: Site) => Promise<void>
  /** Of hooks that failed when the rows were published already. */
  readonly diagnostics: () => readonly Diagnostic[]
}

interface State {
  batches: number
  left: Left
  before?: Promise<void>
}

const keeps = (model: Model) => `nothing was changed: ${model.id} keeps the rows it had`
const stays = (model: Model) =>
  `the rows of ${model.id} are published and stay; the hook is pending: the next run that looks at the model runs it again`

function postHooks(model: Model, transaction: boolean, consequence: string): HookRun {
  const hooks = model.postHooks.filter((hook) => hook.transaction === transaction)
  return { name: 'post_hook', model, hooks, consequence }
}

/** Runs what is left of a post_hook after the publications, and records that. */
function runLeft(site: Site, model: Model, left: Left): Promise<void> {
  const within = left === 'all' ? postHooks(model, true, stays(model)) : { ...postHooks(model, true, ''), hooks: [] }
  const after = postHooks(model, false, stays(model))
  const settle = (connection: Connection) => site.ledger.settleHooks(connection, model.id, leaseOf(site, model))
  const work = (connection: Connection) =>
    connection.transaction(async () => {
      await sendHooks(site, connection, within)
      if (after.hooks.length === 0) await settle(connection)
    })
  const rest = async (connection: Connection): Promise<void> => {
    if (after.hooks.length === 0) return
    await sendHooks(site, connection, after)
    await connection.transaction(() => settle(connection))
  }
  const both = async (connection: Connection): Promise<void> => {
    await work(connection)
    await rest(connection)
  }
  const inTurn = () => site.publications.of([model.id])(() => withConnection(site.session, both))
  return retrying(site, inTurn)
}

function createState(plan: Plan): Map<string, State> {
  const pending = new Set(plan.pendingHooks)
  const counts = new Map(plan.steps.map(({ model, batches }) => [model, batches.length]))
  return new Map(
    [...new Set([...pending, ...counts.keys()])].map((id) => [
      id,
      { batches: counts.get(id) ?? 0, left: pending.has(id) ? 'all' : 'none' },
    ]),
  )
}

export function createModelHooks(plan: Plan): ModelHooks {
  const states = createState(plan)
  const failures: Diagnostic[] = []
  const stateOf = (model: Model): State => {
    const known = states.get(model.id) ?? { batches: 0, left: 'none' }
    states.set(model.id, known)
    return known
  }
  const catchUp = async (site: Site, model: Model): Promise<void> => {
    const state = stateOf(model)
    if (state.left === 'none' || model.postHooks.length === 0 || site.stop.aborted) return
    const { left } = state
    state.left = 'none'
    try {
      await runLeft(site, model, left)
    } catch (error) {
      if (site.stop.aborted) return
      failures.push(...errorDiagnostics(error, { subject: `post_hook of ${model.id}`, location: model.location }, site))
    }
  }
  const each = async (site: Site, wanted: (state: State) => boolean): Promise<void> => {
    for (const [id, state] of states) {
      const model = site.models.get(id)
      if (model && wanted(state)) await catchUp(site, model)
    }
  }
  return {
    before: (site, model) => {
      if (model.preHooks.length === 0) return Promise.resolve()
      const state = stateOf(model)
      const run = { name: 'pre_hook', model, hooks: model.preHooks, consequence: keeps(model) }
      state.before ??= retrying(site, () => runAlone(site, run))
      return state.before
    },
    publishing: (model, lasts, transactions) => {
      if (model.postHooks.length === 0) return undefined
      const state = stateOf(model)
      const runs = transactions && lasts > 0 && lasts === state.batches
      const within = postHooks(model, true, keeps(model))
      const isAll = runs && within.hooks.length === model.postHooks.length
      return {
        run: async (workshop, connection) => {
          if (runs) await sendHooks(workshop, connection, within)
        },
        record: isAll ? 'done' : 'pending',
        settle: () => {
          state.left = isAll ? 'none' : runs ? 'after' : 'all'
        },
      }
    },
    over: async (site, model) => {
      const state = stateOf(model)
      state.batches -= 1
      if (state.batches === 0) await catchUp(site, model)
    },
    resume: (site) => each(site, ({ batches }) => batches === 0),
    end: (site) => each(site, ({ left }) => left !== 'none'),
    diagnostics: () => failures,
  }
}

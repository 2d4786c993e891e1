import type { Connection } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import type { Diagnostic } from '../../diagnostics/index.ts'
import type { Plan } from '../../planner/index.ts'

/** What is left to run of a model's post_hook: nothing, what stands outside of the publishing transaction, or all of it. */
export type Left = 'none' | 'after' | 'all'

/** How the hooks of a model are sent. */
export interface HookSender {
  /** The pre_hook, on a connection of its own. */
  readonly before: (model: Model) => Promise<void>
  /** What of the post_hook belongs into the transaction that publishes, on its connection. */
  readonly within: (model: Model, connection: Connection) => Promise<void>
  /** The post_hook when the rows are published already, and the record that it ran. */
  readonly late: (model: Model, left: 'after' | 'all') => Promise<void>
  /** What to say of an error of `late`. */
  readonly explain: (model: Model, error: unknown) => readonly Diagnostic[]
  /** Whether the run was stopped: what is pending is left to the next one. */
  readonly stopped: () => boolean
  /** Whether rows, hooks and record can be one transaction. */
  readonly transactions: boolean
}

/** What a publication does with the post_hook of its model. */
export interface HookPart {
  /** Runs it as far as it belongs into the transaction; to be called when the rows are written. */
  readonly run: (connection: Connection) => Promise<void>
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
  readonly before: (model: Model) => Promise<void>
  /** `lasts`: how many batches of the model the transaction publishes the last rows of. Undefined: there is no post_hook. */
  readonly publishing: (model: Model, lasts: number) => HookPart | undefined
  /** Says that a batch is over; runs what is pending after the last one. */
  readonly over: (model: Model) => Promise<void>
  /** Runs the hooks that an earlier run left behind, of models that this one does not build. */
  readonly resume: () => Promise<void>
  /** Runs what is pending although batches were never started: nothing more is published. */
  readonly end: () => Promise<void>
  /** Of hooks that failed when the rows were published already. */
  readonly diagnostics: () => readonly Diagnostic[]
}

interface State {
  /** Batches that are not over. */
  batches: number
  left: Left
  before?: Promise<void>
}

function statesOf({ steps, pendingHooks }: Plan): Map<string, State> {
  const pending = new Set(pendingHooks)
  const counts = new Map(steps.map(({ model, batches }) => [model, batches.length]))
  return new Map(
    [...new Set([...pending, ...counts.keys()])].map((id) => [
      id,
      { batches: counts.get(id) ?? 0, left: pending.has(id) ? 'all' : 'none' },
    ]),
  )
}

export function createModelHooks(plan: Plan, models: ReadonlyMap<string, Model>, sender: HookSender): ModelHooks {
  const states = statesOf(plan)
  const failures: Diagnostic[] = []
  const stateOf = (model: Model): State => {
    const known = states.get(model.id) ?? { batches: 0, left: 'none' }
    states.set(model.id, known)
    return known
  }
  const catchUp = async (model: Model): Promise<void> => {
    const state = stateOf(model)
    const { left } = state
    if (left === 'none' || model.postHooks.length === 0 || sender.stopped()) return
    state.left = 'none'
    try {
      await sender.late(model, left)
    } catch (error) {
      if (!sender.stopped()) failures.push(...sender.explain(model, error))
    }
  }
  const each = async (wanted: (state: State) => boolean): Promise<void> => {
    for (const [id, state] of states) {
      const model = models.get(id)
      if (model && wanted(state)) await catchUp(model)
    }
  }
  return {
    before: (model) => {
      if (model.preHooks.length === 0) return Promise.resolve()
      const state = stateOf(model)
      state.before ??= sender.before(model)
      return state.before
    },
    publishing: (model, lasts) => {
      if (model.postHooks.length === 0) return undefined
      const state = stateOf(model)
      const runs = sender.transactions && lasts > 0 && lasts === state.batches
      const isAll = runs && model.postHooks.every(({ transaction }) => transaction)
      return {
        run: async (connection) => {
          if (runs) await sender.within(model, connection)
        },
        record: isAll ? 'done' : 'pending',
        settle: () => {
          state.left = isAll ? 'none' : runs ? 'after' : 'all'
        },
      }
    },
    over: async (model) => {
      const state = stateOf(model)
      state.batches -= 1
      if (state.batches === 0) await catchUp(model)
    },
    resume: () => each(({ batches }) => batches === 0),
    end: () => each(({ left }) => left !== 'none'),
    diagnostics: () => failures,
  }
}

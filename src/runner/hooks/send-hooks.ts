import type { Connection } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { errorDiagnostics, type HookSender, leaseOf, retrying, type Site, withConnection } from '../site/index.ts'
import { type HookRun, runAlone, sendHooks } from './hooks.ts'

type Ground = Omit<Site, 'hooks'>

const keeps = (model: Model) => `nothing was changed: ${model.id} keeps the rows it had`
const stays = (model: Model) =>
  `the rows of ${model.id} are published and stay; the hook is pending: the next run that looks at the model runs it again`

function postHooks(model: Model, transaction: boolean, consequence: string): HookRun {
  const hooks = model.postHooks.filter((hook) => hook.transaction === transaction)
  return { name: 'post_hook', model, hooks, consequence }
}

/** Runs what is left of a post_hook on a connection of its own; the record that it ran is in the last of its transactions. */
async function sendLate(ground: Ground, model: Model, left: 'after' | 'all', connection: Connection): Promise<void> {
  const settle = (write: () => Promise<void>) =>
    ground.ledger.settleHooks(connection, model.id, leaseOf(ground, model), write)
  const after = postHooks(model, false, stays(model))
  const within = () => sendHooks(ground, connection, postHooks(model, true, stays(model)))
  if (after.hooks.length === 0) return left === 'all' ? settle(within) : undefined
  if (left === 'all') await connection.transaction(within)
  await sendHooks(ground, connection, after)
  await settle(async () => undefined)
}

/** Sends the hooks of models to the warehouse of a run. */
export function createHookSender(ground: Ground): HookSender {
  return {
    before: (model) => {
      const run = { name: 'pre_hook', model, hooks: model.preHooks, consequence: keeps(model) }
      return runAlone(ground, run)
    },
    within: (model, connection) => sendHooks(ground, connection, postHooks(model, true, keeps(model))),
    late: (model, left) => {
      const send = (connection: Connection) => sendLate(ground, model, left, connection)
      return retrying(ground, () => ground.publications.of([model.id])(() => withConnection(ground.session, send)))
    },
    explain: (model, error) =>
      errorDiagnostics(error, { subject: `post_hook of ${model.id}`, location: model.location }, ground),
    stopped: () => ground.stop.aborted,
    transactions: ground.adapter.features.transactions,
  }
}

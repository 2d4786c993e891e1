import type { Adapter } from '../adapters/contract.ts'
import { adapterNames, adapterOf } from '../adapters/index.ts'
import { type Checked, type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'
import type { Target } from '../project/index.ts'
import type { Context } from './context.ts'
import type { ProjectFrame } from './graph-cache.ts'
import { valueOrStop } from './loaded.ts'
import { secretOptions } from './secrets.ts'
import { checkTargetOptions } from './target-options.ts'

/** Engines that can hold the ledger of another warehouse: several processes have it open at a time. */
const ledgerEngines = adapterNames.filter((name) => {
  const features = adapterOf(name)?.features
  return features?.ledger && !features.exclusiveWriter
})

function checkLedger({ ledger }: Target): Diagnostic[] {
  const adapter = ledger && ledgerEngines.includes(ledger.type) ? adapterOf(ledger.type) : undefined
  if (!ledger) return []
  if (adapter) return checkTargetOptions(ledger, adapter)
  return [diagnose('ledger-engine', { type: ledger.type, known: ledgerEngines }, ledger.location)]
}

/** Whether what another target has built is reached through the connection of this one. */
function checkDeferred({ name, type, options, deferTo }: Target, adapter: Adapter, directory: string): Diagnostic[] {
  if (!deferTo) return []
  const apart = (difference: string) => [
    diagnose('defer-apart', { target: name, other: deferTo.name, difference }, deferTo.location),
  ]
  if (deferTo.type !== type) return apart(`its engine is ${deferTo.type}, and here it is ${type}`)
  const wrong = checkTargetOptions(deferTo, adapter)
  if (wrong.length > 0) return wrong
  const of = (given: Target['options']) => adapter.database({ options: given, projectDirectory: directory })
  const [here, there] = [of(options), of(deferTo.options)]
  const part = Object.keys(here).find((key) => here[key] !== there[key])
  return part === undefined ? [] : apart(`its ${part} is ${there[part]}, and here it is ${here[part]}`)
}

function engineOf(target: Target, directory: string): Checked<Adapter> {
  const adapter = adapterOf(target.type)
  if (adapter) {
    const own = [...checkTargetOptions(target, adapter), ...checkLedger(target)]
    return { value: adapter, diagnostics: own.length > 0 ? own : checkDeferred(target, adapter, directory) }
  }
  const parameters = { type: target.type, similar: nearest(target.type, adapterNames), known: adapterNames }
  return { value: undefined, diagnostics: [diagnose('adapter-unknown', parameters, target.location)] }
}

/** Takes note of the secrets of a target, and finds its engine. */
export function withEngine<P extends ProjectFrame>(
  context: Context,
  directory: string,
  project: P,
): { readonly directory: string; readonly project: P; readonly adapter: Adapter } {
  const { options, ledger, deferTo } = project.target
  const secrets = [options, ledger?.options ?? {}, deferTo?.options ?? {}].flatMap(secretOptions)
  for (const secret of secrets) context.output.secrets.add(secret)
  return { directory, project, adapter: valueOrStop(context, engineOf(project.target, directory)) }
}

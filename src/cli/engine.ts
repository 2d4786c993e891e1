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

function engineOf(target: Target): Checked<Adapter> {
  const adapter = adapterOf(target.type)
  if (adapter) return { value: adapter, diagnostics: [...checkTargetOptions(target, adapter), ...checkLedger(target)] }
  const parameters = { type: target.type, similar: nearest(target.type, adapterNames), known: adapterNames }
  return { value: undefined, diagnostics: [diagnose('adapter-unknown', parameters, target.location)] }
}

/** Takes note of the secrets of a target, and finds its engine. */
export function withEngine<P extends ProjectFrame>(
  context: Context,
  directory: string,
  project: P,
): { readonly directory: string; readonly project: P; readonly adapter: Adapter } {
  const { options, ledger } = project.target
  const secrets = [...secretOptions(options), ...secretOptions(ledger?.options ?? {})]
  for (const secret of secrets) context.output.secrets.add(secret)
  return { directory, project, adapter: valueOrStop(context, engineOf(project.target)) }
}

import type { Adapter } from '../adapters/contract.ts'
import { adapterNames, adapterOf } from '../adapters/index.ts'
import { type Checked, diagnose, nearest } from '../diagnostics/index.ts'
import type { Target } from '../project/index.ts'
import type { Context } from './context.ts'
import type { ProjectFrame } from './graph-cache.ts'
import { valueOrStop } from './loaded.ts'
import { secretOptions } from './secrets.ts'
import { checkTargetOptions } from './target-options.ts'

function engineOf(target: Target): Checked<Adapter> {
  const adapter = adapterOf(target.type)
  if (adapter) return { value: adapter, diagnostics: checkTargetOptions(target, adapter) }
  const parameters = { type: target.type, similar: nearest(target.type, adapterNames), known: adapterNames }
  return { value: undefined, diagnostics: [diagnose('adapter-unknown', parameters, target.location)] }
}

/** Takes note of the secrets of a target, and finds its engine. */
export function withEngine<P extends ProjectFrame>(
  context: Context,
  directory: string,
  project: P,
): { readonly directory: string; readonly project: P; readonly adapter: Adapter } {
  for (const secret of secretOptions(project.target.options)) context.output.secrets.add(secret)
  return { directory, project, adapter: valueOrStop(context, engineOf(project.target)) }
}

import type { Graph, Hook, Model } from '../compiler/index.ts'
import type { Due } from '../planner/index.ts'
import { wholeSql } from './compiled-sql.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'
import { writeTargetFile } from './target-folder.ts'

/** The SQL of hooks as it will be sent, in order. */
export interface HooksSql {
  readonly pre_hooks?: readonly string[]
  readonly post_hooks?: readonly string[]
}

function texts(compiled: Compiled, due: Due, hooks: readonly Hook[]): string[] {
  return hooks.map(({ sql }) => wholeSql(compiled, due, sql).sql.trim())
}

/** The file of hooks that belong to one model, beside its own: `analytics/big.sql` → `analytics/big.post_hook.sql`. */
function write(context: Context, compiled: Compiled, name: string, sql: readonly string[]): void {
  if (sql.length === 0) return
  writeTargetFile(context.output, compiled.directory, `compiled/${name}.sql`, `${sql.join(';\n\n')};\n`)
}

/** Writes the hooks of a model to `target/compiled`, beside its query, and returns their SQL. */
export function writeModelHooks(context: Context, compiled: Compiled, due: Due, model: Model): HooksSql {
  const [pre, post] = [texts(compiled, due, model.preHooks), texts(compiled, due, model.postHooks)]
  const stem = model.path.replace(/\.sql$/, '')
  write(context, compiled, `${stem}.pre_hook`, pre)
  write(context, compiled, `${stem}.post_hook`, post)
  return { ...(pre.length > 0 ? { pre_hooks: pre } : {}), ...(post.length > 0 ? { post_hooks: post } : {}) }
}

/** Writes the hooks of the run to `target/compiled`. */
export function writeRunHooks(context: Context, compiled: Compiled, due: Due): void {
  const { onRunStart, onRunEnd }: Graph = compiled.graph
  write(context, compiled, 'on_run_start', texts(compiled, due, onRunStart))
  write(context, compiled, 'on_run_end', texts(compiled, due, onRunEnd))
}

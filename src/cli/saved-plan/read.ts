import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { diagnose, Failure, locate, type SourceFile } from '../../diagnostics/index.ts'
import { type Plan, staleParts } from '../../planner/index.ts'
import type { Context } from '../context.ts'
import type { Compiled } from '../load.ts'
import { kindOptions, type OptionName, selectingOptions, windowOptions } from '../options.ts'
import { lookAround, type Planning } from '../planning.ts'
import { placeInJson } from './json-place.ts'
import { planSchema } from './schema.ts'

/** What a plan has decided already. */
const decided: readonly OptionName[] = [...selectingOptions, ...kindOptions, ...windowOptions]

function refuseOptions({ options }: Context): void {
  const other = decided.find((option) => options[option] !== undefined)
  if (other === undefined) return
  const why = 'a saved plan says already what is built; give this option to `elt plan`'
  throw new Failure(diagnose('option-conflict', { option: '--plan', other: `--${other}`, why }))
}

function readText({ io }: Context, path: string): SourceFile {
  try {
    return { path, text: readFileSync(resolve(io.cwd, path), 'utf8') }
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const reason = isAbsent ? `there is no such file in ${io.cwd}` : (error as Error).message
    throw new Failure(diagnose('file-unreadable', { path, reason }))
  }
}

function parse(file: SourceFile): unknown {
  try {
    return JSON.parse(file.text)
  } catch (error) {
    const message = (error as Error).message
    const at = Math.min(Number(/position (\d+)/.exec(message)?.[1] ?? file.text.length), file.text.length)
    const detail = file.text.trim() === '' ? 'it is empty' : 'it is no JSON'
    throw new Failure(diagnose('plan-malformed', { path: file.path, detail }, locate(file, at, at)))
  }
}

/** `steps[0].batches[2].id` */
function shown(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('')
}

function planOf(file: SourceFile): Plan {
  const json = parse(file)
  const checked = planSchema.safeParse(json)
  // Parsed objects lose nothing that the schema knows; what it does not know is of another version.
  if (checked.success) return json as Plan
  const [issue] = checked.error.issues
  const path = issue?.path ?? []
  const { start, end } = placeInJson(file.text, path)
  const name = path.length === 0 ? 'the text' : `\`${shown(path)}\``
  const detail = `${name}: ${issue?.message.replace(/^Invalid input: /, '') ?? 'wrong'}`
  throw new Failure(diagnose('plan-malformed', { path: file.path, detail }, locate(file, start, end)))
}

/** A plan of another project or target says nothing of this one. */
function refuseForeign(plan: Plan, path: string, { graph }: Compiled): void {
  for (const [what, of, here] of [
    ['project', plan.project, graph.project],
    ['target', plan.target, graph.target],
  ] as const) {
    if (of !== here) throw new Failure(diagnose('plan-foreign', { path, what, of, here }))
  }
}

/**
 * The plan that `--plan` names, as it was saved: refused when it was made for something else, or when code or rows that it
 * was made from have moved since.
 */
export function savedPlan(context: Context, compiled: Compiled, path: string): Planning {
  refuseOptions(context)
  const plan = planOf(readText(context, path))
  refuseForeign(plan, path, compiled)
  return {
    models: plan.models,
    plan: async (warehouse) => {
      const { compiled: seen, ledger, catalog } = await lookAround(compiled, warehouse, plan.models)
      const moved = staleParts(plan, seen.graph, ledger)
      if (moved.length > 0) throw new Failure(diagnose('plan-stale', { path, moved }))
      return { plan, compiled: seen, catalog }
    },
  }
}

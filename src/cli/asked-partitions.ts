import type { Selection } from '../compiler/index.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import { partitionsAsked } from '../planner/index.ts'
import type { Context } from './context.ts'
import type { Judged } from './judging.ts'
import { type Compiled, valueOrStop } from './load.ts'
import { placedWindow } from './planning.ts'

/** The option that names partitions; undefined: none does. */
export function partitionOption({ options }: Context): string | undefined {
  const name = (['partition', 'from', 'to'] as const).find((option) => options[option] !== undefined)
  return name && `--${name}`
}

/** What is judged of a selection. Where the command names partitions, these are, by the assertions that judge each by itself. */
export function judgedOf(context: Context, { graph }: Compiled, selection: Selection): Judged {
  const { options } = context
  const option = partitionOption(context)
  if (option === undefined) return selection
  const { from, to, partition } = options
  const asked = partitionsAsked({
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(partition === undefined ? {} : { partition }),
  })
  const diagnostics = asked.diagnostics.map((found) => placedWindow(found, context))
  const within = valueOrStop(context, { value: asked.value, diagnostics })
  const wanted = new Set(selection.assertions)
  const partitioned = new Set(graph.models.flatMap(({ id, partitioning }) => (partitioning ? [id] : [])))
  const assertions = graph.assertions.filter(
    ({ id, node, scope }) => wanted.has(id) && node !== undefined && partitioned.has(node) && scope.kind === 'window',
  )
  if (assertions.length === 0) throw new Failure(diagnose('nothing-by-partition', { option }))
  return { assertions: assertions.map(({ id }) => id), unitTests: [], within }
}

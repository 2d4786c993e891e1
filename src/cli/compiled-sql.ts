import { lengthOf, parsePartition, type Window } from '../calendar/index.ts'
import type { Model } from '../compiler/index.ts'
import { diagnose, Failure } from '../diagnostics/index.ts'
import type { Batch, Due, Plan } from '../planner/index.ts'
import { type Filling, modelStatement, wholeStatement } from '../runner/index.ts'
import type { SqlText, Statement } from '../sql/index.ts'
import { locateValue } from './command-line.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'

type Text = NonNullable<Batch['text']>

const fillings = new WeakMap<Due, Filling>()

/** Made once a command: it holds every model, and every model asks for it. */
export function fillingOf({ adapter, directory, graph }: Compiled, due: Due): Filling {
  const known = fillings.get(due)
  if (known) return known
  const filling: Filling = {
    adapter,
    projectDirectory: directory,
    models: new Map(graph.models.map((model) => [model.id, model])),
    definitions: new Map([...graph.sources, ...graph.seedFiles].map((source) => [source.id, source])),
    signals: new Map(due.sources.map((signal) => [signal.source, signal])),
    brought: 'nothing',
  }
  fillings.set(due, filling)
  return filling
}

/** The window that a person wants to see the SQL of: `--partition`, else the newest due partition; none without partitions. */
export function windowToShow(context: Context, due: Due, model: Model): Window | undefined {
  if (!model.partitioning || model.config.materialized !== 'incremental') return undefined
  const { partition } = context.options
  if (partition !== undefined) {
    const ordinal = parsePartition(model.partitioning.grid, partition)
    if (ordinal !== undefined) return { start: ordinal, end: ordinal + 1 }
    const parameters = { option: '--partition', text: partition }
    throw new Failure(diagnose('invalid-partition', parameters, locateValue(context.line, partition)))
  }
  const found = due.due[model.id]
  if (found && lengthOf(found) > 0) return { start: found.end - 1, end: found.end }
  throw new Failure(diagnose('no-partition-to-show', { model: model.name }, model.location))
}

/** The SELECT of a model, complete for a window of its partitions; models without partitions need none. */
export function modelSql(
  compiled: Compiled,
  due: Due,
  model: Model,
  window: Window | undefined,
  text: Text = 'first',
): Statement {
  return modelStatement({ ...fillingOf(compiled, due), text }, model, window ?? { start: 0, end: 1 })
}

/** The text that the next build of a model sends, of those that have two. */
export function textToShow({ steps }: Pick<Plan, 'steps'>, model: Model): Text {
  if (!model.incrementalSql) return 'first'
  return steps.find((step) => step.model === model.id)?.batches[0]?.text ?? 'incremental'
}

/** Where the compiled SQL of a model lies below `target/compiled`. */
export function compiledPath({ path, incrementalSql }: Model, text: Text): string {
  return incrementalSql && text === 'incremental' ? path.replace(/(\.sql)?$/, '.incremental.sql') : path
}

/** SQL without a window: a singular assertion, an inline query. */
export function wholeSql(compiled: Compiled, due: Due, sql: SqlText): Statement {
  return wholeStatement(fillingOf(compiled, due), sql)
}

import type { Model } from '../compiler/index.ts'
import type { SourceSignal } from '../extract/index.ts'
import type { LedgerSnapshot } from '../ledger/index.ts'
import { judgeAge, reachOf, storedModels } from '../planner/index.ts'
import type { Freshness, SourceDefinition } from '../project/index.ts'
import type { FreshnessResult } from '../reports/index.ts'
import { plannersClock } from './clock.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'
import { askNewest, type Newest, newestQuery } from './newest.ts'
import { sourceSignals } from './source-signals.ts'
import { readingWarehouse, type Warehouse } from './warehouse.ts'

/** What is asked how old it is. */
interface Asked {
  readonly sources: readonly SourceDefinition[]
  readonly models: readonly Model[]
}

/** What was read before anything is judged. */
interface Ground {
  readonly warehouse: Warehouse | undefined
  readonly ledger: LedgerSnapshot | undefined
  readonly signals: ReadonlyMap<string, SourceSignal>
  readonly now: number
}

const noWarehouse = 'there is no warehouse yet'

function resultOf(
  id: string,
  kind: FreshnessResult['kind'],
  freshness: Freshness,
  found: Newest,
  { now }: Ground,
  more: Pick<FreshnessResult, 'missing' | 'missingNames'> = { missing: 0, missingNames: [] },
): FreshnessResult {
  const base = { id, kind, freshness, at: now, ...more }
  if ('reason' in found) return { ...base, status: 'runtime error', why: found.reason }
  const { newest } = found
  return { ...base, ...judgeAge(freshness, newest, now), ...(newest === undefined ? {} : { newest }) }
}

async function ofSource(compiled: Compiled, source: SourceDefinition, freshness: Freshness, ground: Ground) {
  const { origin, id } = source
  if (origin.kind === 'files') {
    const times = (ground.signals.get(id)?.files ?? []).flatMap(({ modified, gone }) => (gone ? [] : [modified]))
    const newest = times.reduce<number | undefined>((most, time) => Math.max(most ?? time, time), undefined)
    return resultOf(id, 'source', freshness, { newest }, ground)
  }
  const sql = newestQuery(compiled, { schema: origin.schema, name: origin.identifier }, freshness)
  const { warehouse } = ground
  const found =
    warehouse && sql !== undefined
      ? await askNewest(warehouse, sql, freshness.timeZone)
      : { reason: warehouse ? 'nothing says when its rows were loaded' : noWarehouse }
  return resultOf(id, 'source', freshness, found, ground)
}

async function ofModel(compiled: Compiled, model: Model, freshness: Freshness, ground: Ground) {
  const { warehouse, ledger } = ground
  const { newest, ...missing } = reachOf(model, ledger?.relations.get(model.id))
  const sql = newestQuery(compiled, model.relation, freshness)
  if (sql === undefined && model.config.materialized === 'view') {
    const reason = 'a view has no rows of its own: say loaded_at_field'
    return resultOf(model.id, 'model', freshness, { reason }, ground)
  }
  const asked = sql !== undefined && warehouse && newest !== undefined
  const found = asked ? await askNewest(warehouse, sql, freshness.timeZone) : { newest }
  return resultOf(model.id, 'model', freshness, found, ground, missing)
}

/** Looks at sources and models that say how old they may be, and judges them by the clock of the command. */
export async function judgeFreshness(
  context: Context,
  compiled: Compiled,
  { sources, models }: Asked,
): Promise<readonly FreshnessResult[]> {
  const { graph } = compiled
  const now = plannersClock(context.options, context.io.now(), graph.timeZone, context.line)
  return readingWarehouse(context, compiled, async (warehouse) => {
    const ledger = await warehouse?.ledger.snapshot(storedModels(models))
    const known = { warehouse, catalog: { relations: [] }, files: ledger?.files ?? [], now, tables: new Set<string>() }
    const hasFiles = sources.some(({ origin }) => origin.kind === 'files')
    const signals = hasFiles ? await sourceSignals(context, compiled, known) : []
    const ground = { warehouse, ledger, signals: new Map(signals.map((one) => [one.source, one])), now }
    const results: FreshnessResult[] = []
    for (const source of sources) {
      if (source.freshness) results.push(await ofSource(compiled, source, source.freshness, ground))
    }
    for (const model of models) {
      const { freshness } = model.config
      if (freshness) results.push(await ofModel(compiled, model, freshness, ground))
    }
    return results
  })
}

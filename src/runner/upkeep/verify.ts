import { partitionKey, type Window, windowsOf } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import { isCutAlike, storedModels } from '../../planner/index.ts'
import { isOwned } from '../prepare.ts'
import {
  keyOf,
  openWorkshop,
  relationSql,
  type Surroundings,
  type Workshop,
  windowNames,
  withConnection,
} from '../site/index.ts'
import { type Holding, holdingOf } from './table-facts.ts'
import { each, type Tended } from './tend.ts'

/** A relation whose rows were compared with their record. */
export interface Verified {
  readonly model: string
  readonly partitions: number
  readonly rows: number
  /** Partitions of equal count whose checksums say nothing: columns were dropped or got other types since they were built. */
  readonly unsure: number
}

/** The command that builds partitions again. */
function commandOf(model: Model, { start, end }: Window): string {
  const grid = model.partitioning?.grid
  const window = !grid
    ? ''
    : end - start === 1
      ? ` --partition ${partitionKey(grid, start)}`
      : ` --from ${partitionKey(grid, start)} --to ${partitionKey(grid, end)}`
  return `elt run --select ${model.id}${window} --force`
}

function edited(workshop: Workshop, model: Model, ordinals: readonly number[]): Diagnostic[] {
  if (ordinals.length === 0) return []
  const windows = windowsOf(ordinals)
  const parameters = {
    model: model.id,
    relation: relationSql(workshop, model.relation),
    partitions: windowNames(model, windows),
    count: ordinals.length,
    commands: windows.slice(0, 3).map((window) => commandOf(model, window)),
  }
  return [diagnose('rows-edited', parameters, model.location)]
}

function unpublished(
  workshop: Workshop,
  model: Model,
  { partitions, unplaced }: Holding,
  known: ReadonlyMap<number, unknown>,
): Diagnostic[] {
  const others = partitions.filter(({ ordinal, rows }) => rows > 0 && !known.has(ordinal))
  const about = { model: model.id, relation: relationSql(workshop, model.relation) }
  const tell = (where: string, rows: number) => diagnose('rows-unpublished', { ...about, where, rows }, model.location)
  const names = windowNames(model, windowsOf(others.map(({ ordinal }) => ordinal)))
  const sum = others.reduce((total, { rows }) => total + rows, 0)
  return [
    ...(others.length > 0 ? [tell(`in ${names ?? keyOf(model, 0)}`, sum)] : []),
    ...(unplaced > 0 ? [tell(`without a value of ${model.partitioning?.column}`, unplaced)] : []),
  ]
}

async function verifyTable(workshop: Workshop, model: Model): Promise<Verified | readonly Diagnostic[]> {
  const found = workshop.relations.find(model.relation)
  if (!found) {
    const parameters = { model: model.id, relation: relationSql(workshop, model.relation) }
    return [diagnose('relation-lost', parameters, model.location)]
  }
  if (found.kind === 'view') return { model: model.id, partitions: 0, rows: 0, unsure: 0 }
  const published = new Map(
    (await workshop.ledger.published(model.relation, undefined)).map((one) => [one.ordinal, one]),
  )
  const holding = await withConnection(workshop.session, (connection) =>
    holdingOf(workshop, model, found.columns, connection),
  )
  const held = new Map(holding.partitions.map((one) => [one.ordinal, one]))
  const now = new Set(found.columns.map(({ name, type }) => `${name} ${type}`))
  const seen = await workshop.ledger.columnsSeen(model.relation)
  const isAltered = seen.some(({ name, type }) => !now.has(`${name} ${type}`))
  const differing = [...published.values()].filter(({ ordinal, rows, checksum }) => {
    const there = held.get(ordinal)
    return (there?.rows ?? 0) !== rows || (rows > 0 && there?.checksum !== checksum)
  })
  const isUnsure = ({ ordinal, rows }: (typeof differing)[number]) => isAltered && held.get(ordinal)?.rows === rows
  const wrong = differing.filter((one) => !isUnsure(one)).map(({ ordinal }) => ordinal)
  const diagnostics = [...edited(workshop, model, wrong), ...unpublished(workshop, model, holding, published)]
  if (diagnostics.length > 0) return diagnostics
  const rows = [...published.values()].reduce((sum, one) => sum + one.rows, 0)
  return { model: model.id, partitions: published.size, rows, unsure: differing.length - wrong.length }
}

/** Compares what is published of models with what their relations hold: one scan a relation. Changes nothing. */
export async function verify(given: Surroundings, models: readonly string[]): Promise<Tended<Verified>> {
  const workshop = await openWorkshop(given, [])
  const known = models.flatMap((id) => workshop.models.get(id) ?? [])
  const { relations } = await workshop.ledger.snapshot(storedModels(known), { headsOnly: true })
  const wanted = known.filter((model) => {
    const record = relations.get(model.id)
    return record !== undefined && isOwned(record) && isCutAlike(model, record)
  })
  return each(
    workshop,
    wanted,
    ({ id, location }) => ({ subject: id, location }),
    (model) => verifyTable(workshop, model),
  ).finally(workshop.reading.close)
}

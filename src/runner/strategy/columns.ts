import type { Column, Evolution, EvolveRequest } from '../../adapters/contract.ts'
import { returnedColumnFaults } from '../../assertions/index.ts'
import type { Model } from '../../compiler/index.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { Workshop } from '../site/index.ts'
import { keyColumnFaults } from './keys.ts'
import { cutFaults } from './pieces.ts'

type Ground = Pick<Workshop, 'adapter' | 'relations'>

/** `fail` wants to know of every difference, and changes nothing. */
const modes = {
  append_new_columns: 'append',
  sync_all_columns: 'sync',
  fail: 'sync',
  ignore: 'ignore',
} as const satisfies Record<Model['config']['onSchemaChange'], EvolveRequest['mode']>

function modeOf(model: Model): EvolveRequest['mode'] {
  return keepsRows(model) ? modes[model.config.onSchemaChange] : 'rebuild'
}

/** Whether rows stay in the model's table when others are written. */
export function keepsRows({ config }: Model): boolean {
  return config.materialized === 'incremental' || config.materialized === 'history'
}

function isSame(before: readonly Column[], after: readonly Column[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ name, type }, index) => name === after[index]?.name && type === after[index]?.type)
  )
}

/**
 * What becomes of the published table by rows of these columns. Undefined: there is none, or it has to be made anew. Of engines
 * that alter nothing, a table of other columns is told as one that refuses all of them.
 */
export function evolutionOf(
  { adapter, relations }: Ground,
  model: Model,
  columns: readonly Column[],
  mode: EvolveRequest['mode'] = modeOf(model),
): Evolution | undefined {
  const published = relations.find(model.relation)
  if (published?.kind !== 'table') return undefined
  const same = { statements: [], columns: published.columns, written: columns }
  const none = { added: [], removed: [], retyped: [], refused: [] }
  if (isSame(published.columns, columns)) return { ...same, ...none }
  const request = { target: model.relation, before: published.columns, after: columns, mode }
  const evolution = adapter.dialect.evolve?.(request)
  if (evolution || mode === 'rebuild') return evolution
  return { ...same, ...none, refused: columns.map(({ name, type }) => `${name} (${type})`) }
}

/** `schema-changed`: rows of these columns cannot be written, or the model says that they must not. */
function schemaFault(workshop: Workshop, model: Model, columns: readonly Column[]): Diagnostic | undefined {
  const evolution = keepsRows(model) ? evolutionOf(workshop, model, columns) : undefined
  if (!evolution) return undefined
  const { added, removed, retyped, refused } = evolution
  const forbidden = model.config.onSchemaChange === 'fail' && added.length + removed.length + retyped.length > 0
  if (refused.length === 0 && !forbidden) return undefined
  const changes = forbidden ? { added, removed, retyped } : { added: [], removed: [], retyped: [] }
  return diagnose('schema-changed', { model: model.id, ...changes, refused }, model.location)
}

/** Columns of types that live in queries only. */
function storageFaults({ adapter }: Ground, { id, location }: Model, columns: readonly Column[]): Diagnostic[] {
  return columns.flatMap(({ name, type }) => {
    const instead = adapter.dialect.unstorable?.(type)
    return instead === undefined
      ? []
      : [diagnose('column-type-unstorable', { model: id, column: name, type, instead }, location)]
  })
}

/** What forbids to publish rows with these columns, known before a row is read. */
export function columnFaults(workshop: Workshop, model: Model, columns: readonly Column[]): Diagnostic[] {
  const { partitioning, location } = model
  const partition = partitioning && { name: partitioning.column, type: partitioning.type }
  const { dialect } = workshop.adapter
  const faults = returnedColumnFaults({ model: model.id, columns, partition, dialect, location })
  const cut = keepsRows(model) ? cutFaults(workshop, model) : []
  const refused = [...faults, ...cut, ...keyColumnFaults(model, columns), ...storageFaults(workshop, model, columns)]
  if (refused.length > 0) return refused
  const fault = schemaFault(workshop, model, columns)
  return fault ? [fault] : []
}

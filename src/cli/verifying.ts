import { verifyText } from '../reports/index.ts'
import { type Tended, type Verified, verify } from '../runner/index.ts'
import { surroundings } from './building.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'
import { isSelecting, selectedModels } from './selection.ts'
import { readingWarehouse } from './warehouse.ts'

/** What comparing published rows with their record gave, and a line about it. */
export interface Verification extends Tended<Verified> {
  readonly text: string
}

/** Compares the rows of the selected models, or of all, with their record. */
export async function verification(context: Context, compiled: Compiled): Promise<Verification> {
  const { graph } = compiled
  const models = isSelecting(context) ? await selectedModels(context, compiled) : graph.models.map(({ id }) => id)
  const found = await readingWarehouse(context, compiled, async (warehouse) =>
    warehouse
      ? verify(
          surroundings(context, compiled, warehouse, () => undefined),
          models,
        )
      : { done: [], diagnostics: [] },
  )
  return { ...found, text: verifyText(found) }
}

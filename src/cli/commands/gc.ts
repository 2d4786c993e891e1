import { diagnose, Failure, hasErrors } from '../../diagnostics/index.ts'
import { collectText, leftoverName } from '../../reports/index.ts'
import { collect, type Leftover, leftovers, type Tended } from '../../runner/index.ts'
import { surroundings } from '../building.ts'
import { confirmed } from '../confirm.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { type Compiled, loadGraph } from '../load.ts'
import { readingWarehouse, type Warehouse, withWarehouse } from '../warehouse.ts'

/** Asks before rows go that no model would build again. */
async function confirm(context: Context, found: readonly Leftover[]): Promise<void> {
  const holding = found.filter(({ rows, kind }) => rows > 0 && kind === 'table')
  if (holding.length === 0 || context.options.yes) return
  const rows = holding.reduce((sum, one) => sum + one.rows, 0)
  const names = holding.map(leftoverName)
  if (await confirmed(context, `drop ${names.join(', ')} with ${rows} rows`)) return
  throw new Failure(diagnose('drop-unconfirmed', { relations: names, rows }))
}

async function drop(context: Context, compiled: Compiled, warehouse: Warehouse): Promise<Tended<Leftover>> {
  const given = surroundings(context, compiled, warehouse, () => undefined)
  const found = await leftovers(given)
  await confirm(context, found)
  return collect(given, found)
}

export async function execute(context: Context): Promise<number> {
  const compiled = await loadGraph(context)
  const { output, options } = context
  const dry = options['dry-run'] ?? false
  const { done, diagnostics } = dry
    ? await readingWarehouse(context, compiled, async (warehouse) => {
        const given = warehouse && surroundings(context, compiled, warehouse, () => undefined)
        return { done: given ? await leftovers(given) : [], diagnostics: [] }
      })
    : await withWarehouse(context, compiled, 'write', (warehouse) => drop(context, compiled, warehouse))
  output.report(diagnostics)
  if (output.json) {
    const dropped = done.map(({ relation, kind, of, partitions, rows, bytes }) => ({
      relation,
      kind: kind ?? null,
      why: of === 'staging' ? 'staging' : 'model-gone',
      model: of === 'staging' ? null : (of.node ?? null),
      partitions,
      rows,
      bytes: bytes ?? null,
    }))
    output.answerJson({ dry_run: dry, dropped, diagnostics })
  } else if (done.length > 0 || diagnostics.length === 0) {
    output.answer(collectText(done, { theme: output.theme, dry }))
  }
  return hasErrors(diagnostics) ? exitCode.failed : exitCode.success
}

import type { Model } from '../compiler/index.ts'

type Models = ReadonlyMap<string, Model>

/** Whether what stands behind a model is read through it: it holds no rows of its own. */
function isTransparent({ config }: Model): boolean {
  return config.materialized === 'view' || config.materialized === 'ephemeral'
}

/**
 * The views that some relations are read through: those among them, and those behind these, each once, nearest first.
 * `enough` says behind which views nobody looks. Iterative: views may stand a hundred thousand deep.
 */
export function viewsThrough(models: Models, ids: readonly string[], enough: (view: Model) => boolean): Model[] {
  const seen = new Set<string>()
  const views: Model[] = []
  const open = [...ids]
  for (const id of open) {
    const model = models.get(id)
    if (!model || seen.has(id) || !isTransparent(model)) continue
    seen.add(id)
    const isView = model.config.materialized === 'view'
    if (isView) views.push(model)
    if (!isView || !enough(model)) for (const upstream of model.dependsOn) open.push(upstream)
  }
  return views
}

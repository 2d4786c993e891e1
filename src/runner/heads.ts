import type { RelationName } from '../adapters/contract.ts'
import type { Model } from '../compiler/index.ts'
import type { Head, LedgerSnapshot, SeenHead } from '../ledger/index.ts'
import type { BatchResult, Site } from './site/index.ts'

const complete: ReadonlySet<BatchResult['status']> = new Set(['success', 'unchanged', 'skipped'])

/** Models all of whose batches ended well and left nothing open. Models without a batch are among them. */
function cleanModels(site: Site, results: readonly BatchResult[]): (model: Model) => boolean {
  const unclean = new Set(site.open)
  for (const { model, status, partitions } of results) {
    // What was cut away may be open: nobody looked.
    const unseen = partitions.skipped > 0 && site.models.get(model)?.settled !== undefined
    if (!complete.has(status) || unseen) unclean.add(model)
  }
  return (model) => !unclean.has(model.id)
}

/** What the upstreams of a model look like now that the run is over: those that it built have newer versions. */
function upstreamsNow(site: Site, planned: Readonly<Record<string, string>>): Record<string, string> {
  const now = Object.entries(planned).map(([upstream, state]) => {
    const version = site.leases.has(upstream) ? String(site.published.versions(upstream).version) : state
    return [upstream, version]
  })
  return Object.fromEntries(now) as Record<string, string>
}

function isSame(a: Head | undefined, b: Head): boolean {
  if (!a || a.clean !== b.clean || a.fingerprint !== b.fingerprint) return false
  if (a.due?.start !== b.due?.start || a.due?.end !== b.due?.end) return false
  const keys = Object.keys(b.upstreams)
  return Object.keys(a.upstreams).length === keys.length && keys.every((key) => a.upstreams[key] === b.upstreams[key])
}

/** Heads of the models that are complete for now, as far as the ledger does not have them already. */
export function newHeads(
  site: Site,
  before: LedgerSnapshot,
  results: readonly BatchResult[],
): Map<RelationName, SeenHead> {
  const isClean = cleanModels(site, results)
  const heads = new Map<RelationName, SeenHead>()
  for (const [node, planned] of Object.entries(site.plan.heads)) {
    const model = site.models.get(node)
    if (!model || !isClean(model)) continue
    const due = site.plan.due[node]
    const upstreams = upstreamsNow(site, planned)
    const head: Head = { fingerprint: model.fingerprint, upstreams, ...(due ? { due } : {}), clean: true }
    const lease = site.leases.get(node)
    if (lease) heads.set(model.relation, { ...head, fence: lease.fence })
    else if (!isSame(before.relations.get(node)?.head, head)) heads.set(model.relation, head)
  }
  return heads
}

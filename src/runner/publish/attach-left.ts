import type { Connection } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Diagnostic } from '../../diagnostics/index.ts'
import { errorDiagnostics, leaseOf, retrying, type Site, withConnection } from '../site/index.ts'
import { attach } from './attachments.ts'

/** Changes what hangs on a relation whose rows stay, with its record. */
async function attachTo(site: Site, model: Model, connection: Connection): Promise<void> {
  const relation = site.relations.find(model.relation) ?? bug(`no relation of ${model.id}`)
  const bearer = { kind: relation.kind, columns: relation.columns, isNew: false, isChanged: false }
  let attached = site.attached.get(model.id)
  await site.ledger.recordAttached(connection, model.id, leaseOf(site, model), async () => {
    attached = (await attach(site, connection, model, bearer)) ?? bug(`nothing hangs otherwise on ${model.id}`)
    return attached
  })
  if (attached) site.attached.set(model.id, attached)
}

/**
 * Gives relations the grants, comments and indexes of their settings where no publication of this run has done so. What is
 * wrong with them, if anything.
 */
export async function attachLeft(site: Site): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = []
  for (const id of site.plan.attach ?? []) {
    const model = site.models.get(id) ?? bug(`no model ${id}`)
    const isDone = (site.attached.get(id)?.hash ?? '') === (model.attached?.hash ?? '')
    if (isDone || site.stop.aborted || !site.relations.find(model.relation)) continue
    const inTurn = () =>
      site.publications.of([id])(() => withConnection(site.session, (one) => attachTo(site, model, one)))
    try {
      await retrying(site, inTurn)
    } catch (error) {
      const about = { subject: model.id, model: model.id, location: model.location }
      if (!site.stop.aborted) found.push(...errorDiagnostics(error, about, site))
    }
  }
  return found
}

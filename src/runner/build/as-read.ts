import { haveMoved } from '../../extract/index.ts'
import { unseen } from '../../planner/index.ts'
import { type BuildSite, filesOfWindow, type WindowJob } from '../site/index.ts'

/** Stands for content that nobody knows: whatever is found later is another. */
const unknown = 'unknown'

/**
 * The job with what its statement really read, to be asked once the rows are staged. A file that was written meanwhile may have
 * been read half: even if it is again what it was when it was planned, the next plan has to see a change.
 */
export function asRead(site: BuildSite, job: WindowJob): WindowJob {
  const { model, window } = job
  const moved = new Set(
    [...filesOfWindow(site, model, window)].flatMap(([source, files]) =>
      haveMoved(site.projectDirectory, files) ? [source] : [],
    ),
  )
  if (moved.size === 0) return job
  site.open.add(model.id)
  const keys = new Set(model.inputs.flatMap(({ key, upstream }) => (moved.has(upstream) ? [key] : [])))
  const inputs = [...job.inputs].map(([ordinal, records]) => {
    const read = records.map((record) =>
      keys.has(record.key) && record.digest !== unseen ? { ...record, digest: unknown } : record,
    )
    return [ordinal, read] as const
  })
  return { ...job, inputs: new Map(inputs) }
}

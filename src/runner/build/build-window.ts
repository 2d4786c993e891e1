import type { RelationName } from '../../adapters/contract.ts'
import { lengthOf } from '../../calendar/index.ts'
import { type Diagnostic, Failure } from '../../diagnostics/index.ts'
import { type Checked, check, emptyPartition } from '../judge/index.ts'
import {
  type BuildSite,
  explain,
  giveUp,
  ordinalsOf,
  recordOutcomes,
  retryingAtDesk,
  type Staged,
  startAttempt,
  type WindowJob,
} from '../site/index.ts'
import { makeOwnTable } from '../strategy/index.ts'
import { asRead } from './as-read.ts'
import { canBeMade } from './make-tables.ts'
import { stage, stagingName } from './stage.ts'

/** What became of some partitions. */
export interface Built {
  readonly changed: number
  readonly equal: number
  /** Ordinals that were not published. */
  readonly failed: readonly number[]
  /** Those of them of which all that fails is acknowledged. */
  readonly acknowledged: readonly number[]
  /** Stopped from outside: the failed ones were not at fault. */
  readonly cancelled: boolean
  readonly rows: number
  readonly diagnostics: readonly Diagnostic[]
}

export const nothingBuilt: Built = {
  changed: 0,
  equal: 0,
  failed: [],
  acknowledged: [],
  cancelled: false,
  rows: 0,
  diagnostics: [],
}

export function together(parts: readonly Built[]): Built {
  return parts.reduce(
    (sum, part) => ({
      changed: sum.changed + part.changed,
      equal: sum.equal + part.equal,
      failed: [...sum.failed, ...part.failed],
      acknowledged: [...sum.acknowledged, ...part.acknowledged],
      cancelled: sum.cancelled || part.cancelled,
      rows: sum.rows + part.rows,
      diagnostics: [...sum.diagnostics, ...part.diagnostics],
    }),
    nothingBuilt,
  )
}

function recordFailed(site: BuildSite, job: WindowJob, attempt: number, checked: Checked): Promise<void> {
  const message = checked.diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'an assertion failed'
  const ordinals = [...checked.failed.keys()].sort((a, b) => a - b)
  const facts = (ordinal: number) => ({
    status: 'assertion-failed' as const,
    assertions: checked.failed.get(ordinal) ?? [],
    message,
  })
  // The rows that failed are never published: with what keeps them back, they are all that is left of them.
  const found = {
    results: checked.judgements.flatMap(({ results }) => results),
    failures: checked.judgements.flatMap(({ failures }) => failures),
  }
  return recordOutcomes(site, job, attempt, ordinals, facts, found)
}

/** Checks and publishes staged rows; what fails its checks is recorded and stays as it was. */
async function checkAndPublish(site: BuildSite, job: WindowJob, attempt: number, staged: Staged): Promise<Built> {
  const { connection } = site.desk
  const checked = await check(site, job.model, job.window, staged, connection)
  const partitions = checked.partitions.filter(({ ordinal }) => !checked.failed.has(ordinal))
  const published =
    partitions.length > 0
      ? await site.desk.publish({ ...job, attempt, partitions, staged })
      : { changed: 0, equal: 0, rows: 0 }
  if (partitions.length === 0) await connection.run(site.adapter.dialect.ddl.drop(staged.relation, 'table'))
  if (checked.failed.size > 0) await recordFailed(site, job, attempt, checked)
  const isRecorded = checked.failed.size > 0
  for (const judgement of checked.judgements)
    site.quality.add(isRecorded ? { ...judgement, results: [], failures: [] } : judgement)
  const { acknowledged, diagnostics } = checked
  return { ...published, failed: [...checked.failed.keys()], acknowledged, cancelled: false, diagnostics }
}

/** One try. Whatever happens, no staging is left on the connection for the next who uses it. */
export async function tryOnce(site: BuildSite, job: WindowJob, attempt: number, staging: RelationName): Promise<Built> {
  const { connection } = site.desk
  try {
    await makeOwnTable(site, job)
    const staged = await stage(site, job.model, job.window, staging, connection)
    return await checkAndPublish(site, asRead(site, job), attempt, staged)
  } catch (error) {
    // The first error is the one to tell; a connection that cannot even drop is of no use to anybody.
    await connection.run(site.adapter.dialect.ddl.drop(staging, 'table')).catch(() => undefined)
    throw error
  }
}

/**
 * Builds one window: attempt, stage, check, publish with its record. Where the data of some rows is at fault, the window is
 * halved until the failing partition stands alone. Rejects only when the ledger cannot be written.
 */
export async function buildWindow(site: BuildSite, job: WindowJob): Promise<Built> {
  const { model, window } = job
  const staging = stagingName(site, model, site.nextSerial())
  const attempt = await startAttempt(site, job, site.adapter.features.temporarySchema ? undefined : staging)
  try {
    await site.hooks.before(model)
    const made = canBeMade(site, job) ? await site.desk.make?.({ ...job, attempt }) : undefined
    if (made) return { ...nothingBuilt, ...made }
    return await retryingAtDesk(site, () => tryOnce(site, job, attempt, staging))
  } catch (error) {
    const rowsAtFault = !(error instanceof Failure) && !site.stop.aborted && explain(error, site).kind === 'data'
    if (rowsAtFault && lengthOf(window) > 1) return buildHalves(site, job, attempt)
    const diagnostics = await giveUp(site, job, attempt, error)
    return { ...nothingBuilt, failed: ordinalsOf(window), cancelled: site.stop.aborted, diagnostics }
  }
}

async function buildHalves(site: BuildSite, job: WindowJob, attempt: number): Promise<Built> {
  const { start, end } = job.window
  const middle = start + Math.floor(lengthOf(job.window) / 2)
  await site.ledger.recordOutcomes(attempt, job.model.id, [])
  return together([
    await buildWindow(site, { ...job, window: { start, end: middle }, last: false }),
    await buildWindow(site, { ...job, window: { start: middle, end } }),
  ])
}

/** Records the partitions of a window as empty without asking the engine for rows, because there is nothing to read. */
export async function recordEmpty(site: BuildSite, job: WindowJob): Promise<Built> {
  const { model, window } = job
  const attempt = await startAttempt(site, job)
  try {
    await site.hooks.before(model)
    const partitions = ordinalsOf(window).map((ordinal) => emptyPartition(model, ordinal))
    const published = await retryingAtDesk(site, () => site.desk.publish({ ...job, attempt, partitions }))
    return { ...nothingBuilt, ...published }
  } catch (error) {
    const diagnostics = await giveUp(site, job, attempt, error)
    return { ...nothingBuilt, failed: ordinalsOf(window), cancelled: site.stop.aborted, diagnostics }
  }
}

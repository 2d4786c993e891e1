import type { Connection } from '../../adapters/contract.ts'
import type { Grid } from '../../calendar/index.ts'
import { bug, type Diagnostic, diagnose, Failure } from '../../diagnostics/index.ts'
import type { SourceSignal } from '../../extract/index.ts'
import type { Lease, Publication } from '../../ledger/index.ts'
import { dropLeftStagings } from '../prepare.ts'
import { errorDiagnostics, openWorkshop, type Surroundings, type Workshop, withConnection } from '../site/index.ts'
import { watch } from '../watch.ts'

/** What a command that keeps tables in order did, and what it could not do. */
export interface Tended<T> {
  readonly done: readonly T[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Work on relations beside any build is a run of its own, with leases and a heartbeat; what dead runs left is dropped first. */
export async function tend<T>(
  given: Surroundings,
  sources: readonly SourceSignal[],
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  const { ledger, start } = given
  const began = given.clock.now()
  await dropLeftStagings(given, await ledger.startRun(start))
  const stop = watch(given, began)
  let ended: 'success' | 'failed' | 'interrupted' = 'failed'
  try {
    const workshop = await openWorkshop(given, sources, stop.signal)
    const done = await work(workshop).finally(workshop.reading.close)
    if (stop.leaseLost()) throw new Failure(diagnose('lease-lost', { run: start.run }))
    ended = 'success'
    return done
  } catch (error) {
    if (given.signal.aborted) ended = 'interrupted'
    throw error
  } finally {
    stop.end()
    // What ended the work is what there is to tell.
    await ledger.finishRun(start.run, ended).catch(() => undefined)
  }
}

/** A relation that is written, as the ledger is told of it. */
export interface Tending {
  readonly node: string
  readonly lease: Lease
  readonly fingerprint: string
  readonly cut?: { readonly grid: Grid; readonly column: string }
}

/** Writes one relation and what the ledger is to know of it, in one transaction, under its fence. */
export async function writeTended(
  workshop: Workshop,
  { node, lease, fingerprint, cut = undefined }: Tending,
  reason: string,
  write: (connection: Connection) => Promise<Partial<Publication>>,
): Promise<void> {
  // No partition is built: a run that dies here has interrupted none.
  const window = { start: 0, end: 0 }
  const { relation, fence } = lease
  const attempted = { run: workshop.start.run, node, relation, fence, fingerprint, reason, window }
  const [attempt = bug('an attempt without a number')] = await workshop.ledger.startAttempts([attempted])
  const claim = { lease, attempt, node }
  await withConnection(workshop.session, (connection) =>
    workshop.ledger.publishAll(connection, [claim], async () => {
      const written = await write(connection)
      return [{ ...claim, ...cut, fingerprint, partitions: [], ...written }]
    }),
  )
}

/** Does something with each of them; one that cannot be done is told, and keeps none of the others from it. */
export async function each<T, R>(
  workshop: Workshop,
  items: readonly T[],
  about: (item: T) => Pick<Parameters<typeof errorDiagnostics>[1], 'subject' | 'location'>,
  work: (item: T) => Promise<R | readonly Diagnostic[]>,
): Promise<Tended<R>> {
  const done: R[] = []
  const diagnostics: Diagnostic[] = []
  for (const item of items) {
    try {
      const result = await work(item)
      if (Array.isArray(result)) diagnostics.push(...result)
      else done.push(result as R)
    } catch (error) {
      const isAboutAll = workshop.stop.aborted || workshop.session.explainError(error).kind === 'connection'
      if (isAboutAll && !(error instanceof Failure)) throw error
      diagnostics.push(...errorDiagnostics(error, about(item), workshop))
    }
  }
  return { done, diagnostics }
}

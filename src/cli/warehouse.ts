import type { Session } from '../adapters/contract.ts'
import { adapterOf } from '../adapters/index.ts'
import { bug, type Diagnostic, diagnose, Failure, type Location } from '../diagnostics/index.ts'
import { type Found, type Ledger, openLedger } from '../ledger/index.ts'
import { patient, retryTransient } from '../runner/index.ts'
import type { Context } from './context.ts'
import type { ProjectFrame } from './graph-cache.ts'
import { withLines } from './graph-places.ts'
import type { Compiled } from './load.ts'
import { readableFolders } from './readable-folders.ts'
import { clockOf } from './timers.ts'
import { waiting } from './wait.ts'

/** An open warehouse and its ledger. */
export interface Warehouse {
  readonly session: Session
  readonly ledger: Ledger
}

/** What is wrong with what a target says, or with what it says it about. */
const ofTarget: ReadonlySet<string> = new Set([
  'target-option-value',
  'warehouse-unreachable',
  'warehouse-login-refused',
  'warehouse-database-missing',
  'warehouse-tls',
])

/** Connects; what is wrong with the target is told at its place. */
async function placed<T>({ files }: ProjectFrame, location: Location, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const located = (found: Diagnostic) => (ofTarget.has(found.code) ? { ...found, location } : found)
    throw new Failure(...withLines(error.diagnostics.map(located), files))
  }
}

/** Opens a session; a server that lets nobody in for now is asked again. Its connections are opened again, too. */
async function opened(context: Context, connect: () => Promise<Session>): Promise<Session> {
  const { retries } = context.options
  const within = { clock: clockOf(context), signal: context.io.signal, ...(retries === undefined ? {} : { retries }) }
  const explainError = (error: unknown) => ({ message: String(error), kind: 'sql' as const })
  return patient(await retryTransient(connect, { ...within, explainError }), within)
}

/** Opens the warehouse; with `--wait`, waits for the process that holds it. */
function connect(context: Context, { directory, project, adapter, graph }: Compiled, readOnly: boolean) {
  const { options, location } = project.target
  return placed(project, location, () =>
    waiting(context, 'warehouse-locked', () =>
      opened(context, () =>
        adapter.connect({
          options,
          projectDirectory: directory,
          readOnly,
          readableFolders: readableFolders(directory, graph),
        }),
      ),
    ),
  )
}

/** A session whose errors hold no secrets: they are kept in the ledger, too. */
function withoutSecrets(session: Session, { output }: Context): Session {
  const explainError: Session['explainError'] = (error) => {
    const explained = session.explainError(error)
    return { ...explained, message: output.secrets.mask(explained.message) }
  }
  return { ...session, explainError }
}

/** A ledger that is given no secrets: assertions are named after their arguments. It finds them again by their hashes. */
function discreet(ledger: Ledger, { output: { secrets } }: Context): Ledger {
  const { mask } = secrets
  const kept = ({ results, failures }: Found): Found => ({
    results: results.map((one) => ({ ...one, assertion: mask(one.assertion), name: one.name && mask(one.name) })),
    failures: failures.map((one) => ({
      ...one,
      assertion: mask(one.assertion),
      name: mask(one.name),
      row: mask(one.row),
      key: one.key && mask(one.key),
    })),
  })
  return {
    ...ledger,
    recordOutcomes: (attempt, node, outcomes, found) => {
      const told = outcomes.map((outcome) => ({ ...outcome, message: secrets.mask(outcome.message) }))
      return ledger.recordOutcomes(attempt, node, told, found && kept(found))
    },
    recordResults: (found) => ledger.recordResults(kept(found)),
    quality: {
      ...ledger.quality,
      acknowledge: (given) => ledger.quality.acknowledge({ ...given, assertion: mask(given.assertion) }),
    },
  }
}

/** A ledger, and what it takes to let go of it. */
interface OpenLedger {
  readonly ledger: Ledger
  readonly close: () => Promise<void>
}

/** Opens the ledger where the target says that it lies: in the warehouse itself, or in a database of its own. */
async function ledgerOf(
  context: Context,
  { adapter, project, directory }: Compiled,
  session: Session,
  readOnly: boolean,
): Promise<OpenLedger> {
  const { dialect, features } = adapter
  const { ledger: place } = project.target
  if (!place) {
    const ledger = await openLedger(session, {
      dialect,
      features,
      project: project.name,
      place: project.target.schema,
      readOnly,
    })
    return { ledger, close: async () => undefined }
  }
  const engine = adapterOf(place.type) ?? bug(`no engine ${place.type}`)
  const { options, location } = place
  const own = await placed(project, location, () =>
    opened(context, () => engine.connect({ options, projectDirectory: directory, readOnly, readableFolders: [] })),
  )
  try {
    const ledger = await openLedger(withoutSecrets(own, context), {
      dialect: engine.dialect,
      features: engine.features,
      project: project.name,
      place: project.target.schema,
      readOnly,
      warehouse: { session, dialect, features },
    })
    return { ledger, close: own.close }
  } catch (error) {
    await own.close()
    throw told(own, error)
  }
}

/** What a command does with a warehouse; `temporary`: it reads, and makes relations that only its connection sees. */
export type Access = 'read' | 'temporary' | 'write'

/** Opens the warehouse for as long as `work` takes. */
export async function withWarehouse<T>(
  context: Context,
  compiled: Compiled,
  access: Access,
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  const session = withoutSecrets(await connect(context, compiled, access === 'read'), context)
  try {
    const { ledger, close } = await ledgerOf(context, compiled, session, access !== 'write')
    return await work({ session, ledger: discreet(ledger, context) }).finally(close)
  } catch (error) {
    throw told(session, error)
  } finally {
    await session.close()
  }
}

/** An error of the engine in the middle of a command, in our words; any other as it is. */
function told(session: Session, error: unknown): unknown {
  if (error instanceof Failure) return error
  const { kind, message, advice } = session.explainError(error)
  if (kind === 'denied') return new Failure(diagnose('warehouse-right-missing', { detail: message, advice }))
  return kind === 'connection' || kind === 'transient'
    ? new Failure(diagnose('warehouse-gave-up', { detail: message }))
    : error
}

/** Whether an error says that there is no warehouse yet: for readers, the same as an empty one. */
export function isMissing(error: unknown): boolean {
  return error instanceof Failure && error.diagnostics.every(({ code }) => code === 'warehouse-missing')
}

/** Opens the warehouse for reading; `work` gets nothing when it has not been made yet, and does not make it. */
export async function readingWarehouse<T>(
  context: Context,
  compiled: Compiled,
  work: (warehouse: Warehouse | undefined) => Promise<T>,
): Promise<T> {
  let opened = false
  try {
    return await withWarehouse(context, compiled, 'read', (warehouse) => {
      opened = true
      return work(warehouse)
    })
  } catch (error) {
    if (opened || !isMissing(error)) throw error
    return await work(undefined)
  }
}

/** What another process that holds the warehouse is told as; undefined for any other error. */
function lockedReason(error: unknown): string | undefined {
  const [first] = error instanceof Failure ? error.diagnostics : []
  return first?.code === 'warehouse-locked' ? first.message : undefined
}

/**
 * As `readingWarehouse`, for work that can do without: `work` gets nothing also while another process holds the warehouse, and
 * then `closed` says so.
 */
export async function glancingAtWarehouse<T>(
  context: Context,
  compiled: Compiled,
  work: (warehouse: Warehouse | undefined, closed: string | undefined) => Promise<T>,
): Promise<T> {
  let begun = false
  try {
    return await readingWarehouse(context, compiled, (warehouse) => {
      begun = true
      return work(warehouse, undefined)
    })
  } catch (error) {
    const reason = lockedReason(error)
    if (begun || reason === undefined) throw error
    context.output.progress.write(`${reason}: compiled without what it knows\n`)
    return await work(undefined, reason)
  }
}

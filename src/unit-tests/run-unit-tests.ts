import { createHash } from 'node:crypto'
import type { UnitTest } from '../compiler/index.ts'
import { type Diagnostic, Failure, hasErrors, sortDiagnostics } from '../diagnostics/index.ts'
import {
  type AssertionOutcome,
  errorDiagnostics,
  type OnStand,
  type Rehearsing,
  type RunEvent,
  rehearse,
  StatementError,
} from '../runner/index.ts'
import { RowsRefused, tellRefused } from './fill.ts'
import { erroredOutcome, outcomeOf, rememberedOutcome, unjudgedOutcome } from './outcome.ts'
import { isMistake, type PreparedTest, prepare, runOn, type TestContext } from './run-one.ts'

/** Unit tests to run on one engine. */
export interface UnitTestRequest extends Rehearsing {
  readonly tests: readonly UnitTest[]
  readonly columns: TestContext['columns']
  /** Whether a test passed before under this key: see `unitTestKey`. Absent: all are run. */
  readonly hasPassed?: (key: string) => boolean
  readonly failFast?: boolean
  readonly emit: (event: RunEvent) => void
}

/** A text that is another one when anything that decides the answer of a test is. */
export function unitTestKey(test: UnitTest, { graph, columns }: Pick<UnitTestRequest, 'graph' | 'columns'>): string {
  const model = graph.models.find(({ id }) => id === test.model)
  const known = [...test.given.map(({ node }) => node), test.model].map((node) => [node, columns(node) ?? null])
  const { fingerprint, config, settled } = model ?? {}
  const writing = [config?.onSchemaChange, config?.checksumExclude, config?.merge, settled]
  const text = JSON.stringify([test.id, test.hash, fingerprint, writing, known])
  return createHash('sha256').update(text).digest('hex')
}

/** Reads the rows of all tests. Throws `Failure` with everything that is wrong with them. */
function prepareAll(tests: readonly UnitTest[], context: TestContext): readonly PreparedTest[] {
  const found: Diagnostic[] = []
  const prepared = tests.map((test) => prepare(test, context, found))
  if (hasErrors(found)) throw new Failure(...sortDiagnostics(found))
  return prepared
}

interface Running {
  readonly request: UnitTestRequest
  readonly context: TestContext
  readonly onStand: OnStand
  /** What is wrong with given and expected rows. */
  readonly mistakes: Diagnostic[]
}

/** What is to be told of an error. */
async function diagnosticsOf(
  error: unknown,
  { test, model }: PreparedTest,
  { request, context, onStand, mistakes }: Running,
): Promise<readonly Diagnostic[]> {
  const about = { subject: `the unit test ${test.name} of ${model.id}`, location: test.location }
  if (!(error instanceof RowsRefused)) {
    if (isMistake(error)) mistakes.push(...error.diagnostics)
    return errorDiagnostics(error, about, request)
  }
  try {
    await tellRefused(error, onStand, context.dialect, (one) => request.session.explainError(one).message)
  } catch (told) {
    if (told instanceof Failure) mistakes.push(...told.diagnostics)
    return errorDiagnostics(told, about, request)
  }
  return errorDiagnostics(error.cause, about, request)
}

/** What the engine says of SQL that it cannot run; undefined for every other error. */
function sqlRefused(error: unknown, { request: { session } }: Running): string | undefined {
  if (error instanceof Failure || error instanceof RowsRefused) return undefined
  const { kind, message } = session.explainError(error instanceof StatementError ? error.cause : error)
  return kind === 'sql' ? message : undefined
}

async function runOne(prepared: PreparedTest, running: Running): Promise<AssertionOutcome> {
  const { request, context, onStand } = running
  const began = request.clock.now()
  try {
    const { compared, wrong } = await onStand((stand) => runOn(stand, prepared, context))
    return outcomeOf(prepared.test, compared, wrong, request.clock.now() - began)
  } catch (error) {
    if (request.signal.aborted) throw error
    const refused = sqlRefused(error, running)
    const unknown = prepared.test.given.map(({ node }) => node).filter((node) => !context.columns(node)?.complete)
    if (refused !== undefined && unknown.length > 0)
      return unjudgedOutcome(prepared.test, unknown, refused, request.clock.now() - began)
    const diagnostics = await diagnosticsOf(error, prepared, running)
    return erroredOutcome(prepared.test, diagnostics, request.clock.now() - began)
  }
}

/**
 * Runs unit tests one after the other on one connection, of which nothing stays. Throws `Failure` when rows of any of them are
 * not what they should be: mistakes of those who wrote them, told together.
 */
export async function runUnitTests(request: UnitTestRequest): Promise<readonly AssertionOutcome[]> {
  const { graph, adapter, files, columns, clock, emit } = request
  const context: TestContext = { graph, dialect: adapter.dialect, files, columns }
  const isKnown = (test: UnitTest): boolean => request.hasPassed?.(unitTestKey(test, request)) ?? false
  const prepared = new Map(
    prepareAll(
      request.tests.filter((test) => !isKnown(test)),
      context,
    ).map((one) => [one.test, one]),
  )
  const mistakes: Diagnostic[] = []
  const outcomes: AssertionOutcome[] = []
  const tell = (outcome: AssertionOutcome): void => {
    outcomes.push(outcome)
    emit({ type: 'assertion-finished', outcome, at: clock.now() })
  }
  await rehearse(request, async (onStand) => {
    for (const test of request.tests) {
      if (request.signal.aborted) return
      if (request.failFast && outcomes.some(({ status }) => status !== 'pass')) return
      const one = prepared.get(test)
      tell(one ? await runOne(one, { request, context, onStand, mistakes }) : rememberedOutcome(test))
    }
  })
  if (mistakes.length > 0) throw new Failure(...sortDiagnostics(mistakes))
  return outcomes
}

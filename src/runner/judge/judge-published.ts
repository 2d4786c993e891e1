import type { Connection } from '../../adapters/contract.ts'
import { type Assertion, type AssertionTarget, compileSingularAssertion } from '../../assertions/index.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { InputState } from '../../planner/index.ts'
import {
  allFiles,
  errorDiagnostics,
  explain,
  type Judgement,
  nodeSql,
  ordinalSql,
  readableSql,
  retrying,
  runSchedule,
  StatementError,
  sourceSql,
  type Workshop,
  wholeStatement,
  windowLiterals,
  withConnection,
  withFiles,
} from '../site/index.ts'
import { inspect } from './inspect.ts'
import { judgedVersions } from './judged-versions.ts'
import { judgeMeasured } from './judgement.ts'
import { type CompiledAssertion, compileAll, type Judged, type Measured } from './measure.ts'
import { withoutRepeated } from './repeated.ts'

/** What is judged, for the record, and which partitions of it; absent: all. */
export interface Published {
  readonly state: InputState
  readonly within?: ((model: Model) => Window) | undefined
}

/** Assertions that are judged by one visit: those of one node, or one singular assertion. */
interface Visit {
  readonly id: string
  readonly waitsFor: readonly string[]
  readonly node: string | undefined
  readonly assertions: readonly Assertion[]
}

function visitsOf(assertions: readonly Assertion[]): Visit[] {
  const visits = new Map<string, { node: string | undefined; assertions: Assertion[] }>()
  for (const assertion of assertions) {
    const id = assertion.node ?? assertion.id
    const visit = visits.get(id) ?? { node: assertion.node, assertions: [] }
    visit.assertions.push(assertion)
    visits.set(id, visit)
  }
  return [...visits].map(([id, visit]) => ({ id, waitsFor: [], ...visit }))
}

/** A relation that an assertion reads and that does not exist yet. */
function unbuiltRead(workshop: Workshop, assertion: Assertion): string | undefined {
  return assertion.reads.find((node) => {
    const model = workshop.models.get(node)
    return model && model.config.materialized !== 'ephemeral' && !workshop.relations.find(model.relation)
  })
}

/** Partitions to judge although they may have no rows: only some assertions mind, so the ledger is asked for these only. */
async function publishedOrdinals(
  workshop: Workshop,
  model: Model | undefined,
  compiled: readonly CompiledAssertion[],
): Promise<readonly number[]> {
  if (!model?.partitioning) return [0]
  const minds = compiled.some(
    ({ assertion: { onEmpty }, sql: { measure } }) =>
      (onEmpty ?? 'pass') !== 'pass' ||
      (measure.kind === 'aggregate' && (measure.whenEmpty > 0 || measure.valueWhenEmpty !== undefined)),
  )
  if (!minds) return []
  const published = await workshop.ledger.published(model.relation, undefined)
  return published.map(({ ordinal }) => ordinal)
}

/** The rows of the partitions that are asked for, by the bare column: an engine then reads these partitions only. */
function rowsWithin(workshop: Workshop, model: Model, { start, end }: Window): string {
  const { column } = model.partitioning ?? bug(`${model.id} is not partitioned`)
  const [from, to] = [start, end].map(Number.isFinite)
  const bounds = windowLiterals(workshop, model, { start: from ? start : end, end: to ? end : start })
  const name = workshop.adapter.dialect.quote(column)
  const conditions = [...(from ? [`${name} >= ${bounds.start}`] : []), ...(to ? [`${name} < ${bounds.end}`] : [])]
  return `(select * from ${nodeSql(workshop, model.id)} as everything where ${conditions.join(' and ')})`
}

/** Judges the assertions of one model or source on what is published. */
async function judgeNode(
  workshop: Workshop,
  node: string,
  visit: Visit,
  connection: Connection,
  { state, within }: Published,
): Promise<Judgement[]> {
  const model = workshop.models.get(node)
  const partition = model && ordinalSql(workshop, model)
  const asked = model && within?.(model)
  const whole = model ? nodeSql(workshop, node) : sourceSql(workshop, node)
  const target: AssertionTarget = {
    ...(model && asked ? { rows: rowsWithin(workshop, model, asked), whole } : { rows: whole }),
    ...(partition ? { partition } : {}),
    relation: (read) => readableSql(workshop, read),
  }
  const compiled = compileAll(workshop, visit.assertions, target)
  const published = await publishedOrdinals(workshop, model, compiled)
  const ordinals = asked ? published.filter((ordinal) => ordinal >= asked.start && ordinal < asked.end) : published
  const judged = { connection, target, ordinals }
  const { measured } = await inspect(workshop, judged, compiled, { aggregates: [] }, node)
  const judgements: Judgement[] = []
  for (const one of compiled) {
    const result = measured.get(one) ?? bug(`${one.assertion.id} was not measured`)
    const bench = { model, staged: false, versions: judgedVersions(workshop, one.assertion, state) }
    judgements.push(await withoutRepeated(workshop, await judgeMeasured(workshop, one, result, judged, bench)))
  }
  return judgements
}

/** Judges an assertion that is a SELECT of its own. */
async function judgeSingular(
  workshop: Workshop,
  assertion: Assertion,
  connection: Connection,
  state: InputState,
): Promise<Judgement> {
  const text = assertion.sql ?? bug(`${assertion.id} has neither a node nor SQL`)
  const began = workshop.clock.now()
  const statement = wholeStatement(workshop, text)
  const sql = compileSingularAssertion(assertion, statement.sql, workshop.adapter.dialect)
  const judged: Judged = {
    connection,
    target: { rows: '', relation: (node) => readableSql(workshop, node) },
    ordinals: [0],
  }
  const compiled = { assertion, sql: { from: '', perPartition: false, ...sql } }
  const milliseconds = (): number => workshop.clock.now() - began
  let measured: Measured
  try {
    const found = await connection.query(sql.measure.sql, { signal: workshop.stop, label: assertion.id })
    const failures = Number(found[0]?.failures ?? 0)
    measured = { ok: true, counts: new Map([[0, { failures, rows: failures }]]), milliseconds: milliseconds() }
  } catch (cause) {
    if (workshop.stop.aborted || explain(cause, workshop).isLost) throw cause
    measured = {
      ok: false,
      error: new StatementError(cause, statement, sql.offset.measure),
      milliseconds: milliseconds(),
    }
  }
  return judgeMeasured(workshop, compiled, measured, judged, {
    model: undefined,
    staged: false,
    versions: judgedVersions(workshop, assertion, state),
  })
}

/**
 * Judges assertions on published tables, `threads` relations at a time, and emits each outcome. Those that read what was never
 * built are left out, with a diagnostic. Stops early when `stopped` says so.
 */
export async function judgePublished(
  workshop: Workshop,
  assertions: readonly Assertion[],
  published: Published,
  limits: { readonly threads: number; readonly stopped: () => boolean },
): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  const judgeable = assertions.filter((assertion) => {
    const missing = unbuiltRead(workshop, assertion)
    if (missing === undefined) return true
    diagnostics.push(diagnose('not-judged', { name: assertion.name, missing }, assertion.location))
    return false
  })
  const visit = async (task: Visit): Promise<void> => {
    const { node } = task
    const judge = (connection: Connection) => {
      const read = task.assertions.flatMap(({ reads }) => reads)
      return withFiles(workshop, connection, allFiles(workshop, read), (reading) => {
        if (node !== undefined) return judgeNode(reading, node, task, connection, published)
        return Promise.all(
          task.assertions.map((assertion) => judgeSingular(reading, assertion, connection, published.state)),
        )
      })
    }
    const judgements = await retrying(workshop, () => withConnection(workshop.session, judge))
    for (const judgement of judgements) {
      workshop.quality.add(judgement)
      workshop.emit({ type: 'assertion-finished', outcome: judgement.outcome, at: workshop.clock.now() })
    }
  }
  await runSchedule({
    tasks: visitsOf(judgeable),
    ...limits,
    execute: async (task) => {
      try {
        await visit(task)
      } catch (error) {
        if (!workshop.stop.aborted) {
          const location = (task.assertions[0] ?? bug('a visit without assertions')).location
          diagnostics.push(...errorDiagnostics(error, { subject: task.id, location }, workshop))
        }
      }
    },
  })
  return diagnostics
}

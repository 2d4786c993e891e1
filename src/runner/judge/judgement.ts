import { type Assertion, catalogue, heldAgainst, judge, thresholdText } from '../../assertions/index.ts'
import { windowsOf } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import { bug, type Diagnostic, diagnose } from '../../diagnostics/index.ts'
import type { AssertionResult } from '../../ledger/index.ts'
import {
  type AssertionOutcome,
  errorDiagnostics,
  type Judgement,
  keyOf,
  relationSql,
  rowText,
  type Status,
  type Workshop,
  windowNames,
  withoutPersonal,
  worse,
} from '../site/index.ts'
import { acknowledgedAmong, acknowledgedBy } from './acknowledged.ts'
import { failedRows } from './failed-rows.ts'
import type { CompiledAssertion, Count, Judged, Measured } from './measure.ts'
import { heldAgainstUsual } from './usual.ts'

/** How the judgement is worded and kept. */
export interface Bench {
  /** The model judged; absent for sources and singular assertions. */
  readonly model: Model | undefined
  /** Whether it judges staged rows, which are not published when it fails. */
  readonly staged: boolean
  /** What is judged: `AssertionResult.versions`. */
  readonly versions: string
}

interface Verdict extends Count {
  readonly ordinal: number
  readonly status: AssertionResult['status']
}

/** What the ledger keeps of an assertion with each of its results. */
function labels(assertion: Assertion, milliseconds: number) {
  const { node, id, hash, name, severity, column } = assertion
  return { node, assertion: id, hash, name, severity, column, threshold: heldAgainst(assertion), milliseconds }
}

function gravest(verdicts: readonly Verdict[]): AssertionResult['status'] {
  const found = new Set(verdicts.map(({ status }) => status))
  return (['error', 'fail', 'warn'] as const).find((status) => found.has(status)) ?? 'pass'
}

/** One row for what passes, and one for each partition that does not or has a value: every measured value is kept. */
function resultsOf(
  workshop: Workshop,
  assertion: Assertion,
  verdicts: readonly Verdict[],
  milliseconds: number,
  bench: Bench,
): AssertionResult[] {
  const base = {
    run: workshop.start.run,
    ...labels(assertion, milliseconds),
    versions: bench.versions,
  }
  const name = (ordinal: number): string => (bench.model ? keyOf(bench.model, ordinal) : 'all')
  const isTogether = ({ status, value }: Verdict): boolean => status === 'pass' && value === undefined
  const passed = verdicts.filter(isTogether)
  const alone = verdicts.filter((verdict) => !isTogether(verdict))
  const rows = alone.map(({ ordinal, considered: _, ...counted }) => ({
    ...base,
    partition: name(ordinal),
    ...counted,
  }))
  if (passed.length === 0) return rows
  const [first, last] = [passed[0], passed.at(-1)]
  const [from, to] = [name(first?.ordinal ?? 0), name(last?.ordinal ?? 0)]
  return [...rows, { ...base, partition: from === to ? from : `${from} … ${to}`, ...total(passed), status: 'pass' }]
}

function total(counts: readonly Count[]): Pick<Count, 'failures' | 'rows'> {
  return {
    failures: counts.reduce((sum, { failures }) => sum + failures, 0),
    rows: counts.reduce((sum, { rows }) => sum + rows, 0),
  }
}

/** What was measured where it is not as it should be: `the number of rows is 3`; undefined where rows were counted. */
function valueText(assertion: Assertion, status: Status, bad: readonly Verdict[]): string | undefined {
  const what = catalogue.get(assertion.type)?.measures
  const values = bad.flatMap(({ value }) => (value === undefined ? [] : [value]))
  if (what === undefined || values.length === 0) return undefined
  const [least, most] = [Math.min(...values), Math.max(...values)].map(shortNumber)
  const [key, threshold] = status === 'fail' ? ['error_if', assertion.errorIf] : ['warn_if', assertion.warnIf]
  const demand = threshold.measured ? ` (${key} ${thresholdText(threshold)})` : ''
  return `${what} is ${least === most ? least : `${least} to ${most}`}${demand}`
}

/** Without the noise of the last digits. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(12)))
}

function verdictDiagnostic(
  assertion: Assertion,
  status: Status,
  bad: readonly Verdict[],
  sample: AssertionOutcome['sample'],
  bench: Bench,
  by?: string,
): Diagnostic {
  const parameters = {
    name: assertion.name,
    node: assertion.node ?? assertion.reads.join(', '),
    failures: total(bad).failures,
    value: valueText(assertion, status, bad),
    isEmpty: bad.every(({ rows, considered }) => (considered ?? rows) === 0),
    // A SELECT of its own returns bad rows only: nobody knows among how many.
    rows: assertion.node === undefined ? undefined : total(bad).rows,
    partitions: bench.model && windowNames(bench.model, windowsOf(bad.map(({ ordinal }) => ordinal))),
    sample: sample.slice(0, 3).map(rowText),
  }
  if (by !== undefined) {
    return diagnose('assertion-acknowledged', { ...parameters, blocking: bench.staged, by }, assertion.location)
  }
  return status === 'fail'
    ? diagnose('assertion-failed', { ...parameters, blocking: bench.staged }, assertion.location)
    : diagnose('assertion-warned', parameters, assertion.location)
}

/** What is told of the verdicts that are not good: those that nobody knows of, and those that are acknowledged. */
async function tell(
  workshop: Workshop,
  assertion: Assertion,
  bad: readonly Verdict[],
  sample: AssertionOutcome['sample'],
  bench: Bench,
) {
  const told = bad.filter(({ status }) => status !== 'error').map(({ ordinal }) => ordinal)
  const known = await acknowledgedAmong(workshop, assertion, told, bench.model)
  const failing = bad.filter(({ status }) => status === 'fail').map(({ ordinal }) => ordinal)
  const unknown = bad.filter(({ ordinal }) => !known.has(ordinal))
  const acknowledged = bad.filter(({ ordinal }) => known.has(ordinal))
  const by = [...new Set([...known.values()].map((one) => acknowledgedBy(one, workshop.graph.timeZone)))].join('; ')
  const about = (some: readonly Verdict[], why?: string): Diagnostic[] =>
    some.length > 0 ? [verdictDiagnostic(assertion, gravest(some), some, sample, bench, why)] : []
  return {
    status: worse(gravest(unknown), acknowledged.length > 0 ? 'acknowledged' : 'pass'),
    failing,
    acknowledged: failing.filter((ordinal) => known.has(ordinal)),
    diagnostics: [...about(unknown), ...about(acknowledged, by)],
  }
}

/** The query of failing rows, and what in it is there during the run only. */
function queryOf(workshop: Workshop, { sql }: CompiledAssertion): Pick<AssertionOutcome, 'sql' | 'brought'> {
  const { brought } = workshop
  const query = { sql: sql.failingRows }
  if (brought === undefined || brought === 'nothing') return query
  const named = [...brought].map(([source, relation]) => [source, relationSql(workshop, relation)])
  return { ...query, brought: Object.fromEntries(named) }
}

/** The judgement of an assertion whose query the engine could not run: nobody knows, so everything fails. */
function unjudged(
  workshop: Workshop,
  compiled: CompiledAssertion,
  measured: Extract<Measured, { ok: false }>,
  judged: Judged,
  { model, staged, versions }: Bench,
): Judgement {
  const { assertion } = compiled
  const subject = assertion.node ? `${assertion.name} on ${assertion.node}` : assertion.name
  const about = { subject, location: assertion.location, ...(model && staged ? { model: model.id } : {}) }
  const diagnostics = errorDiagnostics(measured.error, about, workshop)
  const counted = { status: 'error' as const, failures: 0, rows: 0 }
  const { id, name, node } = assertion
  const result = { run: workshop.start.run, ...labels(assertion, measured.milliseconds), partition: 'all', versions }
  return {
    outcome: {
      assertion: id,
      name,
      ...(node ? { node } : {}),
      ...counted,
      sample: [],
      ...queryOf(workshop, compiled),
      milliseconds: measured.milliseconds,
      diagnostics,
    },
    failing: judged.ordinals,
    acknowledged: [],
    results: [{ ...result, ...counted }],
    failures: [],
  }
}

/** Values of published partitions that were measured along: what is usual is known by them from now on. */
function learntResults(
  workshop: Workshop,
  assertion: Assertion,
  learnt: ReadonlyMap<number, Count> | undefined,
  milliseconds: number,
  bench: Bench,
): AssertionResult[] {
  const verdicts = [...(learnt ?? [])].map(([ordinal, count]) => ({ ordinal, ...count, status: 'pass' as const }))
  const measured = verdicts.filter(({ value }) => value !== undefined)
  return resultsOf(workshop, assertion, measured, milliseconds, bench)
}

/** The value to tell of several partitions: the first of those that are as bad as the whole. */
function worstValue(verdicts: readonly Verdict[], status: Status): Pick<AssertionOutcome, 'value'> {
  const value = verdicts.find((verdict) => verdict.status === status && verdict.value !== undefined)?.value
  return value === undefined ? {} : { value }
}

/** Judges what was measured, and fetches rows to show when it is not good. */
export async function judgeMeasured(
  workshop: Workshop,
  given: CompiledAssertion,
  measured: Measured,
  judged: Judged,
  bench: Bench,
): Promise<Judgement> {
  if (!measured.ok) return unjudged(workshop, given, measured, judged, bench)
  const { failingRows = given.sql.failingRows } = measured
  const compiled = { ...given, sql: { ...given.sql, failingRows } }
  const { assertion, sql } = compiled
  const usual = await heldAgainstUsual(workshop, compiled, measured.counts, judged, bench)
  const verdicts = [...(usual?.counts ?? measured.counts)].map(([ordinal, count]) => ({
    ordinal,
    ...count,
    status: judge(assertion, count),
  }))
  const status = gravest(verdicts)
  const bad = verdicts.filter((verdict) => verdict.status !== 'pass')
  const options = { signal: workshop.stop, label: assertion.id }
  const found =
    bad.length === 0
      ? []
      : (usual?.unusual.slice(0, assertion.limit) ?? (await judged.connection.query(sql.failingRows, options)))
  const sample = withoutPersonal(workshop, [...assertion.reads, ...(assertion.node ? [assertion.node] : [])], found)
  const isApart = sql.perPartition && measured.together !== true
  const judgedModel = { ...bench, model: isApart ? bench.model : undefined }
  const told = await tell(workshop, assertion, bad, sample, judgedModel)
  const together = !isApart && told.failing.length > 0
  const ofAll = (some: readonly number[]) => (together && some.length > 0 ? judged.ordinals : some)
  return {
    outcome: {
      assertion: assertion.id,
      name: assertion.name,
      ...(assertion.node ? { node: assertion.node } : {}),
      status: told.status,
      ...total(verdicts),
      ...worstValue(verdicts, status),
      sample,
      ...queryOf(workshop, compiled),
      milliseconds: measured.milliseconds,
      diagnostics: told.diagnostics,
    },
    failing: ofAll(told.failing),
    acknowledged: ofAll(told.acknowledged),
    results: [
      ...resultsOf(workshop, assertion, verdicts, measured.milliseconds, judgedModel),
      ...learntResults(workshop, assertion, usual?.learnt, measured.milliseconds, judgedModel),
    ],
    failures: failedRows(workshop, assertion, sample, {
      model: bench.model,
      status,
      partitions: judgedModel.model
        ? bad.map(({ ordinal }) => keyOf(judgedModel.model ?? bug('no model'), ordinal))
        : [],
    }),
  }
}

import type { Graph } from '../compiler/index.ts'
import { type Diagnostic, neutralise, sortDiagnostics } from '../diagnostics/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { groupBy } from './group-by.ts'
import { placeOf, wordsOf } from './in-repository.ts'

/** What became of one model, assertion or unit test, as JUnit's XML knows it. */
export interface JunitCase {
  readonly name: string
  readonly group: string
  readonly milliseconds: number
  /** Absent: it passed. `failure` is a verdict on data, `error` is what could not be done. */
  readonly fault?: { readonly kind: 'failure' | 'error' | 'skipped'; readonly type: string; readonly message: string }
  /** What there is to say, of a case that passed, too. */
  readonly text: string
}

export interface JunitSuite {
  readonly name: string
  readonly cases: readonly JunitCase[]
}

/** Facts about the command that its results do not hold. */
export interface JunitRequest {
  /** The command line. */
  readonly command: string
  /** The project's folder in the repository, `''` or `shop/`. */
  readonly root: string
  readonly startedAt: number
  readonly milliseconds: number
  /** Whether a warning fails. */
  readonly isStrict: boolean
}

type Fault = NonNullable<JunitCase['fault']>

/** Diagnostics with their places, as text. */
function textOf(diagnostics: readonly Diagnostic[], root: string): string {
  const blocks = sortDiagnostics(diagnostics).map((diagnostic) => {
    const place = placeOf(diagnostic, root)
    const at = place ? `${place.path}:${place.location.line}:${place.location.column}\n` : ''
    return `${at}${diagnostic.severity}[${diagnostic.code}]: ${wordsOf(diagnostic)}`
  })
  return blocks.join('\n\n')
}

function worst(diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  return diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0]
}

function faultOf(kind: Fault['kind'], diagnostics: readonly Diagnostic[], otherwise: string): Fault {
  const said = worst(diagnostics)
  return { kind, type: said?.code ?? otherwise, message: said?.message ?? otherwise }
}

/** A model stopped by what its rows are has failed; one that could not be built is an error. */
function modelFault(batches: readonly BatchResult[]): Fault | undefined {
  const bad = batches.filter(({ status }) => status === 'failed' || status === 'partial')
  const diagnostics = bad.flatMap((batch) => batch.diagnostics)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const isVerdict = errors.length > 0 && errors.every(({ code }) => code === 'assertion-failed')
  if (bad.length > 0) return faultOf(isVerdict ? 'failure' : 'error', diagnostics, 'failed')
  const idle = batches.filter(({ status }) => status === 'blocked' || status === 'cancelled')
  if (idle.length === 0) return undefined
  return faultOf(
    'skipped',
    idle.flatMap((batch) => batch.diagnostics),
    idle[0]?.status ?? 'skipped',
  )
}

function modelCase(model: string, batches: readonly BatchResult[], { root }: JunitRequest): JunitCase {
  const fault = modelFault(batches)
  return {
    name: model,
    group: 'models',
    milliseconds: batches.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    ...(fault ? { fault } : {}),
    text: textOf(
      batches.flatMap((batch) => batch.diagnostics),
      root,
    ),
  }
}

function outcomeCase(outcome: AssertionOutcome, group: string, { root, isStrict }: JunitRequest): JunitCase {
  const { status, name, milliseconds, diagnostics } = outcome
  const isFailure = status === 'fail' || (status === 'warn' && isStrict)
  const kind = status === 'error' ? 'error' : isFailure ? 'failure' : undefined
  return {
    name,
    group: `${group}.${outcome.node ?? 'tests'}`,
    milliseconds,
    ...(kind ? { fault: faultOf(kind, diagnostics, status) } : {}),
    text: textOf(diagnostics, root),
  }
}

/** What was found beside models and assertions: an error of the run, or an assertion that could not be judged. */
function otherCase(diagnostic: Diagnostic, { root }: JunitRequest): JunitCase {
  return {
    name: diagnostic.message,
    group: 'run',
    milliseconds: 0,
    fault: faultOf(diagnostic.severity === 'error' ? 'error' : 'skipped', [diagnostic], diagnostic.code),
    text: textOf([diagnostic], root),
  }
}

/** What a command did, by kind. Whatever was judged and is no assertion of the graph is a unit test. */
export function junitSuites(results: RunResults, graph: Graph, request: JunitRequest): readonly JunitSuite[] {
  const known = new Set(graph.assertions.map(({ id }) => id))
  const assertions = results.assertions.filter(({ assertion }) => known.has(assertion))
  const unitTests = results.assertions.filter(({ assertion }) => !known.has(assertion))
  const models = [...groupBy(results.batches, ({ model }) => model)]
  const others = results.diagnostics.filter(({ severity, code }) => severity === 'error' || code === 'not-judged')
  return [
    { name: 'models', cases: models.map(([model, batches]) => modelCase(model, batches, request)) },
    { name: 'assertions', cases: assertions.map((one) => outcomeCase(one, 'assertions', request)) },
    { name: 'unit tests', cases: unitTests.map((one) => outcomeCase(one, 'unit-tests', request)) },
    { name: 'run', cases: sortDiagnostics(others).map((one) => otherCase(one, request)) },
  ].filter(({ cases }) => cases.length > 0)
}

/** What a command that ended early says: nothing was done, and its errors are why. */
export function junitOfErrors(diagnostics: readonly Diagnostic[], request: JunitRequest): readonly JunitSuite[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return [{ name: 'elt', cases: errors.map((one) => otherCase(one, request)) }]
}

/** Characters that XML 1.0 cannot hold are shown in another way; halves of a pair are none. */
function escaped(text: string): string {
  const plain = neutralise(text).replace(/[\p{Surrogate}\ufffe\uffff]/gu, '\ufffd')
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  const attribute = (value: string): string =>
    escaped(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${attribute(String(value))}"`)
    .join('')
}

const time = (milliseconds: number): string => (Math.max(milliseconds, 0) / 1000).toFixed(3)

function caseXml({ name, group, milliseconds, fault, text }: JunitCase): string {
  const open = `    <testcase${attributes({ name, classname: group, time: time(milliseconds) })}`
  if (fault) {
    const { kind, type, message } = fault
    return `${open}>\n      <${kind}${attributes({ type, message })}>${escaped(text)}</${kind}>\n    </testcase>`
  }
  return text === '' ? `${open}/>` : `${open}>\n      <system-out>${escaped(text)}</system-out>\n    </testcase>`
}

function countsOf(cases: readonly JunitCase[]) {
  const of = (kind: Fault['kind']): number => cases.filter(({ fault }) => fault?.kind === kind).length
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') }
}

function suiteXml({ name, cases }: JunitSuite, timestamp: string): string {
  const spent = time(cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0))
  const inner = cases.map(caseXml).join('\n')
  return `  <testsuite${attributes({ name, ...countsOf(cases), time: spent, timestamp })}>\n${inner}\n  </testsuite>`
}

/** The file that continuous integration reads: JUnit's XML, as Jenkins' schema (junit-10) has it. */
export function junitXml(suites: readonly JunitSuite[], request: JunitRequest): string {
  const timestamp = new Date(request.startedAt).toISOString().slice(0, 19)
  const { skipped: _, ...counts } = countsOf(suites.flatMap(({ cases }) => cases))
  const root = attributes({ name: request.command, ...counts, time: time(request.milliseconds) })
  const inner = suites.map((suite) => `${suiteXml(suite, timestamp)}\n`).join('')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${root}>\n${inner}</testsuites>\n`
}

import type { Graph } from '../compiler/index.ts'
import {
  collectRepeated,
  type Diagnostic,
  type Paint,
  renderDiagnostic,
  sortDiagnostics,
} from '../diagnostics/index.ts'
import {
  githubAnnotations,
  type JunitRequest,
  type JunitSuite,
  junitOfErrors,
  junitSuites,
  junitXml,
  sarif,
  type Theme,
  themeOf,
  withoutCiCommands,
  withoutCiCommandsInJson,
} from '../reports/index.ts'
import type { RunResults } from '../runner/index.ts'
import type { Io, TextStream } from './io.ts'
import { type Secrets, secretsOf } from './secrets.ts'
import { version } from './version.ts'

/**
 * What stdout carries: the answer for people, as JSON, or the diagnostics for continuous integration (`sarif` instead of the
 * answer, annotations of GitHub Actions before it).
 */
export type Form = 'text' | 'json' | 'sarif' | 'github'

/** Makes the commands that a text names say where they run. */
export type Suggest = (text: string) => string

/** The one way out: everything a command says passes here, and leaves without secrets. */
export interface Output {
  /** Whether stdout carries the answer as JSON. */
  readonly json: boolean
  readonly secrets: Secrets
  /** Colours of stdout and of stderr: only a terminal has any, unless FORCE_COLOR asks for them. */
  readonly theme: Theme
  readonly progressTheme: Theme
  /** The answer, to stdout; a line break is added. */
  readonly answer: (text: string) => void
  /** The answer as JSON, to stdout. */
  readonly answerJson: (value: unknown) => void
  /** Progress and what else is no answer, to stderr, masked. */
  readonly progress: TextStream
  /** Until `suggestAs`, it leaves texts as they are. */
  readonly suggested: Suggest
  /** Tells how, once the command line is read. */
  readonly suggestAs: (suggest: Suggest) => void
  /** Diagnostics in the order of their places, to stderr. */
  readonly report: (diagnostics: readonly Diagnostic[]) => void
  /** Takes note of diagnostics that are shown to people in another way, for continuous integration. */
  readonly note: (diagnostics: readonly Diagnostic[]) => void
  /** Tells where the project lies in the repository: its folder relative to the current one, `''` or `shop/`. */
  readonly inProject: (root: string) => void
  /** Takes note of what a command did, for the report that `--junit` asks for. */
  readonly keep: (results: RunResults, graph: Graph) => void
  /** The text of that report. */
  readonly junit: (request: Omit<JunitRequest, 'root'>) => string
  /** Writes what continuous integration reads, once the exit code is known. */
  readonly finish: (exitCode: number) => void
}

function wantsColors(stream: TextStream, env: Io['env'], noColor: boolean): boolean {
  if (noColor || env.NO_COLOR) return false
  const force = env.FORCE_COLOR
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  return stream.isTerminal && env.TERM !== 'dumb' && !env.CI
}

/** Maps are written as arrays of pairs, big integers as text: JSON has neither. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Map ? [...value] : value
}

/** A diagnostic without secrets, for formats that escape its text and would hide a secret from the mask by it. */
function masked(diagnostic: Diagnostic, { mask }: Secrets): Diagnostic {
  const { location } = diagnostic
  return {
    ...diagnostic,
    message: mask(diagnostic.message),
    ...(diagnostic.label === undefined ? {} : { label: mask(diagnostic.label) }),
    ...(diagnostic.why === undefined ? {} : { why: mask(diagnostic.why) }),
    notes: diagnostic.notes.map(mask),
    help: diagnostic.help.map(mask),
    ...(location ? { location: { ...location, ...(location.frame ? { frame: location.frame.map(mask) } : {}) } } : {}),
  }
}

/** Without secrets before anything is escaped. */
function maskedSuites(suites: readonly JunitSuite[], { mask }: Secrets): readonly JunitSuite[] {
  return suites.map(({ name, cases }) => ({
    name,
    cases: cases.map(({ fault, ...one }) => ({
      ...one,
      name: mask(one.name),
      text: mask(one.text),
      ...(fault ? { fault: { ...fault, message: mask(fault.message) } } : {}),
    })),
  }))
}

interface Told {
  readonly form: Form
  readonly root: string
  readonly diagnostics: readonly Diagnostic[]
  readonly exitCode: number
}

/** What stdout carries for continuous integration at the end. */
function ciText({ form, root, diagnostics, exitCode }: Told): string | undefined {
  if (form === 'sarif') return JSON.stringify(sarif(diagnostics, { version, root, exitCode }), undefined, 2)
  const lines = form === 'github' ? githubAnnotations(diagnostics, root) : []
  return lines.length > 0 ? lines.join('\n') : undefined
}

export function outputOf(io: Io, options: { readonly form: Form; readonly noColor: boolean }): Output {
  const { form } = options
  const told: Diagnostic[] = []
  let root = ''
  let kept: { readonly results: RunResults; readonly graph: Graph } | undefined
  let suggest: Suggest = (text) => text
  const forHere = (diagnostic: Diagnostic) => ({ ...diagnostic, help: diagnostic.help.map(suggest) })
  const secrets = secretsOf(io.env)
  const theme = themeOf(wantsColors(io.stdout, io.env, options.noColor))
  const progressTheme = themeOf(wantsColors(io.stderr, io.env, options.noColor))
  const write = (text: string) => io.stdout.write(`${secrets.mask(text)}\n`)
  const progress: TextStream = {
    write: (text) => io.stderr.write(withoutCiCommands(secrets.mask(text))),
    isTerminal: io.stderr.isTerminal,
    columns: io.stderr.columns,
  }
  const render = (diagnostic: Diagnostic, paint: Paint) => `${renderDiagnostic(diagnostic, paint)}\n\n`
  return {
    json: form === 'json',
    secrets,
    theme,
    progressTheme,
    answer: (text) => {
      if (form !== 'sarif') write(withoutCiCommands(text))
    },
    answerJson: (value) => write(withoutCiCommandsInJson(JSON.stringify(value, plain, 2))),
    progress,
    suggested: (text) => suggest(text),
    suggestAs: (how) => {
      suggest = how
    },
    report: (diagnostics) => {
      const shown = collectRepeated(sortDiagnostics(diagnostics)).map(forHere)
      told.push(...shown)
      progress.write(shown.map((d) => render(d, progressTheme)).join(''))
    },
    note: (diagnostics) => void told.push(...diagnostics.map(forHere)),
    inProject: (folder) => {
      root = folder
    },
    keep: (results, graph) => {
      kept = { results, graph }
    },
    junit: (request) => {
      const inRoot = { ...request, root }
      const suites = kept ? junitSuites(kept.results, kept.graph, inRoot) : junitOfErrors(told, inRoot)
      return junitXml(maskedSuites(suites, secrets), { ...inRoot, command: secrets.mask(request.command) })
    },
    finish: (exitCode) => {
      const diagnostics = sortDiagnostics(told.map((diagnostic) => masked(diagnostic, secrets)))
      const text = ciText({ form, root, diagnostics, exitCode })
      if (text !== undefined) write(form === 'sarif' ? withoutCiCommandsInJson(text) : text)
    },
  }
}

import { type Diagnostic, type Paint, renderDiagnostic, sortDiagnostics } from '../diagnostics/index.ts'
import { type Theme, themeOf } from '../reports/index.ts'
import type { Io, TextStream } from './io.ts'
import { type Secrets, secretsOf } from './secrets.ts'

/** The one way out: everything a command says passes here, and leaves without secrets. */
export interface Output {
  /** Whether stdout carries JSON. */
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
  /** Diagnostics in the order of their places, to stderr. */
  readonly report: (diagnostics: readonly Diagnostic[]) => void
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

export function outputOf(io: Io, options: { readonly json: boolean; readonly noColor: boolean }): Output {
  const secrets = secretsOf(io.env)
  const theme = themeOf(wantsColors(io.stdout, io.env, options.noColor))
  const progressTheme = themeOf(wantsColors(io.stderr, io.env, options.noColor))
  const answer = (text: string) => io.stdout.write(`${secrets.mask(text)}\n`)
  const progress: TextStream = {
    write: (text) => io.stderr.write(secrets.mask(text)),
    isTerminal: io.stderr.isTerminal,
    columns: io.stderr.columns,
  }
  const render = (diagnostic: Diagnostic, paint: Paint) => `${renderDiagnostic(diagnostic, paint)}\n\n`
  return {
    json: options.json,
    secrets,
    theme,
    progressTheme,
    answer,
    answerJson: (value) => answer(JSON.stringify(value, plain, 2)),
    progress,
    report: (diagnostics) =>
      progress.write(
        sortDiagnostics(diagnostics)
          .map((d) => render(d, progressTheme))
          .join(''),
      ),
  }
}

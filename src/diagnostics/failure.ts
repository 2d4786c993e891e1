import type { Diagnostic } from './diagnostic.ts'

/**
 * Carries diagnostics through code that awaits IO (sessions, the ledger, the runner), where a `Checked` value cannot
 * travel. Pure stages never throw it; the command line prints it like any other diagnostic.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly diagnostics: readonly Diagnostic[]

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => d.message).join('; '))
    this.diagnostics = diagnostics
  }
}

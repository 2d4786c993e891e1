import type { Diagnostic } from '../diagnostics/index.ts'

/** Exit codes: DESIGN §12. */
export const exitCode = { success: 0, failed: 1, mistake: 2, warehouse: 3, bug: 70, interrupted: 130, terminated: 143 }

/** What went wrong outside the project: the warehouse could not be reached, or another run holds it. */
const warehouseCodes: ReadonlySet<string> = new Set([
  'warehouse-locked',
  'warehouse-missing',
  'warehouse-invalid',
  'warehouse-newer',
  'warehouse-denied',
  'warehouse-failed',
  'warehouse-unreachable',
  'warehouse-busy',
  'lease-held',
  'fence-lost',
  'run-unrecorded',
  'warehouse-gave-up',
  'ledger-gave-up',
])

/** The exit code of errors that ended a command before it had results. */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  if (diagnostics.some((d) => d.code === 'bug')) return exitCode.bug
  const errors = diagnostics.filter((d) => d.severity === 'error')
  return errors.length > 0 && errors.every((d) => warehouseCodes.has(d.code)) ? exitCode.warehouse : exitCode.mistake
}

/** Whether results end with what a later attempt may mend: the warehouse gave up. */
export function isWarehouseGone(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.code === 'run-unrecorded')
}

export function exitCodeOfSignal(signal: unknown): number {
  return signal === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted
}

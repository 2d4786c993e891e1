import type { Diagnostic } from '../diagnostics/index.ts'

/** Exit codes: DESIGN §12. */
export const exitCode = {
  success: 0,
  failed: 1,
  mistake: 2,
  warehouse: 3,
  bug: 70,
  interrupted: 130,
  terminated: 143,
  hungUp: 129,
}

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
  'lease-lost',
  'fence-lost',
  'publication-unknown',
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

/** Whether results end with what a later attempt may mend: the warehouse gave up, or the run lost its lease. */
export function isWarehouseGone(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ code }) => code === 'run-unrecorded' || code === 'lease-lost')
}

export function exitCodeOfSignal(signal: unknown): number {
  if (signal === 'SIGHUP') return exitCode.hungUp
  return signal === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted
}

export type { SourceFileState, SourceSignal } from './signal.ts'

export { filesFor } from './files-for.ts'
export { listSources } from './list-sources.ts'
export { listTables } from './list-tables.ts'
export type { SourceFileState, SourceSignal } from './signal.ts'

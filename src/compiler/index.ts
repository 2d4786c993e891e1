export { type CompileOptions, compile } from './compile.ts'
export type { Graph, Input, Model, Partitioning } from './graph.ts'
export { type Direction, type Lineage, reachable } from './lineage.ts'
export { graphLineage, type Selectors, select, selectAssertions } from './select.ts'

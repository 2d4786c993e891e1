export { compile } from './compile.ts'
export type { Graph, Input, Model } from './graph.ts'
export { select, selectAssertions } from './select.ts'

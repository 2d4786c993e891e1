export { main } from './elt.ts'
export type { Io, TextStream } from './io.ts'

export { type Aged, aged, type RetainRequest, retain } from './retain.ts'
export type { Tended } from './tend.ts'

export { type OnStand, rehearse } from './rehearse.ts'
export type { Rehearsing } from './site.ts'
export type { Rehearsed, RehearsedTable, Stand } from './stand.ts'

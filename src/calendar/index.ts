export { type BusinessDays, businessTime, newestDue } from './business-days.ts'
export { downstreamWindow, type EdgeRead, type Hop, type Reach, sourceInstants, upstreamWindow } from './edge.ts'
export {
  contained,
  type Grid,
  type InstantRange,
  instantsOf,
  isTimeZone,
  ordinalAt,
  overlapping,
  parsePartition,
  partitionKey,
  partitionsIn,
  startDate,
  startInstant,
  type Unit,
  units,
  type Window,
} from './grid.ts'
export { coalesce, intersect, lengthOf, overlaps, subtract, windowsOf } from './windows.ts'

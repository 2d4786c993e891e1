import type { Dialect } from '../adapters/contract.ts'
import type { Grid } from '../calendar/index.ts'
import type { Diagnostic } from '../diagnostics/index.ts'
import type { FileSource, SourceDefinition } from '../project/index.ts'
import type { Draft } from './draft.ts'
import type { EdgeNumbers } from './edge-numbers.ts'
import type { EdgeSet, Way } from './edges.ts'
import type { Input } from './graph.ts'

/** What linking one model needs to know of the others. Upstreams are linked before their readers. */
export interface Links {
  readonly drafts: ReadonlyMap<string, Draft>
  readonly sources: ReadonlyMap<string, SourceDefinition>
  /** Place in the topological order. */
  readonly position: ReadonlyMap<string, number>
  readonly dialect: Dialect
  /** What the texts of ephemerals read themselves. */
  readonly inEphemerals: Map<string, readonly Way[]>
  /** All edges of this compilation. */
  readonly numbers: EdgeNumbers
  /** Inputs of models without partitions, by upstream: the same for all that read it. */
  readonly wholeInputs: Map<string, Input>
  /** What stands behind each view. */
  readonly behind: Map<string, EdgeSet>
  readonly report: (diagnostic: Diagnostic) => void
}

/** What a filter on a source is printed with: its event time, and the grid that `before` and `after` count in. */
export interface Events {
  readonly column: string
  readonly type: 'date' | 'instant' | 'local'
  /** Of the paths, or of the table; absent when paths hold no date. */
  readonly grid: Grid | undefined
}

export function filesOf(source: SourceDefinition | undefined): FileSource | undefined {
  return source?.origin.kind === 'files' ? source.origin : undefined
}

export function eventsOf(source: SourceDefinition | undefined): Events | undefined {
  const origin = source?.origin
  if (!origin?.eventTime) return undefined
  return { ...origin.eventTime, grid: origin.grid }
}

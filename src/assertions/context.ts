import type { PartitionColumn } from '../adapters/contract.ts'
import type { Unit } from '../calendar/index.ts'
import type { ColumnProperties, ModelConfig } from '../project/index.ts'

/** What is known of the model or source that an assertion is written at. */
export interface AssertionContext {
  /** Its id. */
  readonly node: string
  /** Its bare name, for messages. */
  readonly nodeName: string
  readonly columns: readonly ColumnProperties[]
  /** Column of its partitions; absent for unpartitioned models and for sources. */
  readonly partitionColumn?: string
  /** How it is cut into partitions. */
  readonly partitioning?: PartitionColumn & { readonly unit: Unit; readonly timeZone: string }
  /** Absent for sources. */
  readonly materialized?: ModelConfig['materialized']
  /** Names of the tests that somebody wrote for it to use. */
  readonly ownTests?: () => readonly string[]
  /** Node id of `ref('name')`, or of `source('group', 'name')` as `group.name`. */
  readonly resolve: (kind: 'ref' | 'source', name: string) => string | undefined
  /** All names that `resolve` knows, for "a similar name exists". */
  readonly names: (kind: 'ref' | 'source') => readonly string[]
}

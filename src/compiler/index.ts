export { type Compilation, compile } from './compile.ts'
export type { Attached, Contract, Deferral, Graph, Hook, Input, Model } from './graph.ts'
export type { RenderingMemory } from './kept-renderings.ts'
export type { NeededQuery } from './needed-queries.ts'
export type { QueryRows } from './query-result.ts'
export {
  type ContractChange,
  contractChanges,
  contractsOf,
  contractsOfManifest,
  type Evidence,
  type EvidenceKind,
  evidenceNeeded,
  type Indirect,
  indirectModes,
  type Kind,
  type NodeState,
  type Selection,
  type SelectionRequest,
  type StateSnapshot,
  select,
  stateOf,
  stateOfManifest,
} from './selection/index.ts'
export type { ExpectedRows, GivenRows, UnitTest, WrittenRows } from './unit-test.ts'

import type { Column, RelationName } from '../../adapters/contract.ts'
import type { Assertion } from '../../assertions/index.ts'
import type { Window } from '../../calendar/index.ts'
import type { Model } from '../../compiler/index.ts'
import type { Diagnostic } from '../../diagnostics/index.ts'
import type { SourceSignal } from '../../extract/index.ts'
import type { AttachedRecord, Lease, RelationRecord } from '../../ledger/index.ts'
import type { Plan } from '../../planner/index.ts'
import type { SourceDefinition } from '../../project/index.ts'
import type { Desk } from './desk.ts'
import type { FileReading } from './file-reading.ts'
import type { KnownFailures } from './known-failures.ts'
import type { ModelHooks } from './model-hooks.ts'
import type { Publications } from './publications.ts'
import type { Published } from './published.ts'
import type { Quality } from './quality.ts'
import type { Relations } from './relations.ts'
import type { Surroundings } from './request.ts'
import type { Unbuilt } from './unbuilt.ts'

/** What every statement needs: the warehouse, the graph by id, and the signal that stops it. */
export interface Workshop extends Surroundings {
  readonly models: ReadonlyMap<string, Model>
  readonly definitions: ReadonlyMap<string, SourceDefinition>
  readonly signals: ReadonlyMap<string, SourceSignal>
  /** What exists in the warehouse, kept up as the run makes relations. */
  readonly relations: Relations
  readonly quality: Quality
  readonly known: KnownFailures
  /** Reads files for an engine that reads none. */
  readonly reading: FileReading
  /**
   * Of an engine that reads no files: where the rows of sources lie for now, on one connection. `nothing`: the columns are of
   * interest, not the rows.
   */
  readonly brought?: ReadonlyMap<string, RelationName> | 'nothing'
  /** Which text is sent of a model that has two. */
  readonly text?: 'first' | 'incremental'
  /** Aborts running statements: the caller's signal, or a lost lease. */
  readonly stop: AbortSignal
}

/** What all batches of a run share beyond that. */
export interface Site extends Workshop {
  readonly plan: Plan
  readonly leases: ReadonlyMap<string, Lease>
  readonly published: Published
  readonly publications: Publications
  readonly unbuilt: Unbuilt
  readonly hooks: ModelHooks
  /** What hangs on relations through settings, by model, kept up as the run changes it. */
  readonly attached: Map<string, AttachedRecord>
  /** Models of which a published partition is not settled, or not over: their next plan must look again. */
  readonly open: Set<string>
  /** A number that no other attempt of the run has. */
  readonly nextSerial: () => number
  /** Columns that each model's query returns, as far as the engine was asked. */
  readonly columns: Map<string, readonly Column[]>
  /** Models whose contract was compared with what their query returns, and is kept. */
  readonly kept: Set<string>
  /** What the ledger knows of the models that have if-changed parts. */
  readonly records: ReadonlyMap<string, RelationRecord>
  /** From the first to the last partition that the plan builds of each partitioned model. */
  readonly hulls: ReadonlyMap<string, Window>
  /** Models that are not to be built, with what to tell of each. */
  readonly refused: ReadonlyMap<string, Diagnostic>
  /** Blocking assertions by model. */
  readonly blocking: ReadonlyMap<string, readonly Assertion[]>
}

/** What building a batch needs. */
export interface BuildSite extends Site {
  readonly desk: Desk
}

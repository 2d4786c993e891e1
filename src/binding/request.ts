import type { Adapter, Binder, Column, RelationName, Session } from '../adapters/contract.ts'
import type { Graph } from '../compiler/index.ts'
import type { Diagnostic, SourceFile } from '../diagnostics/index.ts'
import type { Json } from '../project/index.ts'

/** What binding keeps between commands, by keys that hash everything that decides a value. */
export interface BindingStore {
  readonly keyOf: (...parts: readonly string[]) => string
  readonly get: (key: string) => Json | undefined
  readonly set: (key: string, value: Json) => void
}

/** What is known of the warehouse: not there yet, open, or there and closed to us, for a reason. */
export type WarehouseView =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly session: Session }
  | { readonly kind: 'closed'; readonly reason: string }

export interface BindRequest {
  readonly graph: Graph
  readonly adapter: Pick<Adapter, 'dialect' | 'features' | 'compareColumns'>
  /** The project's texts by path, for places in templates. */
  readonly files: ReadonlyMap<string, SourceFile>
  /** Ids of the models to bind. What they read is bound as far as needed. */
  readonly models: readonly string[]
  /** Models whose SQL is not complete, with the reason. */
  readonly unresolved: ReadonlyMap<string, string>
  /** The columns of a relation as the warehouse has it. */
  readonly existing: (relation: RelationName) => readonly Column[] | undefined
  /**
   * What is to be built, so that models which are not among `models` are read as the warehouse has them; else all models are
   * taken as their SQL is now.
   */
  readonly building: boolean
  readonly warehouse: WarehouseView
  /** Called once, when the store does not know everything. */
  readonly openBinder: () => Promise<Binder>
  readonly store: BindingStore
}

export interface Bindings {
  /** The columns that each model's query returns, as far as they are known, by id. */
  readonly columns: ReadonlyMap<string, readonly Column[]>
  /** What is wrong, and what could not be checked; not sorted. */
  readonly diagnostics: readonly Diagnostic[]
}

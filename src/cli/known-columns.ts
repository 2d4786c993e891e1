import type { Column } from '../adapters/contract.ts'
import type { BindingStore } from '../binding/index.ts'
import type { Json } from '../project/index.ts'
import { storeOf } from './binding-store.ts'
import type { Context } from './context.ts'
import type { Compiled } from './load.ts'

/** Columns by the id of their model. */
export type KnownColumns = ReadonlyMap<string, readonly Column[]>

/** Names all columns of the project as it is on one engine, in whose words their types are: any change of any model is another name. */
function keyOf({ graph, adapter }: Compiled, store: BindingStore): string {
  return store.keyOf('columns', adapter.name, ...graph.models.map(({ id, fingerprint }) => `${id} ${fingerprint}`))
}

function read(compiled: Compiled, store: BindingStore): KnownColumns {
  const kept = store.get(keyOf(compiled, store))
  return new Map(kept === undefined ? [] : (kept as unknown as [string, readonly Column[]][]))
}

/** The columns that earlier commands found of the project as it is now. Opens no engine. */
export function knownColumns(context: Context, compiled: Compiled): KnownColumns {
  return read(compiled, storeOf(context, compiled.directory))
}

/** Keeps what was found, together with what was found before, for commands that bind nothing. */
export function keepColumns(compiled: Compiled, store: BindingStore, columns: KnownColumns): void {
  const before = read(compiled, store)
  const all = new Map([...before, ...columns])
  const sorted = compiled.graph.models.flatMap(({ id }): [string, readonly Column[]][] => {
    const found = all.get(id)
    return found ? [[id, found]] : []
  })
  if (JSON.stringify(sorted) === JSON.stringify([...before])) return
  store.set(keyOf(compiled, store), sorted as unknown as Json)
}

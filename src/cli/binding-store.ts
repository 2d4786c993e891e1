import type { BindingStore } from '../binding/index.ts'
import { cacheOf, openStore } from './cache/index.ts'
import type { Context } from './context.ts'

/** What binding found in earlier commands. Without a cache (when elt runs from source) nothing is kept. */
export function storeOf(context: Context, directory: string): BindingStore & { readonly save: () => void } {
  const cache = cacheOf(context, directory)
  const store = openStore(cache, 'bindings')
  return { ...store, keyOf: (...parts) => cache?.keyOf(...parts) ?? parts.join('\n') }
}

export { type Cache, cacheOf, openCache, prune } from './cache.ts'
export { openStore, type Store } from './store.ts'

export { type Cache, cacheOf, openCache } from './cache.ts'
export { openStore, type Store } from './store.ts'

export { adapterNames, adapterOf, defaultAdapter, openFileReader } from './registry.ts'

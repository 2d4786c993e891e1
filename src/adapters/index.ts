export { adapterNames, adapterOf, openFileReader } from './registry.ts'

export { adapterNames, adapterOf } from './registry.ts'

export { main } from './elt.ts'

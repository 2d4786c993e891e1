export { withoutMaterializations } from './package-macros.ts'
export { findUnits, type Unit, unitFiles } from './packages.ts'

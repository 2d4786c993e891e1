export { compileUnitTests } from './compile-unit-tests.ts'

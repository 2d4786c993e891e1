export type { KnownColumns } from './columns.ts'
export { runUnitTests, type UnitTestRequest, unitTestKey } from './run-unit-tests.ts'

export type { Assertion, Scope, Threshold } from './assertion.ts'

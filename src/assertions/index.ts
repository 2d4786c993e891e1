export type { Assertion, Scope, Threshold } from './assertion.ts'
export {
  type AssertionSql,
  type AssertionTarget,
  compileAssertion,
  compileSingularAssertion,
  type Measure,
  type SingularAssertionSql,
} from './compile.ts'
export { judge } from './judge.ts'
export { type AssertionContext, checkDistinct, parseAssertion } from './parse.ts'
export { parseSingularAssertion, type SingularContext } from './singular.ts'

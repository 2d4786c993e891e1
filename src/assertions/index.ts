export { assertionNames } from './aliases/index.ts'
export type { Assertion, Scope, Threshold } from './assertion.ts'
export type {
  AssertionSql,
  AssertionTarget,
  ColumnsMeasure,
  Measure,
  RowsMeasure,
  SingularAssertionSql,
} from './assertion-sql.ts'
export { catalogue } from './catalogue/index.ts'
export { typeJudge } from './column-types.ts'
export { compileAssertion, compileSingularAssertion } from './compile.ts'
export type { AssertionContext } from './context.ts'
export { type ContractOwner, contractFaults, contractTypes, type EngineType, typesQuery } from './contract-columns.ts'
export { hasExpired } from './expiry.ts'
export { heldAgainst, judge } from './judge.ts'
export { assertionNamed } from './named.ts'
export { holdsSql, type NamedColumn, namedColumns } from './named-columns.ts'
export { readTestArguments, type TestGiven, type TestSignature, testAssertion } from './own-test.ts'
export { checkDistinct, parseAssertion, typeOfAssertion } from './parse.ts'
export { columnNamed, returnedColumnFaults } from './returned-columns.ts'
export { parseSingularAssertion, type SingularContext } from './singular.ts'
export { thresholdText } from './threshold.ts'
export { judgeUsual, type Point, reachOf, type UsualRule, type UsualVerdict } from './usual.ts'

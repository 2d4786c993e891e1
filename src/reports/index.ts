export { type ArtifactIds, artifactIds } from './artifact-ids.ts'
export { withoutCiCommands, withoutCiCommandsInJson } from './ci-commands.ts'
export type {
  ExplainedAttempt,
  ExplainedDecision,
  ExplainedRange,
  ExplainedRead,
  ExplainedRows,
  Explanation,
} from './explanation.ts'
export { explanationText } from './explanation.ts'
export { findings } from './findings.ts'
export { type FreshnessResult, freshnessJson, freshnessText, sourcesV3 } from './freshness.ts'
export { githubAnnotations } from './github.ts'
export { type JunitRequest, type JunitSuite, junitOfErrors, junitSuites, junitXml } from './junit.ts'
export { manifest, manifestText } from './manifest.ts'
export { headline, planText, planTotals } from './plan-text.ts'
export { type ProgressReport, reportProgress } from './progress.ts'
export {
  type AcknowledgedFailure,
  type AssertionQuality,
  assertionHistoryText,
  type ModelQuality,
  modelQualityText,
  type QualityState,
  qualityText,
} from './quality.ts'
export { keptSentence, reasonWords } from './reason-words.ts'
export { runResultsJson } from './run-results.ts'
export { runResultsV6 } from './run-results-v6.ts'
export { sarif } from './sarif.ts'
export { assertionSummary, summary } from './summary.ts'
export { table } from './table.ts'
export { type Theme, themeOf } from './theme.ts'
export { adoptText, collectText, leftoverName, retainText, verifyText } from './upkeep.ts'
export { count, partitionRanges } from './words.ts'

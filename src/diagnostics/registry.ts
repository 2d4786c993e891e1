import { adapterCodes } from './codes/adapter.ts'
import { assertionCodes } from './codes/assertion.ts'
import { attachmentCodes } from './codes/attachments.ts'
import { bindingCodes } from './codes/binding.ts'
import { cliCodes } from './codes/cli.ts'
import { columnCodes } from './codes/columns.ts'
import { compilerCodes } from './codes/compiler.ts'
import { contractCodes } from './codes/contract.ts'
import { deferCodes } from './codes/defer.ts'
import { extractCodes } from './codes/extract.ts'
import { hookCodes } from './codes/hooks.ts'
import { initCodes } from './codes/init.ts'
import { packageCodes } from './codes/packages.ts'
import { plannerCodes } from './codes/planner.ts'
import { projectCodes } from './codes/project.ts'
import { qualityCodes } from './codes/quality.ts'
import { runnerCodes } from './codes/runner.ts'
import { templateCodes } from './codes/template.ts'
import { tieCodes } from './codes/ties.ts'
import { unitTestCodes } from './codes/unit-tests.ts'
import { upkeepCodes } from './codes/upkeep.ts'

/** Every code there is, with its wording. */
export const registry = {
  ...projectCodes,
  ...packageCodes,
  ...compilerCodes,
  ...templateCodes,
  ...bindingCodes,
  ...plannerCodes,
  ...runnerCodes,
  ...columnCodes,
  ...contractCodes,
  ...qualityCodes,
  ...tieCodes,
  ...attachmentCodes,
  ...upkeepCodes,
  ...deferCodes,
  ...hookCodes,
  ...adapterCodes,
  ...assertionCodes,
  ...unitTestCodes,
  ...extractCodes,
  ...cliCodes,
  ...initCodes,
}

export type Code = keyof typeof registry

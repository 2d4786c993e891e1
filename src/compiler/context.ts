import type { RelationName } from '../adapters/contract.ts'
import type { ModelFile } from '../project/index.ts'
import { exceptionsObject } from './context-exceptions.ts'
import { loadResultFunction, runQueryFunction, statementFunction } from './context-queries.ts'
import { refFunction, sourceFunction, thisRelation } from './context-relations.ts'
import { inWindowFunction, localDateFunction, partitionFilterFunction, windowObject } from './context-time.ts'
import {
  configFunction,
  envVarFunction,
  flagsObject,
  isIncrementalFunction,
  logFunction,
  targetObject,
  varFunction,
} from './context-values.ts'
import type { Subject } from './recording.ts'
import type { TemplateValue } from './template/index.ts'

/** Names of everything that templates are given, which macros may not hide. */
export const contextNames: readonly string[] = [
  'config',
  'env_var',
  'exceptions',
  'execute',
  'flags',
  'in_window',
  'is_incremental',
  'load_result',
  'local_date',
  'log',
  'partition_filter',
  'print',
  'ref',
  'run_query',
  'source',
  'statement',
  'target',
  'this',
  'var',
  'window',
]

function common(subject: Subject, schema: string): [string, TemplateValue][] {
  const { recording } = subject
  return [
    ['config', configFunction(recording)],
    ['env_var', envVarFunction(subject)],
    ['exceptions', exceptionsObject(recording)],
    ['execute', recording.executes],
    ['flags', flagsObject],
    ['load_result', loadResultFunction(recording)],
    ['local_date', localDateFunction(subject)],
    ['log', logFunction(recording)],
    ['print', logFunction(recording, 'print')],
    ['ref', refFunction(subject)],
    ['run_query', runQueryFunction(subject)],
    ['source', sourceFunction(subject)],
    ['statement', statementFunction(subject)],
    ['target', targetObject(subject, schema)],
    ['var', varFunction(subject)],
  ]
}

/** What the template of a model sees. */
export function modelContext(subject: Subject, model: ModelFile, schema: string): ReadonlyMap<string, TemplateValue> {
  return new Map<string, TemplateValue>([
    ...common(subject, schema),
    ['in_window', inWindowFunction(subject)],
    ['is_incremental', isIncrementalFunction(subject.recording)],
    ['partition_filter', partitionFilterFunction(subject)],
    ['this', thisRelation(subject, model)],
    ['window', windowObject(subject)],
  ])
}

/** What a hook of a model sees: it stands alone, and has no window. */
export function hookContext(
  subject: Subject,
  model: ModelFile,
  schema: string,
  stored: RelationName,
): ReadonlyMap<string, TemplateValue> {
  return new Map<string, TemplateValue>([
    ...common(subject, schema),
    ['is_incremental', isIncrementalFunction(subject.recording)],
    ['this', thisRelation(subject, model, stored)],
  ])
}

/** What a hook of the run sees: it belongs to no model. */
export function runHookContext(subject: Subject, schema: string): ReadonlyMap<string, TemplateValue> {
  return new Map(common(subject, schema))
}

/** What a singular assertion sees: it has no relation and no window of its own. */
export function assertionContext(subject: Subject, schema: string): ReadonlyMap<string, TemplateValue> {
  return new Map(common(subject, schema))
}

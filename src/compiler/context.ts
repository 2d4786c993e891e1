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
import { Callable, type Globals, type TemplateValue } from './template/index.ts'

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

/** Makes one value for a template. */
type Maker = (subject: Subject, schema: string) => TemplateValue

const common: readonly (readonly [string, Maker])[] = [
  ['config', ({ recording }) => configFunction(recording)],
  ['env_var', envVarFunction],
  ['exceptions', ({ recording }) => exceptionsObject(recording)],
  ['execute', ({ recording }) => recording.executes],
  ['flags', () => flagsObject],
  ['load_result', ({ recording }) => loadResultFunction(recording)],
  ['local_date', localDateFunction],
  ['log', ({ recording }) => logFunction(recording)],
  ['print', ({ recording }) => logFunction(recording, 'print')],
  ['ref', refFunction],
  ['run_query', runQueryFunction],
  ['source', sourceFunction],
  ['statement', statementFunction],
  ['target', targetObject],
  ['var', varFunction],
]

const ofModels: ReadonlyMap<string, Maker> = new Map([
  ...common,
  ['in_window', inWindowFunction],
  ['is_incremental', ({ recording }) => isIncrementalFunction(recording)],
  ['partition_filter', partitionFilterFunction],
  ['window', windowObject],
])

function commonValues(subject: Subject, schema: string): [string, TemplateValue][] {
  return common.map(([name, make]) => [name, make(subject, schema)])
}

/** What the template of a model sees. Most templates use few of these: each is made when it is asked for. */
export function modelContext(subject: Subject, model: ModelFile, schema: string): Globals {
  const made = new Map<string, TemplateValue>()
  return {
    has: (name) => name === 'this' || ofModels.has(name),
    keys: () => [...ofModels.keys(), 'this'].values(),
    get: (name) => {
      const value =
        made.get(name) ?? (name === 'this' ? thisRelation(subject, model) : ofModels.get(name)?.(subject, schema))
      if (value !== undefined) made.set(name, value)
      return value
    },
  }
}

/** What a hook of a model sees: it stands alone, and has no window. */
export function hookContext(
  subject: Subject,
  model: ModelFile,
  schema: string,
  stored: RelationName,
): ReadonlyMap<string, TemplateValue> {
  return new Map<string, TemplateValue>([
    ...commonValues(subject, schema),
    ['is_incremental', isIncrementalFunction(subject.recording)],
    ['this', thisRelation(subject, model, stored)],
  ])
}

/** What a hook of the run sees: it belongs to no model. */
export function runHookContext(subject: Subject, schema: string): ReadonlyMap<string, TemplateValue> {
  return new Map(commonValues(subject, schema))
}

/** What a test that YAML names sees beside its arguments. Failing rows are shown whole, so that it may select all columns. */
export function testContext(subject: Subject, schema: string): ReadonlyMap<string, TemplateValue> {
  const stores = new Callable('should_store_failures', () => true)
  return new Map<string, TemplateValue>([...commonValues(subject, schema), [stores.name, stores]])
}

/** What a singular assertion sees: it has no relation and no window of its own. */
export function assertionContext(subject: Subject, schema: string): ReadonlyMap<string, TemplateValue> {
  return new Map(commonValues(subject, schema))
}

import type { RelationName } from '../adapters/contract.ts'
import { nearest } from '../diagnostics/index.ts'
import type { ModelFile } from '../project/index.ts'
import { Arguments } from './arguments.ts'
import type { Reference } from './deferred.ts'
import { modelId, type Names } from './names.ts'
import type { Subject } from './recording.ts'
import {
  type Bound,
  type CallArguments,
  Callable,
  Dictionary,
  fail,
  Printable,
  type Site,
  type TemplateValue,
} from './template/index.ts'

const readParameters = [
  { name: 'all_partitions', namedOnly: true },
  { name: 'on_change', namedOnly: true },
]

/** What a relation has as a mapping, of all that it has in dbt: enough to be told from a text. */
function asMapping(): readonly (readonly [string, TemplateValue])[] {
  const metadata = new Dictionary([['type', 'Relation']], true)
  const get = new Callable('get', (call) => {
    const args = new Arguments('get', [{ name: 'key', required: true }, { name: 'default' }], call)
    return args.text('key') === 'metadata' ? metadata : (args.get('default')?.value ?? null)
  })
  return [
    ['get', get],
    ['metadata', metadata],
    ['is_cte', false],
  ]
}

/** A relation as a template holds it: it prints as its name, and `partition_filter` takes it. */
function relation(
  subject: Subject,
  reference: Reference,
  site?: Site,
  members?: ReadonlyMap<string, TemplateValue>,
): Printable {
  const { deferred, references, isTest } = subject.recording
  const all = isTest ? new Map([...(members ?? []), ...asMapping()]) : members
  const printable = new Printable({
    description: `the relation \`${reference.node}\``,
    text: deferred.mark(reference, site),
    ...(all ? { members: all } : {}),
  })
  references.set(printable, reference)
  return printable
}

function readOptions(args: Arguments): Pick<Reference, 'allPartitions' | 'onChange'> {
  return {
    allPartitions: args.flag('all_partitions'),
    onChange: args.oneOf('on_change', ['keep', 'rebuild'], 'keep'),
  }
}

function modelNotFound(names: Names, name: string, site: Site): never {
  const bare = name.slice(name.lastIndexOf('.') + 1)
  const source = names.sourceNames.find((full) => full === name || full.endsWith(`.${bare}`))
  const call = source && `{{ source('${source.split('.').join("', '")}') }}`
  const near = nearest(name, names.modelNames) ?? nearest(bare, names.modelNames)
  return fail('ref-not-found', { name, nearest: near, source: near && !names.source(name) ? undefined : call }, site)
}

function sourceNotFound(names: Names, name: string, site: Site): never {
  return fail('source-not-found', { name, nearest: nearest(name, names.sourceNames) }, site)
}

const refParameters = [{ name: 'name', required: true }, ...readParameters]

/** A model that exists, but not in the package that was named. */
function elsewhere(names: Names, name: string, model: ModelFile, site: Site): never {
  const near = names.modelNames.includes(model.name) ? `ref('${model.package}', '${model.name}')` : undefined
  return fail('ref-not-found', { name, nearest: near, source: undefined }, site)
}

/** `ref('name', all_partitions=false, on_change='keep')`, `ref('package', 'name')` */
export function refFunction(subject: Subject): Callable {
  const { names } = subject.surroundings
  return new Callable('ref', (call) => {
    const isPackaged = call.positional.length > 1
    const parameters = [...(isPackaged ? [{ name: 'package', required: true }] : []), ...refParameters]
    const args = new Arguments('ref', parameters, call)
    const name = args.text('name') ?? ''
    const site = call.positionalSites[isPackaged ? 1 : 0] ?? args.get('name')?.site ?? call.site
    const model = names.model(name) ?? modelNotFound(names, name, site)
    const owner = isPackaged ? args.text('package') : model.package
    if (owner !== model.package) return elsewhere(names, `${owner}.${name}`, model, site)
    const node = modelId(model)
    const reference = { kind: 'reference', node, name: model.name, isThis: false, ...readOptions(args) } as const
    return relation(subject, reference, call.site)
  })
}

/** `source('group', 'name', all_partitions=false, on_change='keep')` */
export function sourceFunction(subject: Subject): Callable {
  const { names } = subject.surroundings
  const parameters = [{ name: 'group', required: true }, { name: 'name', required: true }, ...readParameters]
  return new Callable('source', (call) => {
    const args = new Arguments('source', parameters, call)
    const name = `${args.text('group')}.${args.text('name')}`
    const source = names.source(name) ?? sourceNotFound(names, name, call.site)
    const reference = { kind: 'reference', node: source.id, name, isThis: false, ...readOptions(args) } as const
    return relation(subject, reference, call.site)
  })
}

/** `this`: the model's own relation. Its parts have names once all settings are known, as they are for hooks: `stored`. */
export function thisRelation(subject: Subject, model: Parameters<typeof modelId>[0], stored?: RelationName): Printable {
  const options = { allPartitions: false, onChange: 'keep' as const, isThis: true }
  const reference = { kind: 'reference', node: modelId(model), name: model.name, ...options } as const
  if (!stored) return relation(subject, reference)
  return relation(subject, reference, undefined, partsOf(stored))
}

function partsOf({ schema, name }: RelationName): ReadonlyMap<string, TemplateValue> {
  return new Map(Object.entries({ schema, name, identifier: name, table: name }))
}

/** `model` of a test: the rows that it judges, with the names of the table that they are, or will be, part of. */
export function judgedRelation(
  subject: Subject,
  judged: { readonly node: string; readonly name: string; readonly stored: RelationName | undefined },
): Printable {
  const { node, name, stored } = judged
  const options = { allPartitions: true, onChange: 'keep' as const, isThis: false, isJudged: true }
  return relation(subject, { kind: 'reference', node, name, ...options }, undefined, stored && partsOf(stored))
}

/** What the first argument of `partition_filter` names: `'model'`, `'group.source'`, or what `ref` and `source` returned. */
export function referenceOf(subject: Subject, bound: Bound, call: CallArguments): Pick<Reference, 'node' | 'isThis'> {
  const { names } = subject.surroundings
  const value: TemplateValue = bound.value
  if (value instanceof Printable) {
    const known = subject.recording.references.get(value)
    if (known) return known
  }
  if (typeof value !== 'string') {
    const problem = 'the first argument must name a model or a source'
    return fail(
      'invalid-argument',
      { callee: 'partition_filter', problem, help: "partition_filter('flights')" },
      call.site,
    )
  }
  const model = names.model(value)
  if (model) return { node: modelId(model), isThis: false }
  const source = names.source(value)
  if (source) return { node: source.id, isThis: false }
  const nearSource = value.includes('.') && nearest(value, names.sourceNames)
  return nearSource ? sourceNotFound(names, value, bound.site) : modelNotFound(names, value, bound.site)
}

import { diagnose } from '../diagnostics/index.ts'
import { Arguments } from './arguments.ts'
import type { Recording } from './recording.ts'
import { type CallArguments, Callable, fail, locationOf, Printable, type TemplateValue } from './template/index.ts'
import { describe } from './uses.ts'

/** The model that dbt's macros may name beside a message; errors have a place of their own here. */
const node = { name: 'node' }
const message = [{ name: 'message', required: true }, node]

/** Text of a template for people: relations in it by their names. */
function readable(recording: Recording, text: string): string {
  const parts = recording.deferred.parts(text)
  return parts.map((part) => (typeof part === 'string' ? part : describe(part).replaceAll('`', ''))).join('')
}

function nameOf(recording: Recording, value: TemplateValue | undefined): string {
  if (value instanceof Printable) return readable(recording, value.text ?? value.description)
  return readable(recording, String(value ?? ''))
}

/** The functions that stop with a message of their own. */
const stopping = [
  'raise_compiler_error',
  'raise_not_implemented',
  'raise_fail_fast_error',
  'raise_dependency_error',
  'raise_parsing_error',
  'raise_database_error',
]

/** What is known of an error of dbt's macros, in words. */
type Wording = readonly [
  name: string,
  parameters: readonly string[],
  words: (text: (parameter: string) => string) => string,
]

const worded: readonly Wording[] = [
  ['missing_relation', ['relation', 'model'], (text) => `the relation \`${text('relation')}\` is missing`],
  [
    'relation_wrong_type',
    ['relation', 'expected_type', 'model'],
    (text) => `the relation \`${text('relation')}\` is no ${text('expected_type')}`,
  ],
  ['missing_config', ['model', 'name'], (text) => `the setting \`${text('name')}\` is missing`],
  ['column_type_missing', ['column_names'], (text) => `columns without a type: ${text('column_names')}`],
]

/** Functions of dbt that only its own machinery calls. */
const ofMachinery = [
  'missing_materialization',
  'raise_contract_error',
  'raise_duplicate_patch_name',
  'raise_duplicate_resource_name',
  'raise_duplicate_alias',
  'raise_ambiguous_alias',
  'raise_ambiguous_catalog_match',
  'raise_cache_inconsistent',
  'raise_invalid_property_yml_version',
  'raise_patch_targets_not_found',
  'ref_invalid_args',
  'ref_target_not_found',
  'ref_bad_context',
  'doc_invalid_args',
  'doc_target_not_found',
]

function stop(recording: Recording, text: string, call: CallArguments): never {
  return fail('compiler-error-raised', { text: readable(recording, text) }, call.site)
}

/** `exceptions`: stops the template, or warns, with the words that are given; what dbt's own machinery has is refused by name. */
export function exceptionsObject(recording: Recording): Printable {
  const plain = stopping.map((name) => {
    return new Callable(name, (call) => {
      const args = new Arguments(`exceptions.${name}`, message, call)
      return stop(recording, args.text('message') ?? '', call)
    })
  })
  const known = worded.map(([name, parameters, words]) => {
    return new Callable(name, (call) => {
      const names = parameters.map((parameter, index) => ({ name: parameter, required: index === 0 }))
      const args = new Arguments(`exceptions.${name}`, names, call)
      return stop(
        recording,
        words((parameter) => nameOf(recording, args.get(parameter)?.value)),
        call,
      )
    })
  })
  const refused = ofMachinery.map((name) => {
    const help = "write `exceptions.raise_compiler_error('…')` with your own words"
    return new Callable(name, (call) =>
      fail('template-unsupported', { construct: `\`exceptions.${name}\``, help }, call.site),
    )
  })
  const warn = new Callable('warn', (call) => {
    const text = readable(recording, new Arguments('exceptions.warn', message, call).text('message') ?? '')
    recording.notes.push(diagnose('compiler-warning-raised', { text }, locationOf(call.site)))
    return ''
  })
  const all = [...plain, ...known, warn, ...refused]
  return new Printable({ description: '`exceptions`', members: new Map(all.map((one) => [one.name, one])) })
}

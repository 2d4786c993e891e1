import { type Checked, type Diagnostic, diagnose, hasErrors, nearest } from '../diagnostics/index.ts'
import type { AssertionProperties, Json, RawConfig } from '../project/index.ts'
import type { SqlText } from '../sql/index.ts'
import type { Assertion, Scope } from './assertion.ts'
import type { AssertionContext } from './context.ts'
import { hashOf } from './hash.ts'
import { type Settings, SettingsReader, settingNames, thresholdsOf } from './settings.ts'

/* Tests that people write themselves, as macros: `{% test name(model, column_name, …) %}`. */

/** What a test takes beside `model`. */
export interface TestSignature {
  /** As YAML calls it. */
  readonly name: string
  /** The first one is `model`, whatever it is called. */
  readonly parameters: readonly { readonly name: string; readonly required: boolean }[]
  /** It reads `kwargs`, and so takes arguments of any name. */
  readonly takesOthers: boolean
}

/** What YAML gives to a test: its arguments, and the settings that every assertion has. */
export interface TestGiven {
  readonly arguments: RawConfig
  readonly settings: RawConfig
  readonly column: string | undefined
}

const columnName = 'column_name'
const identifier = /^[A-Za-z_]\w*$/

function reportUnknown(signature: TestSignature, key: string, given: RawConfig, found: Diagnostic[]): void {
  const own = signature.parameters.slice(1).map(({ name }) => name)
  const valid = [...own, ...settingNames]
  const parameters = { assertion: signature.name, argument: key, nearest: nearest(key, valid), valid }
  found.push(diagnose('assertion-argument-unknown', parameters, given[key]?.location))
}

/** Sorts what YAML gives to a test into its arguments and the settings. A parameter that is named as a setting is a parameter. */
export function readTestArguments(properties: AssertionProperties, signature: TestSignature): Checked<TestGiven> {
  const { arguments: given, location } = properties
  const found: Diagnostic[] = []
  const own = new Set(signature.parameters.slice(1).map(({ name }) => name))
  const result = {
    arguments: {} as Record<string, RawConfig[string]>,
    settings: {} as Record<string, RawConfig[string]>,
  }
  for (const [key, entry] of Object.entries(given)) {
    if (key === columnName) continue
    if (own.has(key)) result.arguments[key] = entry
    else if (settingNames.includes(key)) result.settings[key] = entry
    else if (signature.takesOthers && identifier.test(key)) result.arguments[key] = entry
    else reportUnknown(signature, key, given, found)
  }
  const named = given[columnName]?.value
  const column = properties.column ?? (typeof named === 'string' ? named : undefined)
  for (const { name, required } of signature.parameters.slice(1)) {
    if (!required || Object.hasOwn(result.arguments, name)) continue
    if (name !== columnName) {
      const example = `- ${signature.name}: { ${name}: … }`
      found.push(
        diagnose('assertion-argument-missing', { assertion: signature.name, argument: name, example }, location),
      )
    } else if (column === undefined) {
      found.push(diagnose('assertion-column-missing', { assertion: signature.name }, location))
    }
  }
  return { value: { ...result, column }, diagnostics: found }
}

/** A test that was run with its arguments. */
export interface RenderedTest {
  readonly sql: SqlText
  /** Node ids that it reads beside the rows that it judges. */
  readonly reads: readonly string[]
  /** What its `config()` says; YAML lies over it. */
  readonly config: RawConfig
  /** What the comment at its beginning says. */
  readonly description: string
}

function plain(given: RawConfig): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value]))
}

function scopeOf(settings: Settings, given: RawConfig, context: AssertionContext, found: Diagnostic[]): Scope {
  const { scope } = settings
  if (scope?.kind === 'last' && context.partitionColumn === undefined) {
    const parameters = { what: `scope: last ${scope.partitions}`, node: context.nodeName }
    found.push(diagnose('assertion-needs-partitions', parameters, given.scope?.location))
  }
  return scope ?? { kind: 'window' }
}

function nameOf(type: string, { arguments: given, column }: TestGiven, { where, scope }: Settings): string {
  const values = Object.entries(given).map(([key, { value }]) => {
    return `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
  })
  const inside = [column, ...values].filter((part) => part !== undefined).join(', ')
  const filtered = where === undefined ? '' : ` where ${where.replace(/\s+/g, ' ').trim()}`
  const within =
    scope?.kind === 'last' ? ` in the last ${scope.partitions}` : scope?.kind === 'table' ? ' in the table' : ''
  return `${inside === '' ? type : `${type}(${inside})`}${filtered}${within}`
}

/**
 * The assertion that a call of a test is. It blocks as those of the catalogue do: with severity error, on the rows of one stored
 * model. No value and no error for one that is switched off.
 */
export function testAssertion(
  properties: AssertionProperties,
  given: TestGiven,
  rendered: RenderedTest,
  context: AssertionContext,
): Checked<Assertion> {
  const found: Diagnostic[] = []
  const { type, location } = properties
  const config: RawConfig = { ...rendered.config, ...given.settings }
  for (const [key, { location: at }] of Object.entries(rendered.config)) {
    if (settingNames.includes(key)) continue
    const parameters = { assertion: type, argument: key, nearest: nearest(key, settingNames), valid: settingNames }
    found.push(diagnose('assertion-argument-unknown', parameters, at))
  }
  const settings = new SettingsReader(type, config, found).read()
  const { enabled, name: written, ...kept } = settings
  const name = written ?? nameOf(type, given, settings)
  const isStored = context.materialized !== undefined && !['view', 'ephemeral'].includes(context.materialized)
  const reads = [...new Set([context.node, ...rendered.reads])]
  const assertion = {
    ...kept,
    ...thresholdsOf(settings),
    description: settings.description || rendered.description,
    type,
    node: context.node,
    ...(given.column === undefined ? {} : { column: given.column }),
    ...(context.partitionColumn === undefined ? {} : { partitionColumn: context.partitionColumn }),
    arguments: plain(given.arguments),
    scope: scopeOf(settings, config, context, found),
    reads,
    sql: rendered.sql,
    blocking: settings.severity === 'error' && isStored && reads.length === 1,
  }
  const value = { ...assertion, id: `${context.node}.${name}`, name, location, hash: hashOf(assertion) }
  return { value: hasErrors(found) || !enabled ? undefined : value, diagnostics: found }
}

import { type Checked, type Diagnostic, diagnose, hasErrors, type Location, nearest } from '../diagnostics/index.ts'
import type { AssertionProperties, Json, Located, RawConfig } from '../project/index.ts'
import { aliases } from './aliases/index.ts'
import { readArgument } from './arguments.ts'
import type { Assertion, Scope, Threshold } from './assertion.ts'
import { catalogue } from './catalogue/index.ts'
import type { AssertionContext } from './context.ts'
import type { Definition } from './definition.ts'
import { hashOf } from './hash.ts'
import { type Settings, SettingsReader, settingNames, shown, thresholdsOf } from './settings.ts'

/** An assertion whose check is known, its arguments under our names. */
interface Draft {
  readonly type: string
  readonly definition: Definition
  readonly column: string | undefined
  readonly given: RawConfig
  readonly location: Location
  readonly context: AssertionContext
  readonly found: Diagnostic[]
  /** Written under the name that another tool has for it: conditions are on failing rows, as they are there. */
  readonly isAlias: boolean
}

/** Names that other tools have for what every assertion takes. */
const renamedSettings: Readonly<Record<string, string>> = {
  row_condition: 'where',
  from_where: 'where',
  group_by_columns: 'group_by',
}
const columnKeys = ['column_name', 'column']

function renameArguments(given: RawConfig, renamed: Readonly<Record<string, string>>): RawConfig {
  const names = { ...renamedSettings, ...renamed }
  return Object.fromEntries(
    Object.entries(given).map(([key, entry]) => [Object.hasOwn(names, key) ? (names[key] ?? key) : key, entry]),
  )
}

/** Our type of an assertion under any name that one may be written with; another text stays as it is. */
export function typeOfAssertion(name: string): string {
  const bare = name.replace(/^.*\./, '')
  return aliases.get(name)?.type ?? aliases.get(bare)?.type ?? (catalogue.has(bare) ? bare : name)
}

function draftOf(properties: AssertionProperties, context: AssertionContext, found: Diagnostic[]): Draft | undefined {
  const alias = aliases.get(properties.type)
  const type = alias?.type ?? properties.type
  const definition = catalogue.get(type)
  if (!definition) {
    const own = context.ownTests?.() ?? []
    const known = [...catalogue.keys(), ...own]
    const similar = nearest(properties.type, own) ?? nearest(properties.type.replace(/^.*\./, ''), known)
    found.push(diagnose('assertion-unknown', { type: properties.type, nearest: similar, known }, properties.location))
    return undefined
  }
  const renamed = renameArguments(properties.arguments, alias?.renamed ?? {})
  const given = alias?.adapted?.(renamed, properties.location) ?? renamed
  const named = columnKeys.map((key) => given[key]?.value).find((value) => typeof value === 'string')
  const column = properties.column ?? (typeof named === 'string' ? named : undefined)
  return {
    type,
    definition,
    column,
    given,
    location: properties.location,
    context,
    found,
    isAlias: alias?.isForeign === true,
  }
}

function checkNames({ type, definition, given, found }: Draft): void {
  const own = Object.keys(definition.arguments)
  const valid = [...own, ...(definition.column === 'none' ? [] : ['column_name']), ...settingNames]
  for (const [argument, entry] of Object.entries(given)) {
    if (valid.includes(argument) || (argument === 'column' && definition.column !== 'none')) continue
    const parameters = { assertion: type, argument, nearest: nearest(argument, valid), valid }
    found.push(diagnose('assertion-argument-unknown', parameters, entry.location))
  }
}

function readArguments(draft: Draft): Readonly<Record<string, Json>> {
  const { type, definition, given, location, context, found } = draft
  const result: Record<string, Json> = {}
  for (const [name, argument] of Object.entries(definition.arguments)) {
    const entry: Located<Json> | undefined = given[name]
    if (entry && entry.value !== null) {
      const value = readArgument(type, { name, entry, context, argument }, found)
      if (value !== undefined) result[name] = value
    } else if (argument.required) {
      const parameters = { assertion: type, argument: name, example: definition.example }
      found.push(diagnose('assertion-argument-missing', parameters, location))
    }
  }
  return result
}

/** The column judged: a check at a column of a model that judges no column takes it as no more than its place. */
function checkColumn({ type, definition, column, given, location, found }: Draft): string | undefined {
  if (definition.column === 'none') return undefined
  // A check may take several columns as its argument instead.
  const isListed = definition.arguments.columns !== undefined && given.columns !== undefined
  if (column === undefined && definition.column === 'required' && !isListed) {
    found.push(diagnose('assertion-column-missing', { assertion: type }, location))
  }
  return column
}

/** Values of a text column are text, however YAML reads them: `[1, 2]` are the texts 1 and 2 there. */
function typedArguments(draft: Draft, column: string | undefined, given: Readonly<Record<string, Json>>) {
  if (given.values === undefined || given.quote !== undefined) return given
  const declared = draft.context.columns.find((candidate) => candidate.name === column)?.type
  const isTextual = /^(?:text|string|varchar)\b/i.test(declared ?? '')
  return isTextual ? { ...given, quote: true } : given
}

function scopeOf({ type, definition, given, location, context, found }: Draft, settings: Settings): Scope {
  const partitioned = context.partitionColumn !== undefined
  if ((definition.ofPartitions || definition.needsPartitions) && !partitioned) {
    found.push(diagnose('assertion-needs-partitions', { what: type, node: context.nodeName }, location))
  }
  if (definition.ofPartitions) return { kind: 'table' }
  if (definition.usual) return { kind: 'window' }
  if (settings.scope?.kind === 'last' && !partitioned) {
    const parameters = { what: `scope: last ${settings.scope.partitions}`, node: context.nodeName }
    found.push(diagnose('assertion-needs-partitions', parameters, given.scope?.location ?? location))
  }
  const scope = settings.scope ?? { kind: 'window' as const }
  return definition.ofWhole && scope.kind === 'window' ? { kind: 'table' } : scope
}

/** The conditions of an assertion: of a check that measures a value, those that are written are held against the value. */
function conditions({ type, definition, given, isAlias, found }: Draft, settings: Settings) {
  const { warnIf, errorIf } = thresholdsOf(settings)
  if (definition.measures === undefined || isAlias) return { warnIf, errorIf }
  const expected = `a condition on ${definition.measures}`
  const read = (key: 'warn_if' | 'error_if', threshold: Threshold): Threshold => {
    const entry = given[key]
    if (entry === undefined) return threshold
    const parameters = { assertion: type, argument: key, expected: `${expected}, without %`, found: shown(entry.value) }
    if (threshold.percent && !definition.isShare) {
      found.push(diagnose('assertion-argument-invalid', parameters, entry.location))
    }
    return { ...threshold, measured: true }
  }
  return { warnIf: read('warn_if', warnIf), errorIf: read('error_if', errorIf) }
}

/** What contradicts among arguments and settings that are fine by themselves. */
function problemOf({ definition, given, isAlias }: Draft, args: Readonly<Record<string, Json>>): string | undefined {
  const isValue = definition.measures !== undefined
  const isBounded = isValue && !isAlias && (given.warn_if !== undefined || given.error_if !== undefined)
  if (definition.usual) {
    const own = ['warn_if', 'error_if', 'scope', 'mostly'].find((key) => given[key] !== undefined)
    if (own !== undefined) return `has \`${own}\`, and judges each partition by those before it`
  }
  if (isValue && given.mostly !== undefined) return 'has `mostly`, and judges no single rows'
  if (given.fail_calc !== undefined && given.fail_calc.value !== 'count(*)' && !definition.ofRows) {
    return 'has `fail_calc`, and judges no single rows: write it as a singular assertion'
  }
  return definition.problem?.(args, isBounded)
}

function nameOf(
  { type, definition }: Draft,
  column: string | undefined,
  given: Readonly<Record<string, Json>>,
  settings: Settings,
): string {
  const inside = [column, definition.label(given)].filter((part) => part !== undefined && part !== '').join(': ')
  const scope =
    settings.scope === undefined || settings.scope.kind === 'window'
      ? ''
      : ` in ${settings.scope.kind === 'table' ? 'the table' : `the last ${settings.scope.partitions}`}`
  const where = settings.where === undefined ? '' : ` where ${settings.where.replace(/\s+/g, ' ').trim()}`
  return `${inside === '' ? type : `${type}(${inside})`}${where}${scope}`
}

/** The settings that most assertions lack. */
function rare({ onEmpty, failCalc, owner, meta, expires }: Settings) {
  return {
    ...(onEmpty === undefined ? {} : { onEmpty }),
    ...(failCalc === undefined ? {} : { failCalc }),
    ...(owner === undefined ? {} : { owner }),
    ...(meta === undefined ? {} : { meta }),
    ...(expires === undefined ? {} : { expires }),
  }
}

function finish(draft: Draft, settings: Settings): Assertion {
  const { type, definition, location, context, found } = draft
  const column = checkColumn(draft)
  const read = typedArguments(draft, column, readArguments(draft))
  const given = hasErrors(found) ? read : (definition.completed?.(read, context, column) ?? read)
  const problem = hasErrors(found) ? undefined : problemOf(draft, given)
  if (problem) found.push(diagnose('assertion-arguments-conflict', { assertion: type, detail: problem }, location))
  const name = settings.name ?? nameOf(draft, column, given, settings)
  const referred = Object.entries(definition.arguments).flatMap(([key, { kind }]) =>
    kind === 'relation' && given[key] !== undefined ? [String(given[key])] : [],
  )
  const reads = [...new Set([context.node, ...referred])]
  const isStored = context.materialized !== undefined && !['view', 'ephemeral'].includes(context.materialized)
  // Field by field: the rest of an object costs ten times as much, for each of many thousands.
  const { description, where, limit, storeFailures, tags } = settings
  const severity =
    draft.given.severity === undefined ? (definition.usualSeverity ?? settings.severity) : settings.severity
  const assertion = {
    description,
    severity,
    ...conditions(draft, settings),
    ...(where === undefined ? {} : { where }),
    ...rare(settings),
    limit,
    storeFailures,
    tags,
    type,
    node: context.node,
    ...(column === undefined ? {} : { column }),
    ...(context.partitionColumn === undefined ? {} : { partitionColumn: context.partitionColumn }),
    arguments: given,
    scope: scopeOf(draft, settings),
    reads,
    blocking: severity === 'error' && isStored && reads.length === 1 && definition.ofPartitions !== true,
  }
  return { ...assertion, id: `${context.node}.${name}`, name, location, hash: hashOf(assertion) }
}

/**
 * Checks one assertion as written in YAML. No value and no error for one that is switched off with `enabled: false`.
 */
export function parseAssertion(properties: AssertionProperties, context: AssertionContext): Checked<Assertion> {
  const found: Diagnostic[] = []
  const draft = draftOf(properties, context, found)
  if (!draft) return { value: undefined, diagnostics: found }
  checkNames(draft)
  const settings = new SettingsReader(draft.type, draft.given, found).read()
  const assertion = finish(draft, settings)
  return { value: hasErrors(found) || !settings.enabled ? undefined : assertion, diagnostics: found }
}

/** Reports assertions of one node that share a name: they could not be told apart in results. */
export function checkDistinct(assertions: readonly Assertion[]): Diagnostic[] {
  const first = new Map<string, Assertion>()
  return assertions.flatMap((assertion) => {
    const taken = first.get(assertion.id)
    if (!taken) {
      first.set(assertion.id, assertion)
      return []
    }
    const at = `${taken.location.path}:${taken.location.line}`
    const parameters = { name: assertion.name, node: assertion.node ?? 'tests/sql', first: at }
    return [diagnose('assertion-name-taken', parameters, assertion.location)]
  })
}

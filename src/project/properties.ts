import type { Diagnostic, SourceFile } from '../diagnostics/index.ts'
import { mergeConfig, readConfigBlock } from './config/index.ts'
import type { Constraint } from './constraint.ts'
import type { DocsLookUp } from './docs-blocks.ts'
import { isAllowed } from './env.ts'
import { expand } from './expand.ts'
import type {
  AssertionProperties,
  ColumnProperties,
  ExposureDefinition,
  GroupDefinition,
  Json,
  Located,
  RawConfig,
  SourceDefinition,
  UnitTestDefinition,
} from './project.ts'
import {
  noteEffectless,
  readAssertions,
  readColumns,
  readConstraints,
  readExposures,
  readGroups,
  readUnitTests,
} from './properties/index.ts'
import { propertiesSchema } from './schema/index.ts'
import { readSources } from './sources/index.ts'
import { validate } from './validate.ts'
import { childOf, entriesOf, itemsOf, located, parseYaml, textOf, type YamlFile, type YamlNode } from './yaml/index.ts'

/** What a properties file says of one model, or seed. */
export interface ModelProperties {
  readonly name: Located<string>
  readonly description: string
  readonly config: RawConfig
  readonly columns: readonly ColumnProperties[]
  readonly assertions: readonly AssertionProperties[]
  readonly constraints: readonly Constraint[]
}

export interface Properties {
  readonly models: readonly ModelProperties[]
  readonly seeds: readonly ModelProperties[]
  readonly sources: readonly SourceDefinition[]
  readonly groups: readonly GroupDefinition[]
  readonly exposures: readonly ExposureDefinition[]
  readonly unitTests: readonly UnitTestDefinition[]
}

/** What templates of properties files may read. */
export interface PropertiesScope {
  /** Name of the project or package that the file belongs to. */
  readonly package: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly listedEnv: readonly string[]
  readonly vars: Readonly<Record<string, Json>>
  /** Texts of documentation that descriptions may name. */
  readonly docs: DocsLookUp
  /** The project's. */
  readonly timeZone: string
}

/** Settings that may stand beside `config:`, as older dbt files have them. */
const besideConfig: ReadonlySet<string> = new Set(['tags', 'meta', 'group', 'access', 'docs', 'contract', 'freshness'])

function topLevelConfig(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): RawConfig {
  const entries = entriesOf(node).filter(({ key }) => besideConfig.has(key))
  return readConfigBlock(yaml, { ...node, kind: 'map', entries }, found)
}

function readModel(yaml: YamlFile, node: YamlNode, found: Diagnostic[]): ModelProperties | undefined {
  const nameNode = childOf(node, 'name')
  const name = textOf(nameNode)
  if (!nameNode || name === undefined) return undefined
  noteEffectless(yaml, node, 'model', found)
  const { columns, assertions, constraints } = readColumns(yaml, node, found)
  return {
    name: { value: name, location: located(yaml.file, nameNode).location },
    description: textOf(childOf(node, 'description')) ?? '',
    config: mergeConfig(topLevelConfig(yaml, node, found), readConfigBlock(yaml, childOf(node, 'config'), found)),
    columns: columns.map(({ column }) => column),
    assertions: [...readAssertions(yaml, node, undefined, found), ...assertions],
    constraints: [...readConstraints(yaml, node), ...constraints],
  }
}

/** Reads one properties file; what is wrong is left out and reported. */
export function readProperties(file: SourceFile, scope: PropertiesScope, found: Diagnostic[]): Properties {
  const parsed = parseYaml(file)
  found.push(...parsed.diagnostics)
  if (!parsed.value) return { models: [], seeds: [], sources: [], groups: [], exposures: [], unitTests: [] }
  const allows = (name: string): boolean => isAllowed(name, scope.listedEnv)
  const root = expand(file, parsed.value.root, { env: scope.env, allows, vars: scope.vars, docs: scope.docs }, found)
  const yaml: YamlFile = { file, root: root.kind === 'map' ? root : parsed.value.root }
  validate(propertiesSchema, yaml, found)
  noteEffectless(yaml, yaml.root, 'file', found)
  return {
    models: itemsOf(childOf(yaml.root, 'models')).flatMap((node) => readModel(yaml, node, found) ?? []),
    seeds: itemsOf(childOf(yaml.root, 'seeds')).flatMap((node) => readModel(yaml, node, found) ?? []),
    sources: readSources(yaml, scope, found),
    groups: readGroups(yaml, scope.package, found),
    exposures: readExposures(yaml, scope.package, found),
    unitTests: readUnitTests(yaml, scope.package, found),
  }
}

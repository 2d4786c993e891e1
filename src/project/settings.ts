import { isTimeZone } from '../calendar/index.ts'
import { type Diagnostic, diagnose, type SourceFile } from '../diagnostics/index.ts'
import { holdsTemplates, readRunHooks } from './config/index.ts'
import { isSecretName, templateEnv } from './env.ts'
import { expand, type Scope } from './expand.ts'
import { readLayers } from './layers.ts'
import { isMapping } from './mapping.ts'
import { checkName } from './names.ts'
import type { HookTemplate, Json, Layer, QualityKept, ReadOptions, Target } from './project.ts'
import { readQuality } from './quality.ts'
import { idleKeys, type ProjectSettings, projectSchema } from './schema/index.ts'
import { chooseTarget, deferredEntry, readTarget } from './target.ts'
import { unknownTimeZone } from './time-zone.ts'
import { validate } from './validate.ts'
import {
  childOf,
  entriesOf,
  entryOf,
  parseYaml,
  spanOf,
  toJson,
  type YamlEntry,
  type YamlFile,
  type YamlMap,
  type YamlNode,
} from './yaml/index.ts'

/** What project.yml says, for the chosen target. */
export interface Settings {
  /** With templates expanded. */
  readonly yaml: YamlFile
  readonly name: string
  readonly timeZone: string
  readonly layers: readonly Layer[]
  readonly quality: QualityKept
  /** Absent when none could be chosen, which was reported. */
  readonly target: Target | undefined
  readonly vars: Readonly<Record<string, Json>>
  /** What templates may read of the environment. */
  readonly env: Readonly<Record<string, string>>
  /** Names listed under `env:`. */
  readonly listedEnv: readonly string[]
  /** Whether it says anything about layers. */
  readonly declaresLayers: boolean
  /** Packages in whose order macros of a namespace are looked for. */
  readonly dispatch: Readonly<Record<string, readonly string[]>>
  readonly onRunStart: readonly HookTemplate[]
  readonly onRunEnd: readonly HookTemplate[]
}

function withEntry(map: YamlMap, key: string, change: (entry: YamlEntry) => YamlEntry): YamlMap {
  return { ...map, entries: map.entries.map((entry) => (entry.key === key ? change(entry) : entry)) }
}

interface Expanded {
  readonly yaml: YamlFile
  readonly vars: Readonly<Record<string, Json>>
}

/**
 * Expands what the chosen target needs: `vars:` first (they may read `--vars`), `targets:` for that target and the one that it
 * defers to, and
 * `connections:` not at all, since nothing opens them.
 */
function expandSettings(yaml: YamlFile, options: ReadOptions, found: Diagnostic[]): Expanded {
  const { file, root } = yaml
  // What models read must hold no secret, wherever it passes through: those are for targets alone.
  const allows = (name: string): boolean => !isSecretName(name)
  const inVars: Scope = { env: options.env, allows, vars: options.vars }
  const given = childOf(root, 'vars')
  const ownVars = given ? toJson(expand(file, given, inVars, found)) : {}
  const vars = { ...(isMapping(ownVars) ? ownVars : {}), ...options.vars }
  const scope: Scope = { env: options.env, allows, vars }
  const late = ['vars', 'targets', 'connections']
  const entries = root.entries.map((entry) =>
    late.includes(entry.key) || holdsTemplates(entry.key)
      ? entry
      : { ...entry, value: expand(file, entry.value, scope, found) },
  )
  const partly: YamlFile = { file, root: { ...root, entries } }
  const chosen = chooseTarget(partly, options.target, found)
  if (!chosen) return { yaml: partly, vars }
  const expandNamed = ({ root: before }: YamlFile, name: string): YamlFile => {
    const expandIn = (targets: YamlEntry): YamlEntry => {
      if (targets.value.kind !== 'map') return targets
      const value = withEntry(targets.value, name, (entry) => ({
        ...entry,
        value: expandTarget(file, entry.value, scope, found),
      }))
      return { ...targets, value }
    }
    return { file, root: withEntry(before, 'targets', expandIn) }
  }
  const expanded = expandNamed(partly, chosen.key)
  const own = entryOf(childOf(expanded.root, 'targets'), chosen.key)
  const other = own && deferredEntry(expanded, own)
  return { yaml: other ? expandNamed(expanded, other.key) : expanded, vars }
}

/** Names of schemas reach SQL and the ledger; everything else of a target is for its engine, secrets included. */
function expandTarget(file: SourceFile, target: YamlNode, scope: Scope, found: Diagnostic[]): YamlNode {
  const forEngine: Scope = { ...scope, allows: () => true }
  if (target.kind !== 'map') return expand(file, target, forEngine, found)
  const entries = target.entries.map((entry) => ({
    ...entry,
    value: expand(file, entry.value, entry.key === 'schema' ? scope : forEngine, found),
  }))
  return { ...target, entries }
}

function checkTimeZone(yaml: YamlFile, settings: ProjectSettings, found: Diagnostic[]): string {
  const name = settings.time_zone ?? 'UTC'
  const node = childOf(yaml.root, 'time_zone')
  if (node && !isTimeZone(name)) found.push(unknownTimeZone(name, spanOf(yaml.file, node)))
  return name
}

function noteConnections(yaml: YamlFile, found: Diagnostic[]): void {
  const entry = entryOf(yaml.root, 'connections')
  if (!entry || entriesOf(entry.value).length === 0) return
  const reason = 'this version reads sources from files only'
  found.push(diagnose('key-without-effect', { key: 'connections', reason }, spanOf(yaml.file, entry.keySpan)))
}

/** Notes all keys at once that are accepted and do nothing. */
export function noteIdleKeys(yaml: YamlFile, keys: readonly string[], reason: string, found: Diagnostic[]): void {
  const idle = yaml.root.entries.filter((entry) => keys.includes(entry.key))
  const [first] = idle
  if (!first) return
  const key = idle.map((entry) => entry.key).join('`, `')
  found.push(diagnose('key-without-effect', { key, reason }, spanOf(yaml.file, first.keySpan)))
}

/** The target of a project that declares none: a DuckDB file of its own. */
const usualTarget: YamlNode = {
  kind: 'map',
  start: 0,
  end: 0,
  entries: [
    { key: 'type', keySpan: { start: 0, end: 0 }, value: { kind: 'scalar', value: 'duckdb', start: 0, end: 0 } },
    {
      key: 'path',
      keySpan: { start: 0, end: 0 },
      value: { kind: 'scalar', value: '.elt/warehouse.duckdb', start: 0, end: 0 },
    },
  ],
}

/** The file with `targets: { local: { type: duckdb, path: .elt/warehouse.duckdb } }` unless it has targets of its own. */
function withUsualTarget(yaml: YamlFile): YamlFile {
  if (entryOf(yaml.root, 'targets')) return yaml
  const place = { start: 0, end: 0 }
  const local: YamlEntry = { key: 'local', keySpan: place, value: usualTarget }
  const targets: YamlEntry = { key: 'targets', keySpan: place, value: { kind: 'map', entries: [local], ...place } }
  return { ...yaml, root: { ...yaml.root, entries: [...yaml.root.entries, targets] } }
}

function finish(expanded: Expanded, settings: ProjectSettings, options: ReadOptions, found: Diagnostic[]): Settings {
  const { yaml, vars } = expanded
  const nameNode = childOf(yaml.root, 'name')
  if (nameNode) checkName('project', settings.name, spanOf(yaml.file, nameNode), found)
  const layers = readLayers(yaml, settings, found)
  const timeZone = checkTimeZone(yaml, settings, found)
  noteConnections(yaml, found)
  noteIdleKeys(yaml, idleKeys, 'accepted so that files written for dbt work', found)
  // Asked a second time for the entry with its templates expanded: what is wrong with the choice was reported before.
  const chosen = chooseTarget(yaml, options.target, [])
  const target = chosen && readTarget(yaml, chosen, layers, found)
  const listedEnv = settings.env ?? []
  return {
    yaml,
    name: settings.name,
    timeZone,
    layers,
    quality: readQuality(yaml, found),
    target,
    vars,
    env: templateEnv(options.env, listedEnv),
    listedEnv,
    declaresLayers: entriesOf(childOf(yaml.root, 'layers')).length > 0,
    dispatch: Object.fromEntries(
      (settings.dispatch ?? []).map(({ macro_namespace, search_order }) => [macro_namespace, search_order]),
    ),
    onRunStart: readRunHooks(yaml, 'on_run_start'),
    onRunEnd: readRunHooks(yaml, 'on_run_end'),
  }
}

/** Reads project.yml. What is wrong is reported and left out; no value when too little is left to check the other files by. */
export function readSettings(file: SourceFile, options: ReadOptions, found: Diagnostic[]): Settings | undefined {
  const parsed = parseYaml(file)
  found.push(...parsed.diagnostics)
  if (!parsed.value) return undefined
  const expanded = expandSettings(withUsualTarget(parsed.value), options, found)
  const targets = entryOf(expanded.yaml.root, 'targets')
  if (targets?.value.kind === 'map' && targets.value.entries.length === 0) {
    found.push(
      diagnose(
        'wrong-value',
        { key: 'targets', expected: 'a mapping with a target', found: 'empty' },
        spanOf(file, targets.keySpan),
      ),
    )
  }
  const valid = validate(projectSchema, expanded.yaml, found)
  return valid && finish(expanded, valid, options, found)
}

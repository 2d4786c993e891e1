import { isTimeZone } from '../calendar/index.ts'
import { type Diagnostic, diagnose, type SourceFile } from '../diagnostics/index.ts'
import { isSecretName, templateEnv } from './env.ts'
import { expand, type Scope } from './expand.ts'
import { readLayers } from './layers.ts'
import { checkName } from './names.ts'
import type { Json, Layer, ReadOptions, Target } from './project.ts'
import { type ProjectSettings, projectSchema } from './project-schema.ts'
import { chooseTarget, readTarget } from './target.ts'
import { unknownTimeZone } from './time-zone.ts'
import { validate } from './validate.ts'
import {
  childOf,
  entriesOf,
  entryOf,
  spanOf,
  toJson,
  type YamlEntry,
  type YamlFile,
  type YamlMap,
  type YamlNode,
} from './yaml-node.ts'
import { parseYaml } from './yaml-parse.ts'

/** What project.yml says, for the chosen target. */
export interface Settings {
  /** With templates expanded. */
  readonly yaml: YamlFile
  readonly name: string
  readonly timeZone: string
  readonly layers: readonly Layer[]
  /** Absent when none could be chosen, which was reported. */
  readonly target: Target | undefined
  readonly vars: Readonly<Record<string, Json>>
  /** What templates may read of the environment. */
  readonly env: Readonly<Record<string, string>>
  /** Names listed under `env:`. */
  readonly listedEnv: readonly string[]
}

function withEntry(map: YamlMap, key: string, change: (entry: YamlEntry) => YamlEntry): YamlMap {
  return { ...map, entries: map.entries.map((entry) => (entry.key === key ? change(entry) : entry)) }
}

interface Expanded {
  readonly yaml: YamlFile
  readonly vars: Readonly<Record<string, Json>>
}

/**
 * Expands what the chosen target needs: `vars:` first (they may read `--vars`), `targets:` for that target alone, and
 * `connections:` not at all, since nothing opens them.
 */
function expandSettings(yaml: YamlFile, options: ReadOptions, found: Diagnostic[]): Expanded {
  const { file, root } = yaml
  // What models read must hold no secret, wherever it passes through: those are for targets alone.
  const allows = (name: string): boolean => !isSecretName(name)
  const inVars: Scope = { env: options.env, allows, vars: options.vars }
  const given = childOf(root, 'vars')
  const own = given ? toJson(expand(file, given, inVars, found)) : {}
  const isMapping = typeof own === 'object' && own !== null && !Array.isArray(own)
  const vars = { ...(isMapping ? (own as Readonly<Record<string, Json>>) : {}), ...options.vars }
  const scope: Scope = { env: options.env, allows, vars }
  const late = ['vars', 'targets', 'connections']
  const entries = root.entries.map((entry) =>
    late.includes(entry.key) ? entry : { ...entry, value: expand(file, entry.value, scope, found) },
  )
  const partly: YamlFile = { file, root: { ...root, entries } }
  const chosen = chooseTarget(partly, options.target, found)
  if (!chosen) return { yaml: partly, vars }
  const expandChosen = (targets: YamlEntry): YamlEntry => {
    if (targets.value.kind !== 'map') return targets
    const value = withEntry(targets.value, chosen.key, (entry) => ({
      ...entry,
      value: expandTarget(file, entry.value, scope, found),
    }))
    return { ...targets, value }
  }
  return { yaml: { file, root: withEntry(partly.root, 'targets', expandChosen) }, vars }
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

function finish(expanded: Expanded, settings: ProjectSettings, options: ReadOptions, found: Diagnostic[]): Settings {
  const { yaml, vars } = expanded
  const nameNode = childOf(yaml.root, 'name')
  if (nameNode) checkName('project', settings.name, spanOf(yaml.file, nameNode), found)
  const layers = readLayers(yaml, settings, found)
  const timeZone = checkTimeZone(yaml, settings, found)
  noteConnections(yaml, found)
  // Asked a second time for the entry with its templates expanded: what is wrong with the choice was reported before.
  const chosen = chooseTarget(yaml, options.target, [])
  const target = chosen && readTarget(yaml, chosen, layers, found)
  const listedEnv = settings.env ?? []
  return {
    yaml,
    name: settings.name,
    timeZone,
    layers,
    target,
    vars,
    env: templateEnv(options.env, listedEnv),
    listedEnv,
  }
}

/** Reads project.yml. What is wrong is reported and left out; no value when too little is left to check the other files by. */
export function readSettings(file: SourceFile, options: ReadOptions, found: Diagnostic[]): Settings | undefined {
  const parsed = parseYaml(file)
  found.push(...parsed.diagnostics)
  if (!parsed.value) return undefined
  const expanded = expandSettings(parsed.value, options, found)
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

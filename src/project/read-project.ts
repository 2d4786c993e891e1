import {
  type Checked,
  type Diagnostic,
  diagnose,
  hasErrors,
  locate,
  nearest,
  type SourceFile,
  sortDiagnostics,
} from '../diagnostics/index.ts'
import { withoutConsequences } from './consequences.ts'
import { configAt, type FolderConfig, folderTree, readFolderConfig } from './folder-config.ts'
import { mergeConfig } from './model-config.ts'
import { type FoundModel, findModels, findSingularAssertions, modelNames } from './model-files.ts'
import type { ModelFile, Project, ReadOptions, SourceDefinition } from './project.ts'
import { type ModelProperties, type Properties, readProperties } from './properties.ts'
import { readSettings, type Settings } from './settings.ts'

function missingProject(files: readonly SourceFile[]): Diagnostic {
  const instead = files.find((file) => /^(?:project\.yaml|dbt_project\.ya?ml)$/.test(file.path))?.path
  return diagnose('project-missing', { instead })
}

/** Properties by the model they belong to; those without a model, or given twice, are reported. */
function matchProperties(
  properties: readonly Properties[],
  files: readonly SourceFile[],
  found: Diagnostic[],
): ReadonlyMap<string, ModelProperties> {
  const names = modelNames(files)
  const matched = new Map<string, ModelProperties>()
  for (const given of properties.flatMap((file) => file.models)) {
    const { value: name, location } = given.name
    const first = matched.get(name)
    if (!names.has(name)) {
      found.push(diagnose('properties-without-model', { name, nearest: nearest(name, names) }, location))
    } else if (first) {
      const at = `${first.name.location.path}:${first.name.location.line}`
      found.push(diagnose('name-taken', { what: 'entry', name, first: at }, location))
    } else matched.set(name, given)
  }
  return matched
}

function distinctSources(properties: readonly Properties[], found: Diagnostic[]): SourceDefinition[] {
  const byId = new Map<string, SourceDefinition>()
  for (const source of properties.flatMap((file) => file.sources)) {
    const first = byId.get(source.id.toLowerCase())
    if (!first) byId.set(source.id.toLowerCase(), source)
    else {
      const at = `${first.location.path}:${first.location.line}`
      const name = `${source.group}.${source.name}`
      found.push(diagnose('name-taken', { what: 'source table', name, first: at }, source.location))
    }
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function modelFile(model: FoundModel, folders: FolderConfig, properties: ModelProperties | undefined): ModelFile {
  return {
    name: model.name,
    package: model.package,
    layer: model.layer,
    file: model.file,
    config: mergeConfig(configAt(folders, model.below), properties?.config ?? {}),
    description: properties?.description ?? '',
    columns: properties?.columns ?? [],
    assertions: properties?.assertions ?? [],
  }
}

function assemble(
  files: readonly SourceFile[],
  settings: Settings,
  options: ReadOptions,
  found: Diagnostic[],
): Project | undefined {
  const scope = { package: settings.name, env: options.env, listedEnv: settings.listedEnv, vars: settings.vars }
  const properties = files
    .filter((file) => /^models\/.*\.ya?ml$/.test(file.path))
    .map((file) => readProperties(file, scope, found))
  const models = findModels(files, settings.name, settings.layers, found)
  // A layer may be configured before its first model is written.
  const layerNames = settings.layers.map((layer) => layer.name)
  const tree = folderTree([...layerNames, ...models.map((model) => model.below)])
  const folders = readFolderConfig(settings.yaml, settings.name, tree, found)
  const matched = matchProperties(properties, files, found)
  const sources = distinctSources(properties, found)
  const singularAssertions = findSingularAssertions(files, settings.name, found)
  if (!settings.target) return undefined
  return {
    name: settings.name,
    timeZone: settings.timeZone,
    target: settings.target,
    layers: settings.layers,
    vars: settings.vars,
    env: settings.env,
    models: models.map((model) => modelFile(model, folders, matched.get(model.name))),
    macros: files
      .filter((file) => /^macros\/.*\.sql$/.test(file.path))
      .map((file) => ({ package: settings.name, file })),
    packages: [],
    groups: [],
    exposures: [],
    docs: [],
    selectors: [],
    onRunStart: settings.onRunStart,
    onRunEnd: settings.onRunEnd,
    singularAssertions,
    sources,
    files: new Map(files.map((file) => [file.path, file])),
  }
}

function checkText(files: readonly SourceFile[], found: Diagnostic[]): void {
  for (const file of files) {
    const nul = /\.sql$/.test(file.path) ? file.text.indexOf('\0') : -1
    if (nul >= 0) found.push(diagnose('file-not-text', { path: file.path }, locate(file, nul)))
  }
}

/**
 * Reads the files of a project: project.yml, `models/**` (`.sql`, `.yml`, `.yaml`), `macros/**.sql` and `tests/sql/**.sql`;
 * others are kept for frames only. All diagnostics at once, sorted; no value when one of them is an error.
 */
export function readProject(files: readonly SourceFile[], options: ReadOptions): Checked<Project> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  const projectFile = sorted.find((file) => file.path === 'project.yml')
  if (!projectFile) return { value: undefined, diagnostics: [missingProject(sorted)] }
  const found: Diagnostic[] = []
  checkText(sorted, found)
  const settings = readSettings(projectFile, options, found)
  const project = settings && assemble(sorted, settings, options, found)
  return { value: hasErrors(found) ? undefined : project, diagnostics: sortDiagnostics(withoutConsequences(found)) }
}

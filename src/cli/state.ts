import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import {
  type ContractChange,
  contractChanges,
  contractsOf,
  contractsOfManifest,
  type Evidence,
  type NodeState,
  stateOf,
  stateOfManifest,
} from '../compiler/index.ts'
import { type Diagnostic, diagnose, Failure, hasErrors, locateIn } from '../diagnostics/index.ts'
import type { Json } from '../project/index.ts'
import { artifactIds } from '../reports/index.ts'
import { manifestOf } from './artifacts.ts'
import { locateValue } from './command-line.ts'
import { compileProject } from './compiling/index.ts'
import type { Context } from './context.ts'
import { filesAt } from './git.ts'
import { type Compiled, valueOrStop } from './load.ts'
import { parseVars } from './vars.ts'

function unreadable(context: Context, state: string, reason: string, help?: string): Failure {
  const given = context.options.state
  const location = given === undefined ? undefined : locateValue(context.line, given)
  return new Failure(diagnose('state-unreadable', { state, reason: reason.replace(/\s+/g, ' '), help }, location))
}

const artifactHelp = '`elt build` writes it anew, into target/'

function exists(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** The artifact that `--state` names: a file, or one in a folder. Undefined when it names neither: then it is a revision. */
export function artifactAt({ io }: Context, state: string, name: string): string | undefined {
  const path = resolve(io.cwd, state)
  if (exists(join(path, name))) return join(path, name)
  return path.endsWith('.json') && exists(path) && path.endsWith(name) ? path : undefined
}

/** The JSON of an artifact. */
export function readArtifact(context: Context, path: string): Json {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json
  } catch (error) {
    const shown = relative(context.io.cwd, path) || path
    throw unreadable(context, shown, (error as Error).message, artifactHelp)
  }
}

/** That a folder or file which `--state` names is no artifact at all, for whoever asks for its results. */
export function withoutResults(context: Context, state: string): Failure | undefined {
  const isThere = existsSync(resolve(context.io.cwd, state))
  return isThere && artifactAt(context, state, 'manifest.json') === undefined
    ? unreadable(context, state, 'there is no run_results.json', artifactHelp)
    : undefined
}

/** The project as it is and as it was, and the contracts of which it has taken something back. */
interface Compared {
  readonly state: NonNullable<Evidence['state']>
  readonly contracts: readonly ContractChange[]
}

/** States of this project's nodes as two manifests have them, under the nodes' own ids. */
function fromManifest(context: Context, compiled: Compiled, path: string): Compared {
  const artifact = readArtifact(context, path)
  const before = stateOfManifest(artifact)
  if (before.size === 0)
    throw unreadable(context, relative(context.io.cwd, path), 'it describes no model', artifactHelp)
  const now = stateOfManifest(JSON.parse(JSON.stringify(manifestOf(context, compiled))) as Json)
  const { graph } = compiled
  const ids = artifactIds(graph)
  const keys: [key: string, unique: string][] = [
    ...graph.models.map(({ id }): [string, string] => [`model:${id}`, ids.node(id)]),
    ...graph.sources.map(({ id }): [string, string] => [`source:${id}`, ids.node(id)]),
    ...graph.assertions.map(({ id }): [string, string] => [`assertion:${id}`, ids.assertion(id)]),
    ...graph.exposures.map((it): [string, string] => [`exposure:${it.id}`, `exposure.${it.package}.${it.name}`]),
  ]
  const under = (states: ReadonlyMap<string, NodeState>) =>
    new Map(
      keys.flatMap(([key, unique]): [string, NodeState][] => {
        const state = states.get(unique)
        return state ? [[key, state]] : []
      }),
    )
  const named = new Map(graph.models.map(({ id }) => [ids.node(id), id]))
  const promised = [...contractsOfManifest(artifact)].map(([id, one]) => [named.get(id) ?? id, one] as const)
  return {
    state: { now: under(now), before: under(before) },
    contracts: contractChanges(new Map(promised), contractsOf(graph)),
  }
}

/** Compiles the project as it was, with the vars and the target of this command; its warnings are told by nobody. */
async function fromRevision(context: Context, compiled: Compiled, revision: string): Promise<Compared> {
  const { io, options, line, output } = context
  const found = filesAt(compiled.directory, revision, io.env)
  if ('reason' in found && existsSync(resolve(io.cwd, revision))) {
    const help = 'after `elt build`, `target/manifest.json` is such a file: keep it to compare with it later'
    throw unreadable(context, revision, 'there is no manifest.json, and git knows no such revision', help)
  }
  if ('reason' in found) throw unreadable(context, revision, found.reason, found.help)
  const quiet: Context = { ...context, output: { ...output, report: () => {} } }
  const vars = parseVars(options.vars ?? [], line)
  const read = {
    directory: compiled.directory,
    files: found.files,
    // Of the seeds of a revision the settings are compared, not the rows.
    seeds: compiled.graph.seedFiles.map(({ id }) => ({ path: id, size: 0, modified: 0 })),
    diagnostics: [],
    target: options.target,
    vars,
    env: io.env,
  }
  try {
    const earlier = await compileProject(quiet, read, undefined)
    const { graph, project } = compiled
    return {
      state: { now: stateOf(graph, project.files), before: stateOf(earlier.graph, earlier.project.files) },
      contracts: contractChanges(contractsOf(earlier.graph), contractsOf(graph)),
    }
  } catch (error) {
    if (!(error instanceof Failure) || !hasErrors(error.diagnostics)) throw error
    const errors = error.diagnostics.filter(({ severity }) => severity === 'error')
    const [first] = errors
    const place = first?.location ? `${first.location.path}:${first.location.line}: ` : ''
    const parameters = { state: revision, errors: errors.length, first: `${place}${first?.message ?? ''}` }
    throw new Failure(diagnose('state-broken', parameters, locateValue(line, revision)))
  }
}

/** What there is to say of contracts that promise less than before: `compile` is asked for mistakes, others work on. */
function changedContracts(context: Context, { graph, project }: Compiled, compared: Compared): Diagnostic[] {
  const models = new Map(graph.models.map((model) => [model.id, model]))
  return compared.contracts.map((change) => {
    const model = models.get(change.model)
    const place = model?.contract?.location ?? model?.location
    const file = place && project.files.get(place.path)
    const found = diagnose('contract-changed', change, file ? locateIn(file, place) : undefined)
    return context.command === 'compile' ? found : { ...found, severity: 'warning' }
  })
}

/**
 * What `state:` compares: the project as it is, and as `--state` names it. Undefined without `--state`. Contracts that promise
 * less than before are told.
 */
export async function stateEvidence(context: Context, compiled: Compiled): Promise<Evidence['state']> {
  const { state } = context.options
  if (state === undefined) return undefined
  const manifest = artifactAt(context, state, 'manifest.json')
  const compared = manifest ? fromManifest(context, compiled, manifest) : await fromRevision(context, compiled, state)
  valueOrStop(context, { value: compared, diagnostics: changedContracts(context, compiled, compared) })
  return compared.state
}

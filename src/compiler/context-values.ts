import { diagnose, nearest } from '../diagnostics/index.ts'
import { type Json, type Located, mergeConfig, type Project, type RawConfig, settingKey } from '../project/index.ts'
import { Arguments } from './arguments.ts'
import type { Recording, Subject } from './recording.ts'
import {
  type CallArguments,
  Callable,
  fail,
  fromJson,
  locationOf,
  type Site,
  type TemplateValue,
  toJson,
} from './template/index.ts'

const lookUp = [{ name: 'name', required: true }, { name: 'default' }]

/** The package that a file lies in; undefined for the project's own. */
function packageAt({ packages }: Project, path: string): string | undefined {
  const around = packages.filter(({ folder }) => path.startsWith(`${folder}/`))
  return around.sort((a, b) => b.folder.length - a.folder.length)[0]?.name
}

/** `var(name, default)`: of the package whose file it stands in, or of the project. */
export function varFunction(subject: Subject): Callable {
  const { project } = subject.surroundings
  return new Callable('var', (call) => {
    const args = new Arguments('var', lookUp, call)
    const name = args.text('name') ?? ''
    const owner = packageAt(project, call.site.file.path)
    const vars = (owner === undefined ? undefined : project.packageVars[owner]) ?? project.vars
    const known = owner === undefined ? name : `${owner}.${name}`
    if (Object.hasOwn(vars, name)) return recorded(subject.recording.vars, known, vars[name] ?? null)
    const otherwise = args.get('default')
    if (otherwise) return otherwise.value
    return fail('undefined-var', { name, nearest: nearest(name, Object.keys(vars)) }, call.site)
  })
}

/** `env_var(name, default)` */
export function envVarFunction(subject: Subject): Callable {
  const { env } = subject.surroundings.project
  return new Callable('env_var', (call) => {
    const args = new Arguments('env_var', lookUp, call)
    const name = args.text('name') ?? ''
    if (Object.hasOwn(env, name)) return recorded(subject.recording.env, name, env[name] ?? null)
    const allowed = name.startsWith('ELT_') && !name.startsWith('ELT_SECRET_')
    const otherwise = args.get('default')
    if (otherwise && allowed) return otherwise.value
    return fail('undefined-env-var', { name, allowed, nearest: nearest(name, Object.keys(env)) }, call.site)
  })
}

function recorded(values: Map<string, Json>, name: string, value: Json): TemplateValue {
  values.set(name, value)
  return fromJson(value)
}

/** `target`: where this runs. */
export function targetObject(subject: Subject, schema: string): TemplateValue {
  const { name, type } = subject.surroundings.project.target
  return fromJson({ name, type, schema })
}

/** `log(text)` and `print(text)`: a note among the diagnostics; prints nothing. */
export function logFunction(recording: Recording, name = 'log'): Callable {
  return new Callable(name, (call) => {
    const args = new Arguments(name, [{ name: 'message', required: true }, { name: 'info' }], call)
    const value = args.json('message')
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
    recording.notes.push(diagnose('template-log', { text }, locationOf(call.site)))
    return ''
  })
}

/** `flags`: the part of dbt's that has a meaning while compiling. */
export const flagsObject: TemplateValue = fromJson({ FULL_REFRESH: false, STORE_FAILURES: false })

function located(value: TemplateValue, site: Site): Located<Json> {
  const json = toJson(value)
  if (json === undefined) fail('invalid-argument', { callee: 'config', problem: 'a setting must be plain data' }, site)
  return { value: json, location: locationOf(site) }
}

/** The settings of a `config(key=value, …)` or `config({…})` call. */
function settings(call: CallArguments): RawConfig {
  const result: [string, Located<Json>][] = []
  call.positional.forEach((value, index) => {
    const site = call.positionalSites[index] ?? call.site
    const { value: json, location } = located(value, site)
    if (json === null || typeof json !== 'object' || Array.isArray(json)) {
      fail(
        'invalid-argument',
        { callee: 'config', problem: 'settings are given by name', help: "config(materialized='table')" },
        site,
      )
    }
    for (const [key, setting] of Object.entries(json)) result.push([settingKey(key), { value: setting, location }])
  })
  for (const [key, value] of call.named) result.push([key, located(value, call.namedSites.get(key) ?? call.site)])
  const settings = Object.fromEntries(result)
  if (Object.keys(settings).length === result.length) return settings
  return result.reduce<RawConfig>((all, [key, setting]) => mergeConfig(all, { [key]: setting }), {})
}

/** `config(…)`: lays settings over those of the project and the properties; prints nothing. */
export function configFunction(recording: Recording): Callable {
  return new Callable('config', (call) => {
    recording.configure(settings(call))
    return ''
  })
}

/** `is_incremental()`: whether the model is built by partitions, or its table is there and is added to. */
export function isIncrementalFunction(recording: Recording): Callable {
  return new Callable('is_incremental', (call) => {
    new Arguments('is_incremental', [], call)
    const answer = recording.isIncremental
    if (answer === undefined) {
      const what = '`is_incremental()` of a model without partitions'
      fail('known-when-run', { what, use: 'asked in a hook' }, call.site)
    }
    recording.incremental ??= { answer, site: call.site }
    return answer
  })
}

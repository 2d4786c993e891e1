import { type Checked, type Diagnostic, diagnose, nearest } from '../../diagnostics/index.ts'
import type { Json, Project, RawConfig, UnitTestDefinition } from '../../project/index.ts'
import type { SqlText } from '../../sql/index.ts'
import { contextNames } from '../context.ts'
import type { Draft } from '../draft.ts'
import { withVersions } from '../history.ts'
import { insideOf } from '../inside.ts'
import type { Links } from '../links.ts'
import { builtinMacros, isNamespace } from '../macros/index.ts'
import type { Rendered, RenderedText } from '../rendered.ts'
import { type Rendering, renderModel } from '../rendering.ts'
import { sqlOf } from '../sql-of.ts'

type Vars = Readonly<Record<string, Json>>

const valuesOf = (given: RawConfig): Vars =>
  Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value]))

/** The project with the vars and variables of a test; `package.name` is a var of that package. */
function overriddenProject(project: Project, { vars, env }: UnitTestDefinition['overrides']): Project {
  const given = valuesOf(vars)
  const packageVars = Object.entries(project.packageVars).map(([owner, own]) => {
    const scoped = Object.entries(given).filter(([name]) => name.startsWith(`${owner}.`))
    return [
      owner,
      { ...own, ...Object.fromEntries(scoped.map(([name, value]) => [name.slice(owner.length + 1), value])) },
    ]
  })
  const variables = Object.entries(valuesOf(env)).map(([name, value]) => [name, String(value ?? '')])
  return {
    ...project,
    vars: { ...project.vars, ...given },
    env: { ...project.env, ...Object.fromEntries(variables) },
    packageVars: Object.fromEntries(packageVars),
  }
}

function macroExists(name: string, { macros }: Rendering['macros'], own: string): boolean {
  if (macros.has(name) || contextNames.includes(name)) return true
  const dot = name.indexOf('.')
  const [namespace, member] = [name.slice(0, dot), name.slice(dot + 1)]
  if (isNamespace(namespace)) return builtinMacros[namespace].has(member)
  return namespace === own && macros.has(member)
}

/** What calls of macros give in a test. `project.name` is the macro of the project itself. */
function pretenceOf({ macros }: UnitTestDefinition['overrides'], rendering: Rendering, found: Diagnostic[]) {
  const own = rendering.surroundings.project.name
  const replaced = new Map<string, Json>()
  let isIncremental: boolean | undefined
  for (const [written, { value, location }] of Object.entries(macros)) {
    const name = written.startsWith(`${own}.`) ? written.slice(own.length + 1) : written
    if (name === 'is_incremental') {
      if (typeof value === 'boolean') isIncremental = value
      else {
        const parameters = { key: name, detail: 'is true or false' }
        found.push(diagnose('unit-test-invalid', parameters, location))
      }
    } else if (macroExists(name, rendering.macros, own)) replaced.set(name, value)
    else {
      const known = [...rendering.macros.macros.keys()]
      found.push(diagnose('unit-test-macro-unknown', { macro: written, nearest: nearest(name, known) }, location))
    }
  }
  return { macros: replaced, ...(isIncremental === undefined ? {} : { isIncremental }) }
}

const isEmpty = (given: RawConfig): boolean => Object.keys(given).length === 0

/** Whether templates find anything else in a test than they do elsewhere. */
export function isOverriding({ overrides }: UnitTestDefinition): boolean {
  return !isEmpty(overrides.macros) || !isEmpty(overrides.vars) || !isEmpty(overrides.env)
}

/** The rendering of a test's templates. */
function renderingOf(definition: UnitTestDefinition, rendering: Rendering, found: Diagnostic[]): Rendering {
  const { surroundings } = rendering
  return {
    macros: rendering.macros,
    surroundings: { ...surroundings, project: overriddenProject(surroundings.project, definition.overrides) },
    queries: new Map(),
    pretence: pretenceOf(definition.overrides, rendering, found),
  }
}

/** What stands where a test gives rows of an ephemeral model: a relation, as of any other model. */
function asRelation(draft: Draft): Draft {
  return { ...draft, config: { ...draft.config, materialized: 'table' } }
}

/** The templates that are part of the tested SQL: the model's, and those of the ephemeral models inside. */
function renderedAnew(draft: Draft, rendering: Rendering, links: Links, found: Diagnostic[]): Map<string, Draft> {
  const again = new Map<string, Draft>()
  const anew = (one: Draft): Draft | undefined => {
    const { value, diagnostics } = renderModel(rendering, one.file)
    found.push(...diagnostics.filter(({ severity }) => severity === 'error'))
    if (value) again.set(one.id, { ...one, rendered: value })
    return value && again.get(one.id)
  }
  const own = anew(draft)
  if (!own) return again
  for (const inside of insideOf(own.rendered, { ...links, drafts: new Map([...links.drafts, ...again]) })) {
    anew(inside.draft)
  }
  return again
}

function textOf({ texts, ...rendered }: Rendered, text: 'first' | 'incremental'): RenderedText {
  return texts?.[text] ?? rendered
}

/**
 * The SQL that a test is of: the model's as it is rendered with the test's overrides, reading ephemeral models that have rows
 * as relations. `isSame`: it is the model's own.
 */
export function testedSql(
  definition: UnitTestDefinition,
  draft: Draft,
  given: ReadonlySet<string>,
  rendering: Rendering,
  links: Links,
): Checked<SqlText> & { readonly isSame: boolean } {
  const found: Diagnostic[] = []
  const text = textTested(definition, draft, given)
  const relations = [...given].flatMap((node) => {
    const one = links.drafts.get(node)
    return one?.config.materialized === 'ephemeral' && node !== draft.id ? [[node, asRelation(one)] as const] : []
  })
  const isSame = !isOverriding(definition) && relations.length === 0
  const drafts = isSame ? links.drafts : new Map([...links.drafts, ...relations])
  const within = { ...links, drafts }
  const again = isOverriding(definition)
    ? renderedAnew(draft, renderingOf(definition, rendering, found), within, found)
    : new Map<string, Draft>()
  if (found.length > 0) return { value: undefined, diagnostics: found, isSame }
  const all = again.size > 0 ? { ...within, drafts: new Map([...drafts, ...again]) } : within
  const own = again.get(draft.id) ?? draft
  const rendered = textOf(own.rendered, text)
  const sql = sqlOf(rendered, draft.partitioning, insideOf(rendered, all), all)
  const { history } = draft.config
  return { value: history ? withVersions(sql, history, links.dialect) : sql, diagnostics: [], isSame }
}

/** Which text a test is of: an override says so, else the table before, which is there or not. */
export function textTested(
  { overrides }: UnitTestDefinition,
  draft: Draft,
  given: ReadonlySet<string>,
): 'first' | 'incremental' {
  const said = overrides.macros.is_incremental?.value
  const isIncremental = typeof said === 'boolean' ? said : given.has(draft.id)
  return isIncremental ? 'incremental' : 'first'
}

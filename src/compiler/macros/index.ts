import type { Column } from '../../adapters/contract.ts'
import { diagnose } from '../../diagnostics/index.ts'
import { columnsOfRelation, rowsOf } from '../context-queries.ts'
import type { Subject } from '../recording.ts'
import { bindArguments, Callable, fail, fromJson, locationOf, Printable, type Site } from '../template/index.ts'
import { builtinMacros } from './catalogue.ts'
import { columnValue } from './column-value.ts'
import type { MacroHost } from './macro-call.ts'
import { Namespaces, type OwnMacro } from './namespaces.ts'
import { relationsLike } from './project-relations.ts'

export { absentMacros } from './absent-macros.ts'
export { builtinMacros, isNamespace } from './catalogue.ts'
export type { OwnMacro } from './namespaces.ts'
export { signatureOf, sourceOf } from './shape.ts'

function columnsOf(subject: Subject, relation: Printable, site: Site): readonly Column[] | undefined {
  const reference = subject.recording.references.get(relation)
  return reference && columnsOfRelation(subject, reference, site)
}

function hostOf(subject: Subject): Omit<MacroHost, 'invoke'> {
  const { recording, surroundings } = subject
  const { dialect, project } = surroundings
  return {
    dialect,
    columnsOf: (relation, site) => columnsOf(subject, relation, site),
    rowsOf: (sql, site, emptyIfMissing) => rowsOf(subject, sql, site, emptyIfMissing),
    nameOf: (value) => {
      const reference = value instanceof Printable ? recording.references.get(value) : undefined
      return reference?.node.replace(/^source\./, '')
    },
    relationsLike: (pattern, site) => relationsLike(subject, pattern, site),
    variable: (name) => {
      if (!Object.hasOwn(project.vars, name)) return undefined
      const value = project.vars[name] ?? null
      recording.vars.set(name, value)
      return fromJson(value)
    },
    log: (text, site) => recording.notes.push(diagnose('template-log', { text }, locationOf(site))),
  }
}

/** The built-in macros for a template: `dbt` and `dbt_utils`, made when they are first named. */
export function builtinNamespaces(subject: Subject, own: OwnMacro): (name: string) => Printable | undefined {
  let namespaces: Namespaces | undefined
  return (name) => {
    namespaces ??= new Namespaces(hostOf(subject), own, ({ namespace, name: called, version }) =>
      subject.recording.builtinMacros.set(`${namespace}.${called}`, version),
    )
    return namespaces.get(name)
  }
}

/** Names of macros of `dbt` where they stand alone, with what to write instead. */
export const bareMacroNames: ReadonlyMap<string, string> = new Map(
  [...builtinMacros.dbt.keys()].map((name) => [name, `call it as \`dbt.${name}(…)\``]),
)

/** `adapter.get_columns_in_relation(relation)` */
export function columnsFunction(subject: Subject): Callable {
  const callee = 'adapter.get_columns_in_relation'
  return new Callable(callee, (call) => {
    const relation = bindArguments(callee, [{ name: 'relation', required: true }], call).get('relation')
    const isKnown = relation?.value instanceof Printable && subject.recording.references.has(relation.value)
    if (!isKnown || !(relation.value instanceof Printable)) {
      const problem = 'its argument must be what `ref` or `source` returned'
      return fail('invalid-argument', { callee, problem, help: "ref('a_model')" }, relation?.site ?? call.site)
    }
    const columns = columnsOf(subject, relation.value, call.site) ?? []
    return columns.map((column) => columnValue(column, subject.surroundings.dialect))
  })
}

import type { Column, Dialect } from '../../adapters/contract.ts'
import { Arguments } from '../arguments.ts'
import type { QueryRows } from '../query-result.ts'
import {
  type Bound,
  type CallArguments,
  fail,
  Printable,
  type Site,
  type TemplateValue,
  Tuple,
  toJson,
} from '../template/index.ts'
import type { RelationPattern } from './project-relations.ts'
import { type MacroShape, type Namespace, signatureOf } from './shape.ts'

/** What built-in macros need of the template that calls them. */
export interface MacroHost {
  readonly dialect: Dialect
  /** The columns of what `ref`, `source` or `this` returned; undefined while they are not known. Refuses other values. */
  readonly columnsOf: (relation: Printable, site: Site) => readonly Column[] | undefined
  /**
   * The rows of a query; undefined while they are not known. `emptyIfMissing`: a query of relations that do not exist has no rows,
   * instead of none that are known.
   */
  readonly rowsOf: (sql: string, site: Site, emptyIfMissing: boolean) => QueryRows | undefined
  /** The name of the model or source that a value stands for: `layer.name`, `group.name`. */
  readonly nameOf: (value: TemplateValue) => string | undefined
  /** The models and sources of the project whose names are like a pattern. */
  readonly relationsLike: (pattern: RelationPattern, site: Site) => readonly Printable[]
  readonly variable: (name: string) => TemplateValue | undefined
  readonly log: (text: string, site: Site) => void
  /** Another built-in macro, or what the project has in its place. */
  readonly invoke: (namespace: Namespace, name: string, call: CallArguments) => TemplateValue
}

/** As many as a template may print in all. */
const mostCharacters = 10_000_000

const noNames: CallArguments['named'] = new Map()
const noSites: CallArguments['namedSites'] = new Map()

/** One call of a built-in macro: its arguments by name and kind. Wrong ones stop the template at their place. */
export class MacroCall {
  readonly site: Site
  readonly host: MacroHost
  readonly #macro: MacroShape
  readonly #arguments: Arguments

  constructor(macro: MacroShape, given: CallArguments, host: MacroHost) {
    this.#macro = macro
    this.host = host
    this.site = given.site
    const parameters = macro.parameters.map(({ name, initial }) => ({ name, required: initial === undefined }))
    this.#arguments = new Arguments(`${macro.namespace}.${macro.name}`, parameters, given)
  }

  /** An argument that was given, and is not none. */
  given(name: string): Bound | undefined {
    const bound = this.#arguments.get(name)
    return bound?.value === null ? undefined : bound
  }

  /** Whether an argument was given as none, where that is not the same as leaving it out. */
  isNone(name: string): boolean {
    return this.#arguments.get(name)?.value === null
  }

  refuse(name: string, problem: string, help = `it is ${signatureOf(this.#macro)}`): never {
    const site = this.#arguments.get(name)?.site ?? this.site
    return fail('invalid-argument', { callee: `${this.#macro.namespace}.${this.#macro.name}`, problem, help }, site)
  }

  /** A value as SQL: a text as it is, a number as it is written, a relation by its name. */
  sqlOf(value: TemplateValue, name: string): string {
    if (value instanceof Printable && value.text !== undefined) return value.text
    const json = toJson(value)
    if (typeof json === 'number') return String(json)
    if (typeof json === 'string' && json.trim() !== '') return json.trim()
    return this.refuse(name, `\`${name}\` must be SQL as text, such as the name of a column`)
  }

  /** An expression of SQL. */
  sql(name: string): string {
    const bound = this.given(name)
    return bound ? this.sqlOf(bound.value, name) : this.refuse(name, `\`${name}\` must be SQL as text, not none`)
  }

  sqlOr<Otherwise>(name: string, otherwise: Otherwise): string | Otherwise {
    return this.given(name) ? this.sql(name) : otherwise
  }

  text(name: string, otherwise = ''): string {
    const bound = this.given(name)
    if (!bound) return otherwise
    return typeof bound.value === 'string' ? bound.value : this.refuse(name, `\`${name}\` must be text`)
  }

  flag(name: string, otherwise: boolean): boolean {
    const bound = this.given(name)
    if (!bound) return otherwise
    return typeof bound.value === 'boolean' ? bound.value : this.refuse(name, `\`${name}\` must be true or false`)
  }

  /** A positive integer. */
  count(name: string): number {
    const value = this.given(name)?.value
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
    return this.refuse(name, `\`${name}\` must be a positive integer`)
  }

  list(name: string): readonly TemplateValue[] {
    const value = this.given(name)?.value ?? []
    if (value instanceof Tuple) return value.items
    return Array.isArray(value) ? value : this.refuse(name, `\`${name}\` must be a list`)
  }

  /** A list of names, in lower case: those of columns are compared so. */
  names(name: string): ReadonlySet<string> {
    return new Set(this.texts(name).map((text) => text.toLowerCase()))
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((value) =>
      typeof value === 'string' ? value : this.refuse(name, `\`${name}\` must be a list of names`),
    )
  }

  /** What `ref`, `source` or `this` returned. */
  relation(name: string): Printable {
    return this.relationOf(this.#arguments.get(name)?.value ?? null, name)
  }

  relationOf(value: TemplateValue, name: string): Printable {
    if (value instanceof Printable && this.host.nameOf(value) !== undefined) return value
    const help = typeof value === 'string' && /^\w+$/.test(value) ? `write ref('${value}')` : "ref('a_model')"
    return this.refuse(name, `\`${name}\` must be what \`ref\` or \`source\` returned`, help)
  }

  nameOf(relation: Printable): string {
    return this.host.nameOf(relation) ?? ''
  }

  columnsOf(relation: Printable): readonly Column[] | undefined {
    return this.host.columnsOf(relation, this.site)
  }

  /** Parts of SQL as one; more than any template may print is refused before it is put together. */
  join(parts: readonly string[], separator: string): string {
    const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0)
    if (length <= mostCharacters) return parts.join(separator)
    const limit = `${mostCharacters.toLocaleString('en-US')} characters`
    return fail(
      'template-limit',
      { what: `\`${this.#macro.namespace}.${this.#macro.name}\` prints too much`, limit },
      this.site,
    )
  }

  /** The SQL of a macro of `dbt.`, which the project may have in another form. */
  dbt(name: string, ...positional: readonly TemplateValue[]): string {
    const { site } = this
    const call = { positional, named: noNames, site, positionalSites: positional.map(() => site), namedSites: noSites }
    const value = this.host.invoke('dbt', name, call)
    return typeof value === 'string' ? value.trim() : this.sqlOf(value, name)
  }

  quote(name: string, argument: string): string {
    return name === '' || name.includes('\0')
      ? this.refuse(argument, 'a column needs a name')
      : this.host.dialect.quote(name)
  }
}

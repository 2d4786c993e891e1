import { type Diagnostic, diagnose, type Location, nearest, withFrame } from '../../diagnostics/index.ts'
import { isMapping, type Json, type SelectorDefinition } from '../../project/index.ts'
import { type Expression, type Indirect, indirectModes, termsOf } from './expression.ts'
import { namedBy, type Place, parseSelectors } from './parse.ts'

type Mapping = Readonly<Record<string, Json>>

/** A definition that is being read. */
interface Reading {
  readonly location: Location
  readonly found: Diagnostic[]
}

function itemsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

const nothing: Expression = { kind: 'union', parts: [], text: '' }

function without(from: Expression, excluded: readonly Json[], reading: Reading): Expression {
  if (excluded.length === 0) return from
  // What an excluded model is asserted by is excluded with it, whatever rides along with the selected.
  const parts = excluded.map((item) => read(item, 'eager', reading))
  return { kind: 'difference', from, without: { kind: 'union', parts, text: 'exclude' } }
}

/** `union:` or `intersection:`: items, and those of an `exclude:` among them, which are taken away from the rest. */
function combined(kind: 'union' | 'intersection', items: readonly Json[], indirect: Indirect, reading: Reading) {
  const isExclusion = (item: Json): item is Mapping =>
    isMapping(item) && 'exclude' in item && Object.keys(item).length === 1
  const parts = items.filter((item) => !isExclusion(item)).map((item) => read(item, indirect, reading))
  const excluded = items.filter(isExclusion).flatMap((item) => itemsOf(item.exclude))
  const text = parts.flatMap(termsOf).map((term) => term.text)
  return without({ kind, parts, text: text.join(kind === 'union' ? ' ' : ',') }, excluded, reading)
}

/** How many steps `parents:` or `children:` go; undefined when they are not asked for. */
function depth(asked: Json | undefined, most: Json | undefined): number | undefined {
  if (asked !== true) return undefined
  return typeof most === 'number' && most > 0 ? most : Number.POSITIVE_INFINITY
}

/** The selector as it would be typed: `2+tag:nightly+`. */
function typed(named: string, up: number | undefined, down: number | undefined, complete: boolean): string {
  const before = up === undefined ? '' : `${Number.isFinite(up) ? up : ''}+`
  const after = down === undefined ? '' : `+${Number.isFinite(down) ? down : ''}`
  return `${complete ? '@' : ''}${before}${named}${after}`
}

function readMethod(given: Mapping, outer: Indirect, reading: Reading): Expression {
  const [method = '', ...keys] = String(given.method).split('.')
  const key = keys.length > 0 ? keys.join('.') : undefined
  const value = String(given.value)
  const up = depth(given.parents, given.parents_depth)
  const down = depth(given.children, given.children_depth)
  const complete = given.childrens_parents === true
  const text = typed(`${String(given.method)}:${value}`, up, down, complete)
  const named = namedBy(text, method, key, value)
  if ('code' in named) {
    reading.found.push({ ...named, location: withFrame(reading.location) })
    return nothing
  }
  const directions = {
    ...(up === undefined ? {} : { upstream: up }),
    ...(down === undefined ? {} : { downstream: down }),
  }
  const indirect = indirectModes.find((mode) => mode === given.indirect_selection) ?? outer
  const term = { text, ...named, ...directions, complete }
  const expression: Expression = { kind: 'term', term, indirect, location: reading.location }
  return without(expression, itemsOf(given.exclude), reading)
}

/** A definition, or a part of one, in the form that `project` has checked. */
function read(definition: Json, indirect: Indirect, reading: Reading): Expression {
  const place: Place = { indirect, location: reading.location }
  if (!isMapping(definition)) return parseSelectors([String(definition)], place, reading.found) ?? nothing
  if ('union' in definition) return combined('union', itemsOf(definition.union), indirect, reading)
  if ('intersection' in definition) return combined('intersection', itemsOf(definition.intersection), indirect, reading)
  if ('method' in definition) return readMethod(definition, indirect, reading)
  const [[method, value] = ['', null]] = Object.entries(definition)
  return readMethod({ method, value }, indirect, reading)
}

/** What the selectors of a project are made of, by name, and what is wrong with them. */
export interface Definitions {
  readonly byName: ReadonlyMap<string, { readonly expression: Expression; readonly location: Location }>
  readonly diagnostics: readonly Diagnostic[]
}

/** Names of other selectors that an expression is made of. */
export function selectorsIn(expression: Expression): string[] {
  return termsOf(expression).flatMap(({ method, value }) => (method === 'selector' ? [value] : []))
}

function unknownNames(definitions: Definitions['byName']): Diagnostic[] {
  return [...definitions.values()].flatMap(({ expression, location }) =>
    selectorsIn(expression)
      .filter((name) => !definitions.has(name))
      .map((name) =>
        diagnose('selector-unknown', { name, nearest: nearest(name, definitions.keys()), file: true }, location),
      ),
  )
}

/** Selectors that are made of themselves: one error for each circle. A walk with a path of its own, not recursive. */
function circles(definitions: Definitions['byName']): Diagnostic[] {
  const done = new Set<string>()
  const found: Diagnostic[] = []
  for (const start of definitions.keys()) {
    const path: { readonly name: string; readonly open: string[] }[] = []
    const places = new Map<string, number>()
    const enter = (name: string): void => {
      const definition = definitions.get(name)
      if (done.has(name) || !definition) return
      const begins = places.get(name)
      if (begins === undefined) {
        places.set(name, path.length)
        path.push({ name, open: [...new Set(selectorsIn(definition.expression))].reverse() })
      } else {
        const names = [...path.slice(begins).map((step) => step.name), name]
        found.push(diagnose('selector-cycle', { path: names }, definition.location))
      }
    }
    enter(start)
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const next = last.open.pop()
      if (next !== undefined) enter(next)
      else {
        path.pop()
        places.delete(last.name)
        done.add(last.name)
      }
    }
  }
  return found
}

/** Reads the selectors of `selectors.yml`; `indirect` holds where a definition does not say otherwise. */
export function readDefinitions(selectors: readonly SelectorDefinition[], indirect: Indirect): Definitions {
  const found: Diagnostic[] = []
  const byName = new Map(
    selectors.map(({ name, definition, location }) => [
      name,
      { expression: read(definition, indirect, { location, found }), location },
    ]),
  )
  return { byName, diagnostics: [...found, ...unknownNames(byName), ...circles(byName)] }
}

/** What is wrong with the selectors of a project, whether they are used or not: unknown methods and names, circles. */
export function selectorProblems(selectors: readonly SelectorDefinition[]): readonly Diagnostic[] {
  return readDefinitions(selectors, 'eager').diagnostics
}

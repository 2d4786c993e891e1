import { bug, type Diagnostic, diagnose, type Location } from '../../diagnostics/index.ts'
import { type Definitions, selectorsIn } from './definitions.ts'
import type { Evidence } from './evidence.ts'
import { type Expression, type Indirect, type Term, termsOf } from './expression.ts'
import { matcherOf } from './match.ts'
import { methods } from './methods.ts'
import { similarTo } from './nearest.ts'
import {
  difference,
  intersection,
  isEmpty,
  type Marks,
  markWhere,
  noMarks,
  readsOnly,
  readsSome,
  type Universe,
  union,
} from './nodes.ts'
import { completed, downstreamsOf, upstreamsOf } from './walk.ts'

/** What an expression selects, and assertions that join when the rest of what they read is selected, too. */
interface Found {
  readonly direct: Marks
  /** Waiting for all they read. */
  readonly cautious: Marks
  /** Waiting for all they read to be selected, or upstream of what is. */
  readonly buildable: Marks
}

/** Evaluates expressions over one graph. */
export class Evaluation {
  readonly diagnostics: Diagnostic[] = []
  readonly #universe: Universe
  readonly #definitions: Definitions['byName']
  readonly #evidence: Evidence
  readonly #selectors = new Map<string, Found>()

  constructor(universe: Universe, definitions: Definitions['byName'], evidence: Evidence) {
    this.#universe = universe
    this.#definitions = definitions
    this.#evidence = evidence
  }

  /** The nodes that an expression selects, in numbers of the universe. Tells of every selector that matches nothing. */
  of(expression: Expression): Marks {
    this.#prepare(selectorsIn(expression))
    return this.#found(expression).direct
  }

  /** Whether an expression compares what changes from day to day: then it may match nothing. */
  isChanging(expression: Expression): boolean {
    const seen = new Set<string>()
    const open = [expression]
    for (let next = open.pop(); next; next = open.pop()) {
      if (termsOf(next).some(({ method }) => methods[method]?.changing)) return true
      for (const name of selectorsIn(next)) {
        const definition = this.#definitions.get(name)
        if (!definition || seen.has(name)) continue
        seen.add(name)
        open.push(definition.expression)
      }
    }
    return false
  }

  /** Evaluates the selectors that these are made of first, so that a chain of them may be of any length. */
  #prepare(names: readonly string[]): void {
    const open = [...names]
    for (let name = open.at(-1); name !== undefined; name = open.at(-1)) {
      const definition = this.#definitions.get(name)
      const inner = definition ? selectorsIn(definition.expression).filter((other) => !this.#selectors.has(other)) : []
      if (inner.length > 0 && !this.#selectors.has(name)) {
        open.push(...inner)
        continue
      }
      open.pop()
      if (definition && !this.#selectors.has(name)) this.#selectors.set(name, this.#found(definition.expression))
    }
  }

  #found(expression: Expression): Found {
    if (expression.kind === 'term') return this.#term(expression)
    if (expression.kind === 'difference') {
      const { from, without } = expression
      const [kept, gone] = [this.#found(from), this.#found(without)]
      const found = {
        direct: difference(kept.direct, gone.direct),
        cautious: difference(kept.cautious, gone.direct),
        buildable: difference(kept.buildable, gone.direct),
      }
      return this.#joined(found)
    }
    const parts = expression.parts.map((part) => this.#found(part))
    const found = this.#combined(expression.kind, parts)
    const isMistake = expression.kind === 'intersection' && parts.every(({ direct }) => !isEmpty(direct))
    if (isMistake && isEmpty(found.direct) && !this.isChanging(expression)) {
      this.diagnostics.push(diagnose('selector-empty', { selector: expression.text }, locationIn(expression)))
    }
    return found
  }

  #combined(kind: 'union' | 'intersection', parts: readonly Found[]): Found {
    const size = this.#universe.nodes.length
    const join = kind === 'union' ? union : intersection
    const all = (pick: (found: Found) => Marks) => parts.map(pick)
    const direct = join(
      all((found) => found.direct),
      size,
    )
    const waiting = parts.some(({ cautious, buildable }) => !isEmpty(cautious) || !isEmpty(buildable))
    if (!waiting) return { direct, cautious: noMarks(this.#universe), buildable: noMarks(this.#universe) }
    const any = all((found) => union([found.direct, found.cautious, found.buildable], size))
    const pending = difference(join(any, size), direct)
    const [careful, ready] = [all((found) => found.cautious), all((found) => found.buildable)]
    // Of a union the easier condition is enough; an intersection asks for the harder one.
    const isBuildable = kind === 'union' ? union(ready, size) : difference(pending, union(careful, size))
    const buildable = intersection([pending, isBuildable], size)
    return this.#joined({ direct, cautious: difference(pending, buildable), buildable })
  }

  /** Takes in the waiting assertions whose conditions are fulfilled. */
  #joined({ direct, cautious, buildable }: Found): Found {
    const added = [
      ...(isEmpty(cautious) ? [] : [this.#complete(cautious, direct)]),
      ...(isEmpty(buildable) ? [] : [this.#complete(buildable, this.#buildableFrom(direct))]),
    ]
    return { direct: union([direct, ...added], direct.length), cautious, buildable }
  }

  #buildableFrom(direct: Marks): Marks {
    const found = upstreamsOf(this.#universe, direct)
    for (const [index, { kind }] of this.#universe.nodes.entries()) if (kind === 'source') found[index] = 1
    return found
  }

  /** Those of the assertions whose reads are all among the marks. */
  #complete(assertions: Marks, marks: Marks): Marks {
    const { start, end } = this.#universe.assertions
    const found = noMarks(this.#universe)
    for (let node = start; node < end; node++) {
      if (assertions[node] && readsOnly(this.#universe, node, marks)) found[node] = 1
    }
    return found
  }

  #named(term: Term, location: Location | undefined): Marks {
    const marks = markWhere(this.#universe, matcherOf(term, this.#universe, this.#evidence))
    if (isEmpty(marks) && !methods[term.method]?.changing) {
      const nearest = similarTo(term, this.#universe)
      this.diagnostics.push(diagnose('selector-empty', { selector: term.text, nearest }, location))
    }
    return marks
  }

  #term({ term, indirect, location }: Extract<Expression, { kind: 'term' }>): Found {
    const inner = term.method === 'selector' ? this.#selectors.get(term.value) : undefined
    if (term.method === 'selector' && !inner) return bug(`the selector ${term.value} was not evaluated`)
    const walks = term.complete || term.upstream !== undefined || term.downstream !== undefined
    if (inner && !walks) return inner
    const named = inner?.direct ?? this.#named(term, location)
    const found = this.#riding(this.#expanded(term, named), indirect)
    return inner ? this.#combined('union', [inner, found]) : found
  }

  #expanded(term: Term, named: Marks): Marks {
    if (term.complete) return completed(this.#universe, named)
    const { upstream, downstream } = term
    if (upstream === undefined && downstream === undefined) return named
    return union(
      [
        ...(upstream === undefined ? [] : [upstreamsOf(this.#universe, named, upstream)]),
        ...(downstream === undefined ? [] : [downstreamsOf(this.#universe, named, downstream)]),
      ],
      named.length,
    )
  }

  /** Adds the assertions that ride along with what is selected. */
  #riding(selected: Marks, indirect: Indirect): Found {
    const [cautious, buildable] = [noMarks(this.#universe), noMarks(this.#universe)]
    if (indirect === 'empty') return { direct: selected, cautious, buildable }
    const { start, end } = this.#universe.assertions
    const marks = noMarks(this.#universe)
    for (let node = start; node < end; node++) {
      if (!selected[node] && readsSome(this.#universe, node, selected)) marks[node] = 1
    }
    if (indirect === 'eager') return { direct: union([selected, marks], selected.length), cautious, buildable }
    const waiting = indirect === 'cautious' ? { cautious: marks, buildable } : { cautious, buildable: marks }
    return this.#joined({ direct: selected, ...waiting })
  }
}

function locationIn(expression: Expression): Location | undefined {
  if (expression.kind === 'term') return expression.location
  if (expression.kind === 'difference') return locationIn(expression.from)
  return expression.parts[0] && locationIn(expression.parts[0])
}

import type { Checked, Diagnostic } from '../diagnostics/index.ts'
import type { Rendered } from './rendered.ts'

function values<T>(a: Named<T>, b: Named<T>): Named<T> {
  return [...new Map([...a, ...b])].sort(([one], [other]) => (one < other ? -1 : 1))
}

type Named<T> = readonly (readonly [name: string, value: T])[]

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
}

/** What is said of both texts is said once. */
function told(first: readonly Diagnostic[], second: readonly Diagnostic[]): Diagnostic[] {
  return distinct([...first, ...second])
}

/**
 * The two renderings of an incremental without partitions as one: its edges, and what its fingerprint is made of, are those of
 * both, whichever is built.
 */
export function bothRounds(first: Checked<Rendered>, incremental: Checked<Rendered>): Checked<Rendered> {
  const diagnostics = told(first.diagnostics, incremental.diagnostics)
  const [a, b] = [first.value, incremental.value]
  if (!a || !b) return { value: undefined, diagnostics }
  const text = ({ text, deferred, uses }: Rendered) => ({ text, deferred, uses })
  const uses = {
    ...a.uses,
    reads: distinct([...a.uses.reads, ...b.uses.reads]),
    filters: distinct([...a.uses.filters, ...b.uses.filters]),
    windows: distinct([...a.uses.windows, ...b.uses.windows]),
    printsBounds: a.uses.printsBounds || b.uses.printsBounds,
  }
  const value: Rendered = {
    ...a,
    uses,
    texts: { first: text(a), incremental: text(b) },
    queryReads: distinct([...a.queryReads, ...b.queryReads]),
    vars: values(a.vars, b.vars),
    env: values(a.env, b.env),
    usesTimeZone: a.usesTimeZone || b.usesTimeZone,
    answers: values(a.answers, b.answers),
    macros: [...new Set([...a.macros, ...b.macros])].sort(),
    builtinMacros: values(a.builtinMacros, b.builtinMacros),
    readsDependOn: [...new Set([...a.readsDependOn, ...b.readsDependOn])],
  }
  return { value, diagnostics }
}

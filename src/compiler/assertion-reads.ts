import { type Diagnostic, diagnose } from '../diagnostics/index.ts'
import type { Inside } from './inside.ts'
import type { Names } from './names.ts'
import type { Rendered } from './rendered.ts'

/** Everything that an assertion reads which exists in the warehouse: ephemerals stand for what they read. */
export function assertionReads(rendered: Rendered, inside: readonly Inside[]): string[] {
  const ephemerals = new Set(inside.map(({ draft }) => draft.id))
  const own = rendered.uses.reads.map((read) => read.reference.node)
  const inner = inside.flatMap(({ draft }) => draft.rendered.uses.reads.map((read) => read.reference.node))
  return [...new Set([...own, ...inner])].filter((node) => !ephemerals.has(node))
}

/** What an assertion is, and what it may not read. */
interface Reader {
  readonly name: string
  readonly names: Names
  /** Models that are switched off. */
  readonly disabled: ReadonlySet<string>
}

/** What is wrong with what an assertion reads: a model that is switched off, or one that needs a window. */
export function assertionProblems(
  rendered: Rendered,
  inside: readonly Inside[],
  { name, names, disabled }: Reader,
): Diagnostic[] {
  const ofReads = rendered.uses.reads.flatMap(({ reference, location }) => {
    const model = disabled.has(reference.node) ? names.model(reference.node) : undefined
    return model ? [diagnose('ref-disabled', { name: model.name, path: model.file.path }, location)] : []
  })
  const ofWindows = inside.flatMap(({ draft, location }) => {
    const [use] = draft.rendered.uses.windows
    if (!use) return []
    const place = `${use.location.path}:${use.location.line}:${use.location.column}`
    return [diagnose('window-without-partition', { what: use.what, model: name, place }, location)]
  })
  return [...ofReads, ...ofWindows]
}

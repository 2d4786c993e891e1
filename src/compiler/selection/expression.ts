import type { Location } from '../../diagnostics/index.ts'

/** Which assertions ride along with what is selected: DESIGN §12, docs/selection.md. */
export type Indirect = 'eager' | 'cautious' | 'buildable' | 'empty'

export const indirectModes: readonly Indirect[] = ['eager', 'cautious', 'buildable', 'empty']

/** One selector: `[@][n+]method[.key]:value[+n]`. Steps are absent when nothing is added, infinite for a bare `+`. */
export interface Term {
  /** As a person wrote it, or would have. */
  readonly text: string
  readonly method: string
  /** Of `config.key:`: the key. */
  readonly key?: string
  readonly value: string
  readonly upstream?: number
  readonly downstream?: number
  /** `@`: downstreams, and all upstreams of those. */
  readonly complete: boolean
}

/** What a selection is made of. */
export type Expression =
  | { readonly kind: 'term'; readonly term: Term; readonly indirect: Indirect; readonly location?: Location }
  | { readonly kind: 'union' | 'intersection'; readonly parts: readonly Expression[]; readonly text: string }
  | { readonly kind: 'difference'; readonly from: Expression; readonly without: Expression }

/** Every term of an expression, in order. */
export function termsOf(expression: Expression): Term[] {
  if (expression.kind === 'term') return [expression.term]
  if (expression.kind === 'difference') return [...termsOf(expression.from), ...termsOf(expression.without)]
  return expression.parts.flatMap(termsOf)
}

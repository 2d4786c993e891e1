import type { Expression } from './expression.ts'
import { termsOf } from './expression.ts'
import type { StateSnapshot } from './state.ts'

/** What selectors may compare beside the graph. Each part is needed only where it is asked for. */
export interface Evidence {
  /** For `state:`: the project as it is, and as it was. */
  readonly state?: { readonly now: StateSnapshot; readonly before: StateSnapshot }
  /** For `result:`: what became of models and assertions in an earlier run, in dbt's words, by id. */
  readonly results?: { readonly models: ReadonlyMap<string, string>; readonly assertions: ReadonlyMap<string, string> }
  /** For `source_status:fresher`: ids of the sources with something new since their readers were last complete. */
  readonly fresherSources?: ReadonlySet<string>
}

export type EvidenceKind = 'state' | 'results' | 'fresherSources'

const needs: Readonly<Record<string, EvidenceKind>> = {
  state: 'state',
  result: 'results',
  source_status: 'fresherSources',
}

/** What evidence a method needs. */
export function evidenceOf(method: string): EvidenceKind | undefined {
  return needs[method]
}

/** What evidence an expression needs, selectors that it names aside. */
export function evidenceIn(expression: Expression): EvidenceKind[] {
  return [...new Set(termsOf(expression).flatMap(({ method }) => needs[method] ?? []))]
}

export type Severity = 'error' | 'warning' | 'note'

/** The wording of one code, as functions of its parameters. `explain` is the page that `elt explain <code>` prints. */
export interface Definition<P> {
  readonly severity: Severity
  readonly message: (parameters: P) => string
  readonly label?: (parameters: P) => string | undefined
  readonly why?: (parameters: P) => string | undefined
  readonly notes?: (parameters: P) => readonly string[]
  readonly help?: (parameters: P) => readonly string[]
  /** Two to six sentences of Markdown: when it happens, why the rule exists, how to get past it. */
  readonly explain: string
}

/** Declares a code; the type argument names its parameters. */
export function define<P>(definition: Definition<P>): Definition<P> {
  return definition
}

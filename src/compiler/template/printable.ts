import type { Diagnostic } from '../../diagnostics/index.ts'
import type { Site } from './site.ts'
import type { TemplateValue } from './value.ts'

export interface PrintableOptions {
  /** What it is, for messages: `the relation analytics.flights`. */
  readonly description: string
  /** Its text in SQL; may hold markers of a `HoleTable`. */
  readonly text: string
  /** What `.name` reads. */
  readonly members?: ReadonlyMap<string, TemplateValue>
  /**
   * The diagnostic for using it otherwise than printing it: `truth` is `if x`, `compare` is `x == y`, `x < y` and `x in y`.
   * Without it, it counts as true, equals itself alone and has no order.
   */
  readonly refuse?: (use: 'truth' | 'compare', site: Site) => Diagnostic
}

/** An object that the host gives to templates: it prints as text, and may have members; templates cannot look into it. */
export class Printable {
  readonly description: string
  readonly text: string
  readonly members: ReadonlyMap<string, TemplateValue>
  readonly refuse: ((use: 'truth' | 'compare', site: Site) => Diagnostic) | undefined

  constructor(options: PrintableOptions) {
    this.description = options.description
    this.text = options.text
    this.members = options.members ?? new Map()
    this.refuse = options.refuse
  }
}

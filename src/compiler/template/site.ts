import {
  type Code,
  type Diagnostic,
  diagnose,
  type Location,
  locate,
  type ParametersOf,
  type SourceFile,
} from '../../diagnostics/index.ts'

/** A stretch `[start, end)` of a template file, in UTF-16 units. */
export interface Site {
  readonly file: SourceFile
  readonly start: number
  readonly end: number
}

export function locationOf(site: Site): Location {
  return locate(site.file, site.start, site.end)
}

/** An error of a template at a place in it. Callables throw it; `renderTemplate` turns it into its diagnostic. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
  }
}

/** Stops rendering with a diagnostic at a site. */
export function fail<C extends Code>(code: C, parameters: ParametersOf<C>, site: Site): never {
  throw new TemplateError(diagnose(code, parameters, locationOf(site)))
}

import { bug, type Checked, type SourceFile } from '../../diagnostics/index.ts'
import type { ParsedTemplate } from './parse.ts'
import type { Site } from './site.ts'

/** A macro of `macros/`. */
export interface LibraryMacro {
  readonly name: string
  /** From `{% macro` to the end of `{% endmacro %}`. */
  readonly site: Site
  /** The text of `site`, for fingerprints. */
  readonly source: string
}

/** The macros of a project by name: visible in every template and in each other. */
export interface MacroLibrary {
  readonly macros: ReadonlyMap<string, LibraryMacro>
}

/**
 * Reads macro files. Two macros of one name are an error, and so is one that would hide a name of `reserved` (those of
 * the globals that `renderTemplate` will get).
 */
export function loadMacros(_files: readonly SourceFile[], _reserved: Iterable<string> = []): Checked<MacroLibrary> {
  return bug('not built yet')
}

/** The names of the library's macros that a template mentions, directly or through other macros; sorted. */
export function macrosUsed(_template: ParsedTemplate, _library: MacroLibrary): string[] {
  return bug('not built yet')
}

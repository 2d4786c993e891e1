import { bug, type Checked, type SourceFile } from '../../diagnostics/index.ts'

/** A template, read but not run. Its tree is of no concern outside this folder. */
export interface ParsedTemplate {
  readonly file: SourceFile
}

/** Reads a template; all errors of its form are reported together. */
export function parseTemplate(_file: SourceFile): Checked<ParsedTemplate> {
  return bug('not built yet')
}

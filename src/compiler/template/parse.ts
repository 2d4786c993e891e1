import { type Checked, type Diagnostic, diagnose, locate, type SourceFile } from '../../diagnostics/index.ts'
import { checkNames } from './check-names.ts'
import { hasMarker, nameMarker } from './holes.ts'
import { TemplateError } from './site.ts'
import { TemplateParser } from './template-parser.ts'
import { Stop } from './token-parser.ts'
import type { Statement } from './tree.ts'

/** A template, read but not run. Its tree is of no concern outside this folder. */
export interface ParsedTemplate {
  readonly file: SourceFile
  readonly statements: readonly Statement[]
}

/** Reads a template, or a file of macros; all errors of its form are reported together. */
export function parseTemplate(file: SourceFile, kind: 'template' | 'macros' = 'template'): Checked<ParsedTemplate> {
  if (hasMarker(file.text)) {
    const at = file.text.search(/[\ue000-\uf8ff]/)
    const character = nameMarker(file.text)
    return { value: undefined, diagnostics: [diagnose('private-character', { character }, locate(file, at, at + 1))] }
  }
  const parser = new TemplateParser(file)
  const parsed = parseStatements(parser, kind === 'macros')
  const diagnostics = [...parsed.diagnostics, ...checkNames(file, parser.operations)]
  return { value: diagnostics.length > 0 ? undefined : { file, statements: parsed.statements }, diagnostics }
}

function parseStatements(
  parser: TemplateParser,
  ofMacros: boolean,
): {
  statements: readonly Statement[]
  diagnostics: readonly Diagnostic[]
} {
  try {
    return { statements: parser.parse(ofMacros), diagnostics: parser.diagnostics }
  } catch (error) {
    if (error instanceof Stop) return { statements: [], diagnostics: parser.diagnostics }
    if (error instanceof TemplateError) {
      return { statements: [], diagnostics: [...parser.diagnostics, error.diagnostic] }
    }
    throw error
  }
}

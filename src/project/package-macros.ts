import { type Diagnostic, diagnose, type Location, locate, type SourceFile } from '../diagnostics/index.ts'

/** Blocks of dbt's that are no macros: tests by name, and ways of storing a model. */
const block = /\{%-?\s*(test|data_test|materialization)\s+(\w+)[\s\S]*?\{%-?\s*end\1\s*-?%\}/g

/** Most names that one note lists. */
const mostNames = 4

/**
 * The macro files of a package without the blocks that mean nothing here, every other character in its place: a package comes as
 * it is, and what it has beside macros must not keep it from being used. One note says what is left out.
 */
export function withoutBlocks(owner: string, files: readonly SourceFile[], found: Diagnostic[]): SourceFile[] {
  const names: string[] = []
  let place: Location | undefined
  const kept = files.map((file) => {
    const text = file.text.replace(block, (whole: string, kind: string, name: string, at: number) => {
      place ??= locate(file, at, at + whole.search(/\r?\n|$/))
      names.push(`${kind} ${name}`)
      return whole.replace(/[^\n]/g, ' ')
    })
    return text === file.text ? file : { path: file.path, text }
  })
  if (place) {
    const shown = names.slice(0, mostNames).join('`, `')
    const more = names.length > mostNames ? ` (and ${names.length - mostNames} more)` : ''
    const reason = `of the package ${owner} only models and macros are used${more}`
    found.push(diagnose('key-without-effect', { key: shown, reason }, place))
  }
  return kept
}

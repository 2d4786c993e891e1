import { type Diagnostic, neutralise, type Severity } from '../diagnostics/index.ts'
import { withoutCiCommands } from './ci-commands.ts'
import { placeOf, wordsOf } from './in-repository.ts'

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' }

/** Text behind the `::` of a workflow command: a line break would end it. */
function data(text: string): string {
  return withoutCiCommands(neutralise(text)).replaceAll('%', '%25').replaceAll('\n', '%0A')
}

/** The value of a property, which also ends at a comma or a colon. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/**
 * A diagnostic as a workflow command of GitHub Actions, which shows it beside the line of the pull request. A column is
 * given only for a span within one line: GitHub ignores those of others.
 */
function annotation(diagnostic: Diagnostic, root: string): string {
  const place = placeOf(diagnostic, root)
  const properties: Record<string, string> = {}
  if (place) {
    const { line, column, endLine, endColumn } = place.location
    Object.assign(properties, { file: place.path, line: String(line), endLine: String(endLine) })
    if (line === endLine) Object.assign(properties, { col: String(column), endColumn: String(endColumn) })
  }
  const given = Object.entries({ ...properties, title: diagnostic.code }).map(
    ([key, text]) => `${key}=${property(text)}`,
  )
  return `::${commands[diagnostic.severity]} ${given.join(',')}::${data(wordsOf(diagnostic))}`
}

/** Annotations of GitHub Actions, a line each. `root` is the project's folder in the repository, `''` or `shop/`. */
export function githubAnnotations(diagnostics: readonly Diagnostic[], root: string): string[] {
  return diagnostics.map((diagnostic) => annotation(diagnostic, root))
}

import { type Checked, type Diagnostic, diagnose, type SourceFile } from '../../diagnostics/index.ts'
import { builtins, reservedNames } from './builtins.ts'
import { type ParsedTemplate, parseTemplate } from './parse.ts'
import { locationOf, type Site } from './site.ts'
import type { MacroDefinition, Span, Statement } from './tree.ts'
import { mentionedNames } from './walk.ts'

/** A macro of `macros/`. */
export interface LibraryMacro {
  readonly name: string
  /** From `{% macro` to the end of `{% endmacro %}`. */
  readonly site: Site
  /** The text of `site`, for fingerprints. */
  readonly source: string
  /** Of no concern outside this folder. */
  readonly definition: MacroDefinition
}

/** The macros of a project by name: visible in every template and in each other. */
export interface MacroLibrary {
  readonly macros: ReadonlyMap<string, LibraryMacro>
}

/**
 * Reads macro files. Two macros of one name are an error, and so is one that would hide a name of `reserved` (those of
 * the globals that `renderTemplate` will get).
 */
export function loadMacros(files: readonly SourceFile[], reserved: Iterable<string> = []): Checked<MacroLibrary> {
  const diagnostics: Diagnostic[] = []
  const macros = new Map<string, LibraryMacro>()
  const taken = new Set([...builtins.keys(), 'adapter', ...reservedNames, ...reserved])
  for (const file of files) {
    const parsed = parseTemplate(file)
    diagnostics.push(...parsed.diagnostics)
    for (const statement of parsed.value?.statements ?? []) {
      if (statement.kind === 'macro') diagnostics.push(...addMacro(statement.macro, macros, taken))
      else diagnostics.push(...outsideMacro(statement, file))
    }
  }
  return { value: diagnostics.length > 0 ? undefined : { macros }, diagnostics }
}

function addMacro(
  definition: MacroDefinition,
  macros: Map<string, LibraryMacro>,
  taken: ReadonlySet<string>,
): Diagnostic[] {
  const { file, name, nameSpan, start, end } = definition
  const location = locationOf({ file, ...nameSpan })
  if (taken.has(name)) return [diagnose('reserved-macro', { name }, location)]
  const first = macros.get(name)
  if (first) {
    const { path, line } = locationOf(first.site)
    return [diagnose('duplicate-macro', { name, other: `${path}:${line}` }, location)]
  }
  macros.set(name, { name, site: { file, start, end }, source: file.text.slice(start, end), definition })
  return []
}

function outsideMacro(statement: Statement, file: SourceFile): Diagnostic[] {
  const span: Span = { start: statement.start, end: statement.end }
  if (statement.kind !== 'text') {
    return [diagnose('outside-macro', { what: 'a tag' }, locationOf({ file, ...span }))]
  }
  const text = statement.text.trim()
  if (text === '') return []
  const start = span.start + statement.text.indexOf(text)
  return [diagnose('outside-macro', { what: 'text' }, locationOf({ file, start, end: start + text.length }))]
}

/**
 * The names of the library's macros that a template mentions, directly or through other macros, and of `dispatched` ones,
 * which it called by names that it made; sorted.
 */
export function macrosUsed(
  template: ParsedTemplate,
  library: MacroLibrary,
  dispatched: ReadonlySet<string> = new Set(),
): string[] {
  const used = new Set<string>()
  const open = [mentionedNames(template.statements), dispatched]
  for (let names = open.pop(); names; names = open.pop()) {
    for (const name of names) {
      const macro = used.has(name) ? undefined : library.macros.get(name)
      if (!macro) continue
      used.add(name)
      open.push(mentionedIn(macro.definition))
    }
  }
  return [...used].sort()
}

const mentionedInMacro = new WeakMap<MacroDefinition, ReadonlySet<string>>()

/** The names that a macro reads, in its body and in the defaults of its parameters. */
function mentionedIn(definition: MacroDefinition): ReadonlySet<string> {
  const known = mentionedInMacro.get(definition)
  if (known) return known
  const { start, end } = definition
  const names = mentionedNames([{ kind: 'macro', macro: definition, start, end }])
  mentionedInMacro.set(definition, names)
  return names
}

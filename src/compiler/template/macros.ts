import { type Checked, type Diagnostic, diagnose, type SourceFile } from '../../diagnostics/index.ts'
import { builtins, reservedNames } from './builtins.ts'
import { type ParsedTemplate, parseTemplate } from './parse.ts'
import { locationOf, type Site } from './site.ts'
import type { MacroDefinition, Span, Statement } from './tree.ts'
import { mentionedNames, targetNames, walk } from './walk.ts'

/** A macro of `macros/`, of the project or of a package. */
export interface LibraryMacro {
  readonly name: string
  /** Its name as templates of the project write it: `name`, or `package.name`. */
  readonly id: string
  /** From `{% macro` to the end of `{% endmacro %}`. */
  readonly site: Site
  /** The text of `site`, for fingerprints. */
  readonly source: string
  /** Of no concern outside this folder. */
  readonly definition: MacroDefinition
}

/** Whose the files of templates are: those of packages by path, all others the project's own. */
export interface Ownership {
  /** Name of the project. */
  readonly project: string
  readonly packages: ReadonlyMap<string, string>
}

/**
 * The macros of a project and its packages. In every template those of its own package are visible by bare name, then those of
 * the project; all of them as `package.name`.
 */
export interface MacroLibrary {
  /** By id. */
  readonly macros: ReadonlyMap<string, LibraryMacro>
  /** Those of each package, and of the project, by bare name. */
  readonly namespaces: ReadonlyMap<string, ReadonlyMap<string, LibraryMacro>>
  readonly ownership: Ownership
}

const withoutPackages: Ownership = { project: '', packages: new Map() }

/**
 * Reads macro files. Two macros of one name in one package are an error, and so is one that would hide a name of `reserved`
 * (those of the globals that `renderTemplate` will get).
 */
export function loadMacros(
  files: readonly SourceFile[],
  reserved: Iterable<string> = [],
  ownership: Ownership = withoutPackages,
): Checked<MacroLibrary> {
  const diagnostics: Diagnostic[] = []
  const macros = new Map<string, LibraryMacro>()
  const taken = new Set([...builtins.keys(), 'adapter', ...reservedNames, ...reserved])
  for (const file of files) {
    const parsed = parseTemplate(file, 'macros')
    diagnostics.push(...parsed.diagnostics)
    const prefix = prefixOf(packageOf(ownership, file), ownership)
    for (const statement of parsed.value?.statements ?? []) {
      if (statement.kind === 'macro') diagnostics.push(...addMacro(statement.macro, prefix, macros, taken))
      // What a package has between its macros is not for the people here to mend.
      else if (prefix === '') diagnostics.push(...outsideMacro(statement, file))
    }
  }
  const library = { macros, namespaces: namespacesOf(macros.values(), ownership), ownership }
  return { value: diagnostics.length > 0 ? undefined : library, diagnostics }
}

/** Name of the package, or of the project, that a file belongs to. */
export function packageOf({ project, packages }: Ownership, { path }: SourceFile): string {
  return packages.get(path) ?? project
}

function prefixOf(owner: string, { project }: Ownership): string {
  return owner === project ? '' : `${owner}.`
}

/** The macro of a package, or of the project, by its bare name. */
export function macroIn(library: MacroLibrary, owner: string, name: string): LibraryMacro | undefined {
  return library.namespaces.get(owner)?.get(name)
}

/** The macro that a bare name stands for in a file: its package's own, else the project's. */
export function visibleMacro(library: MacroLibrary, name: string, file: SourceFile): LibraryMacro | undefined {
  const { ownership } = library
  const owner = packageOf(ownership, file)
  return macroIn(library, owner, name) ?? macroIn(library, ownership.project, name)
}

function namespacesOf(
  macros: Iterable<LibraryMacro>,
  ownership: Ownership,
): ReadonlyMap<string, ReadonlyMap<string, LibraryMacro>> {
  const namespaces = new Map<string, Map<string, LibraryMacro>>([[ownership.project, new Map()]])
  for (const macro of macros) {
    const owner = packageOf(ownership, macro.site.file)
    const known = namespaces.get(owner) ?? new Map<string, LibraryMacro>()
    namespaces.set(owner, known.set(macro.name, macro))
  }
  return namespaces
}

function addMacro(
  definition: MacroDefinition,
  prefix: string,
  macros: Map<string, LibraryMacro>,
  taken: ReadonlySet<string>,
): Diagnostic[] {
  const { file, name, nameSpan, start, end } = definition
  const location = locationOf({ file, ...nameSpan })
  if (taken.has(name)) return [diagnose('reserved-macro', { name }, location)]
  const id = `${prefix}${name}`
  const first = macros.get(id)
  if (first) {
    const { path, line } = locationOf(first.site)
    return [diagnose('duplicate-macro', { name, other: `${path}:${line}` }, location)]
  }
  macros.set(id, { name, id, site: { file, start, end }, source: file.text.slice(start, end), definition })
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

/** The macros that a name mentioned in a file may stand for: one by bare or full name, or all of a package. */
function macrosNamed(library: MacroLibrary, name: string, file: SourceFile): Iterable<LibraryMacro> {
  const visible = visibleMacro(library, name, file)
  if (visible) return [visible]
  const dot = name.indexOf('.')
  if (dot < 0) return []
  const [owner, member] = [name.slice(0, dot), name.slice(dot + 1)]
  if (member === '*') return library.namespaces.get(owner)?.values() ?? []
  const macro = macroIn(library, owner, member)
  return macro ? [macro] : []
}

/**
 * The ids of the library's macros that a template mentions, directly or through other macros, and of `dispatched` ones,
 * which it called by names that it made; sorted.
 */
export function macrosUsed(
  template: ParsedTemplate,
  library: MacroLibrary,
  dispatched: ReadonlySet<string> = new Set(),
): string[] {
  const used = new Set<string>()
  const open: LibraryMacro[] = []
  const take = (macro: LibraryMacro) => {
    if (used.has(macro.id)) return
    used.add(macro.id)
    open.push(macro)
  }
  const follow = (names: ReadonlySet<string>, file: SourceFile) => {
    for (const name of names) for (const macro of macrosNamed(library, name, file)) take(macro)
  }
  follow(mentionedNames(template.statements), template.file)
  for (const id of dispatched) {
    const macro = library.macros.get(id)
    if (macro) take(macro)
  }
  for (let macro = open.pop(); macro; macro = open.pop()) follow(mentionedIn(macro.definition), macro.site.file)
  return [...used].sort()
}

/** The ids of the macros that a macro mentions itself, sorted. */
export function macrosUsedBy({ definition, site }: LibraryMacro, library: MacroLibrary): string[] {
  const named = [...mentionedIn(definition)].flatMap((name) => [...macrosNamed(library, name, site.file)])
  return [...new Set(named.map((macro) => macro.id))].sort()
}

/** What can be given to a macro, and what its author says of it. */
export interface MacroSignature {
  readonly parameters: readonly { readonly name: string; readonly required: boolean }[]
  /** It reads `kwargs`. */
  readonly takesOthers: boolean
  /** The comment at its beginning. */
  readonly description: string
}

/** A parameter is required unless it has a default, or the macro asks whether it is defined. */
export function signatureOf({ definition, source }: LibraryMacro): MacroSignature {
  const asked = new Set([...source.matchAll(/\b(\w+)\s+is\s+(?:not\s+)?(?:un)?defined\b/g)].map(([, name]) => name))
  const comment = /^\{%[^{]*?%\}\s*\{#-?\s*([\s\S]*?)\s*-?#\}/.exec(source)?.[1] ?? ''
  return {
    parameters: definition.parameters.map(({ name, initial }) => ({ name, required: !initial && !asked.has(name) })),
    takesOthers: mentionedNames(definition.body).has('kwargs'),
    description: comment.replace(/\s+/g, ' '),
  }
}

const setIn = new WeakMap<SourceFile, ReadonlySet<string>>()

/** Names of the variables that the macros of a file set, in whichever branch. */
function namesSetIn(library: MacroLibrary, file: SourceFile): ReadonlySet<string> {
  const known = setIn.get(file)
  if (known) return known
  const names = new Set<string>()
  for (const { site, definition } of library.macros.values()) {
    if (site.file !== file) continue
    walk(definition.body, {
      statement: (inner) => {
        if (inner.kind === 'set') for (const { name } of targetNames(inner.target)) names.add(name)
      },
    })
  }
  setIn.set(file, names)
  return names
}

/** Whether a file of a package sets a variable of this name somewhere in its macros. */
export function isSetInPackage(library: MacroLibrary, name: string, file: SourceFile): boolean {
  return library.ownership.packages.has(file.path) && namesSetIn(library, file).has(name)
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

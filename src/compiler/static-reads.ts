import { outline, type Piece } from '../sql/index.ts'
import { modelId, type Names } from './names.ts'
import {
  allLiteralCalls,
  type LibraryMacro,
  type LiteralCall,
  literalOutputs,
  literalParts,
  type MacroLibrary,
  macrosUsed,
  mentionedNames,
  type ParsedTemplate,
} from './template/index.ts'

/** What a template reads, as far as its text tells without running it. */
export interface StaticReads {
  /** Nodes that it may read; undefined when names are made while it runs. */
  readonly possible: ReadonlySet<string> | undefined
  /** Whether it reads all of them, always. */
  readonly complete: boolean
}

const reading: ReadonlySet<string> = new Set(['ref', 'source'])
/** Functions that print one expression or nothing, so that what follows is no comment because of them. */
const harmless: ReadonlySet<string> = new Set([...reading, 'config', 'partition_filter', 'in_window'])

function nodeOf({ name, positional }: LiteralCall, names: Names): string | undefined {
  const [first = '', second] = positional
  if (name === 'source') return names.source(`${first}.${second}`)?.id
  const model = names.model(first)
  return model && modelId(model)
}

/** The nodes that a template without branches reads in its SQL, comments left out; undefined when it has anything else. */
function certainReads(template: ParsedTemplate, names: Names): ReadonlySet<string> | undefined {
  const parts = literalParts(template)
  if (!parts) return undefined
  const nodes: string[] = []
  const pieces: Piece[] = []
  for (const part of parts) {
    if ('text' in part) pieces.push({ text: part.text })
    else if ('printed' in part) {
      if (part.printed !== 'window') return undefined
      pieces.push({ text: 'x' })
    } else {
      if (!harmless.has(part.call.name)) return undefined
      const node = reading.has(part.call.name) ? nodeOf(part.call, names) : undefined
      if (node !== undefined) pieces.push({ hole: { kind: 'relation', node } })
      else if (part.call.name !== 'config') pieces.push({ text: 'x' })
    }
  }
  const lines = outline({ pieces })
  pieces.forEach((piece, index) => {
    if (!('hole' in piece) || piece.hole.kind !== 'relation') return
    const at = lines.starts[index] ?? 0
    const kind = lines.tokens.find(({ end }) => end > at)?.kind
    if (kind !== 'line-comment' && kind !== 'block-comment') nodes.push(piece.hole.node)
  })
  return new Set(nodes)
}

const mentionedBy = new WeakMap<LibraryMacro, ReadonlySet<string>>()

/** The words of a macro's source: more than the names that it reads, never fewer. */
function wordsOf(macro: LibraryMacro): ReadonlySet<string> {
  const known = mentionedBy.get(macro)
  if (known) return known
  const words = new Set(macro.source.match(/\w+/g))
  mentionedBy.set(macro, words)
  return words
}

function usedMacros(template: ParsedTemplate, library: MacroLibrary): readonly LibraryMacro[] {
  const macros = macrosUsed(template, library).flatMap((name) => library.macros.get(name) ?? [])
  // Which macros `adapter.dispatch` calls, nobody knows before it runs.
  const dispatches =
    mentionedNames(template.statements).has('adapter') || macros.some((one) => wordsOf(one).has('adapter'))
  return dispatches ? [...library.macros.values()] : macros
}

/** Reads a template's dependencies from its tree. */
export function staticReads(template: ParsedTemplate, library: MacroLibrary, names: Names): StaticReads {
  const certain = certainReads(template, names)
  if (certain) return { possible: certain, complete: true }
  const calls = allLiteralCalls(template, usedMacros(template, library), reading)
  return { possible: calls && new Set(calls.flatMap((call) => nodeOf(call, names) ?? [])), complete: false }
}

const settings: ReadonlyMap<string, string> = new Map([
  ['target', 'target'],
  ['adapter', 'target'],
  ['var', 'vars'],
  ['env_var', 'environment'],
])

/** Whether every read stands in the template itself, by a literal name, in no branch, loop or block. */
function readsAreFixed(template: ParsedTemplate, macros: readonly LibraryMacro[]): boolean {
  const all = allLiteralCalls(template, macros, reading)
  const direct = literalOutputs(template).filter(({ name }) => reading.has(name))
  return all?.length === direct.length
}

/** The settings that may decide what a template reads: those that it or its macros use, unless its text alone tells. */
export function readsDependOn(template: ParsedTemplate, library: MacroLibrary): string[] {
  const mentioned = mentionedNames(template.statements)
  const macros = usedMacros(template, library)
  const isUsed = (name: string) => mentioned.has(name) || macros.some((macro) => wordsOf(macro).has(name))
  const found = [...settings].flatMap(([name, setting]) => (isUsed(name) ? [setting] : []))
  return found.length === 0 || readsAreFixed(template, macros) ? [] : [...new Set(found)]
}

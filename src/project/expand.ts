import { type Diagnostic, diagnose, type Location, locate, nearest, type SourceFile } from '../diagnostics/index.ts'
import { holdsTemplates } from './config/index.ts'
import type { DocsLookUp } from './docs-blocks.ts'
import { isSecretName } from './env.ts'
import type { Json } from './project.ts'
import type { Span, YamlNode, YamlScalar } from './yaml/index.ts'

/** What `env_var` and `var` may see at a place. */
export interface Scope {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether the variable of the environment may be read here at all. */
  readonly allows: (name: string) => boolean
  readonly vars: Readonly<Record<string, Json>>
  /** Whether `ref` and `source` may stand for a value: in arguments of assertions, which know them without braces, too. */
  readonly relations?: boolean
  /** Texts that `doc` finds, in descriptions only. */
  readonly docs?: DocsLookUp
}

const docCall = /^doc\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*(?:,\s*(?:'([^']*)'|"([^"]*)")\s*)?\)$/
const call = /^(env_var|var)\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*(?:,([\s\S]*))?\)$/
const relation = /^(?:ref|source)\s*\([^{}]*\)$/
const assertionKeys: ReadonlySet<string> = new Set(['data_tests', 'tests', 'assertions'])
const literal = /^(?:'([^']*)'|"([^"]*)"|(-?\d+(?:\.\d+)?)|(true|false|none|null))$/i

interface Call {
  readonly kind: 'env_var' | 'var'
  readonly name: string
  /** Absent: none is given. Undefined: not a literal. */
  readonly fallback?: Json | undefined
}

function parseLiteral(text: string): Json | undefined {
  const match = literal.exec(text)
  if (!match) return undefined
  const [, single, double, number, word] = match
  if (number !== undefined) return Number(number)
  if (word !== undefined) return /^true$/i.test(word) ? true : /^false$/i.test(word) ? false : null
  return single ?? double ?? ''
}

function parseCall(text: string): Call | undefined {
  const match = call.exec(text)
  if (!match) return undefined
  const kind = match[1] === 'var' ? 'var' : 'env_var'
  const name = match[2] ?? match[3] ?? ''
  return match[4] === undefined ? { kind, name } : { kind, name, fallback: parseLiteral(match[4].trim()) }
}

function lookUp(parsed: Call, scope: Scope): Json | undefined {
  const values: Readonly<Record<string, Json | undefined>> = parsed.kind === 'var' ? scope.vars : scope.env
  return Object.hasOwn(values, parsed.name) ? values[parsed.name] : undefined
}

function missing(parsed: Call, scope: Scope, place: Location): Diagnostic {
  const { name } = parsed
  if (parsed.kind === 'var') {
    return diagnose('undefined-var', { name, nearest: nearest(name, Object.keys(scope.vars)) }, place)
  }
  const readable = Object.keys(scope.env).filter((other) => scope.env[other] !== undefined && scope.allows(other))
  return diagnose('undefined-env-var', { name, nearest: nearest(name, readable), allowed: true }, place)
}

/** The text that a call of `doc` names; undefined after a report. */
function docText(
  names: readonly string[],
  docs: DocsLookUp,
  place: () => Location,
  found: Diagnostic[],
): string | undefined {
  const [name = '', owner] = names.length > 1 ? [names[1], names[0]] : names
  const text = docs.text(name, owner)
  const shown = owner === undefined ? name : `${owner}.${name}`
  if (text === undefined) {
    found.push(diagnose('docs-not-found', { name: shown, nearest: docs.nearest(name, owner) }, place()))
  }
  return text
}

/** A template in a scalar: as it stands there, and what is in it. */
interface Printed {
  readonly whole: string
  readonly inner: string
  readonly start: number
}

/** Found without a pattern: one that may try every length of many blanks takes minutes for a line of them. */
function templatesIn(text: string): Printed[] {
  const found: Printed[] = []
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const close = text.indexOf('}}', start + 2)
    if (close < 0) break
    const end = close + 2
    const inner = text
      .slice(start + 2, close)
      .replace(/^-/, '')
      .replace(/-$/, '')
      .trim()
    found.push({ whole: text.slice(start, end), inner, start })
    start = text.indexOf('{{', end)
  }
  return found
}

/** The value of one call; undefined after a report. */
function evaluate(text: string, scope: Scope, place: () => Location, found: Diagnostic[]): Json | undefined {
  const doc = scope.docs && docCall.exec(text)
  if (doc && scope.docs) {
    const names = [doc[1] ?? doc[2], doc[3] ?? doc[4]].filter((name) => name !== undefined)
    return docText(names, scope.docs, place, found)
  }
  const parsed = parseCall(text)
  const refuse = (detail: string) => diagnose('yaml-template', { template: `{{ ${text} }}`, detail }, place())
  if (docCall.test(text)) found.push(refuse('doc is for descriptions'))
  else if (!parsed) found.push(refuse(`only env_var${scope.docs ? ', var and doc' : ' and var'} can be called here`))
  else if ('fallback' in parsed && parsed.fallback === undefined) found.push(refuse('a default must be a literal'))
  else if (parsed.kind === 'env_var' && !scope.allows(parsed.name)) {
    found.push(diagnose('env-var-not-allowed', { name: parsed.name, secret: isSecretName(parsed.name) }, place()))
  } else {
    const value = lookUp(parsed, scope) ?? parsed.fallback
    if (value === undefined) found.push(missing(parsed, scope, place()))
    return value
  }
  return undefined
}

/** The place of a template in the file: its own characters where the scalar is written as it reads, else the scalar. */
function placeOf(file: SourceFile, scalar: Span, text: string): Location {
  const within = file.text.slice(scalar.start, scalar.end).indexOf(text)
  const at = scalar.start + within
  return within >= 0 ? locate(file, at, at + text.length) : locate(file, scalar.start, scalar.end)
}

function nodeOf(value: Json, span: Span): YamlNode {
  const place = { start: span.start, end: span.end }
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, ...place }
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item: Json) => nodeOf(item, span)), ...place }
  const entries = Object.entries(value).map(([key, item]) => ({ key, keySpan: place, value: nodeOf(item, span) }))
  return { kind: 'map', entries, ...place }
}

/** Most characters that the templates of one file may print: a short file could name a long text many times. */
const mostPrinted = 10_000_000

/** How many characters the templates of a file may still print. */
interface Budget {
  left: number
}

/** One file on its way. */
interface Expansion {
  readonly file: SourceFile
  readonly found: Diagnostic[]
  readonly budget: Budget
}

/** Whether a value may be printed yet; reported once, when it may not. */
function affords({ budget, found }: Expansion, value: Json, place: () => Location): boolean {
  budget.left -= typeof value === 'string' ? value.length : JSON.stringify(value).length
  if (budget.left >= 0) return true
  const limit = `${mostPrinted.toLocaleString('en')} characters`
  found.push(diagnose('template-limit', { what: 'the templates of this file print too much', limit }, place()))
  return false
}

function expandScalar(expansion: Expansion, node: YamlScalar, scope: Scope): YamlNode {
  const { file, found, budget } = expansion
  const text = String(node.value)
  const calls = templatesIn(text)
  const [only] = calls
  if (scope.relations && only?.whole === text.trim() && relation.test(only.inner)) return { ...node, value: only.inner }
  const values: Json[] = []
  for (const { whole, inner } of calls) {
    const place = (): Location => placeOf(file, node, whole)
    const value = budget.left < 0 ? undefined : evaluate(inner, scope, place, found)
    // One fault of a scalar is enough: each one looks for its place.
    if (value === undefined || !affords(expansion, value, place)) return node
    values.push(value)
  }
  // A scalar that is one call keeps the type of its value, so that `var` can give numbers, lists and mappings.
  if (calls.length === 1 && calls[0]?.whole === text.trim()) return nodeOf(values[0] ?? null, node)
  const pieces = calls.map(({ start }, i) => {
    const before = calls[i - 1]
    const value = values[i] ?? ''
    const printed = typeof value === 'object' ? JSON.stringify(value) : String(value)
    return text.slice(before ? before.start + before.whole.length : 0, start) + printed
  })
  const last = calls.at(-1)
  return { ...node, value: pieces.join('') + text.slice(last ? last.start + last.whole.length : 0) }
}

function withoutDocs({ docs: _, ...scope }: Scope): Scope {
  return scope
}

function expandNode(expansion: Expansion, node: YamlNode, scope: Scope, key: string): YamlNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => expandNode(expansion, item, scope, key)) }
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) => {
      if (holdsTemplates(entry.key)) return entry
      const within = assertionKeys.has(entry.key) ? { ...scope, relations: true } : scope
      return { ...entry, value: expandNode(expansion, entry.value, within, entry.key) }
    })
    return { ...node, entries }
  }
  if (typeof node.value !== 'string' || !node.value.includes('{{')) return node
  return expandScalar(expansion, node, key === 'description' ? scope : withoutDocs(scope))
}

/**
 * The node with `{{ env_var(…) }}`, `{{ var(…) }}` and, in descriptions, `{{ doc(…) }}` in its scalars replaced; what cannot be
 * is reported.
 */
export function expand(file: SourceFile, node: YamlNode, scope: Scope, found: Diagnostic[]): YamlNode {
  return expandNode({ file, found, budget: { left: mostPrinted } }, node, scope, '')
}

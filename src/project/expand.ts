import { type Diagnostic, diagnose, type Location, locate, nearest, type SourceFile } from '../diagnostics/index.ts'
import type { DocsLookUp } from './docs-blocks.ts'
import { isSecretName } from './env.ts'
import { holdsTemplates } from './hooks.ts'
import type { Json } from './project.ts'
import type { Span, YamlNode, YamlScalar } from './yaml-node.ts'

/** What `env_var` and `var` may see at a place. */
export interface Scope {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether the variable of the environment may be read here at all. */
  readonly allows: (name: string) => boolean
  readonly vars: Readonly<Record<string, Json>>
  /** Texts that `doc` finds, in descriptions only. */
  readonly docs?: DocsLookUp
}

const docCall = /^doc\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*(?:,\s*(?:'([^']*)'|"([^"]*)")\s*)?\)$/
const template = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g
const call = /^(env_var|var)\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*(?:,\s*([\s\S]*?)\s*)?\)$/
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
  return match[4] === undefined ? { kind, name } : { kind, name, fallback: parseLiteral(match[4]) }
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
function docText(names: readonly string[], docs: DocsLookUp, place: Location, found: Diagnostic[]): string | undefined {
  const [name = '', owner] = names.length > 1 ? [names[1], names[0]] : names
  const text = docs.text(name, owner)
  const shown = owner === undefined ? name : `${owner}.${name}`
  if (text === undefined) {
    found.push(diagnose('docs-not-found', { name: shown, nearest: docs.nearest(name, owner) }, place))
  }
  return text
}

/** The value of one call; undefined after a report. */
function evaluate(text: string, scope: Scope, place: Location, found: Diagnostic[]): Json | undefined {
  const doc = scope.docs && docCall.exec(text)
  if (doc && scope.docs) {
    const names = [doc[1] ?? doc[2], doc[3] ?? doc[4]].filter((name) => name !== undefined)
    return docText(names, scope.docs, place, found)
  }
  const parsed = parseCall(text)
  const refuse = (detail: string) => diagnose('yaml-template', { template: `{{ ${text} }}`, detail }, place)
  if (docCall.test(text)) found.push(refuse('doc is for descriptions'))
  else if (!parsed) found.push(refuse(`only env_var${scope.docs ? ', var and doc' : ' and var'} can be called here`))
  else if ('fallback' in parsed && parsed.fallback === undefined) found.push(refuse('a default must be a literal'))
  else if (parsed.kind === 'env_var' && !scope.allows(parsed.name)) {
    found.push(diagnose('env-var-not-allowed', { name: parsed.name, secret: isSecretName(parsed.name) }, place))
  } else {
    const value = lookUp(parsed, scope) ?? parsed.fallback
    if (value === undefined) found.push(missing(parsed, scope, place))
    return value
  }
  return undefined
}

/** The place of a template in the file: its own characters where the scalar is written as it reads, else the scalar. */
function placeOf(file: SourceFile, scalar: Span, text: string): Location {
  const at = file.text.indexOf(text, scalar.start)
  const exact = at >= 0 && at + text.length <= scalar.end
  return exact ? locate(file, at, at + text.length) : locate(file, scalar.start, scalar.end)
}

function nodeOf(value: Json, span: Span): YamlNode {
  const place = { start: span.start, end: span.end }
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, ...place }
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item: Json) => nodeOf(item, span)), ...place }
  const entries = Object.entries(value).map(([key, item]) => ({ key, keySpan: place, value: nodeOf(item, span) }))
  return { kind: 'map', entries, ...place }
}

function expandScalar(file: SourceFile, node: YamlScalar, scope: Scope, found: Diagnostic[]): YamlNode {
  const text = String(node.value)
  const calls = [...text.matchAll(template)]
  const values = calls.map(([whole, inner]) => evaluate(inner ?? '', scope, placeOf(file, node, whole), found))
  if (values.some((value) => value === undefined)) return node
  // A scalar that is one call keeps the type of its value, so that `var` can give numbers, lists and mappings.
  if (calls.length === 1 && calls[0]?.[0] === text.trim()) return nodeOf(values[0] ?? null, node)
  let next = 0
  const expanded = text.replace(template, () => {
    const value = values[next++] ?? ''
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  })
  return { ...node, value: expanded }
}

function withoutDocs({ docs: _, ...scope }: Scope): Scope {
  return scope
}

/**
 * The node with `{{ env_var(…) }}`, `{{ var(…) }}` and, in descriptions, `{{ doc(…) }}` in its scalars replaced; what cannot be
 * is reported.
 */
export function expand(file: SourceFile, node: YamlNode, scope: Scope, found: Diagnostic[], key = ''): YamlNode {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => expand(file, item, scope, found, key)) }
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) =>
      holdsTemplates(entry.key) ? entry : { ...entry, value: expand(file, entry.value, scope, found, entry.key) },
    )
    return { ...node, entries }
  }
  if (typeof node.value !== 'string' || !node.value.includes('{{')) return node
  return expandScalar(file, node, key === 'description' ? scope : withoutDocs(scope), found)
}

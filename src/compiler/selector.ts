import { type Diagnostic, diagnose, nearest } from '../diagnostics/index.ts'

/** What `what` names: a plain name, or one of the methods before the colon. */
type Method = 'name' | 'tag' | 'layer' | 'owner' | 'path' | 'source' | 'config'

/** One selector: `[@][n+]what[+n]`. Steps are absent when nothing is added, infinite for a bare `+`. */
export interface Term {
  readonly text: string
  readonly method: Method
  /** Of `config.key:`: the key. */
  readonly key?: string
  readonly value: string
  readonly upstream?: number
  readonly downstream?: number
  /** `@`: downstreams, and all upstreams of those. */
  readonly complete: boolean
}

/** Selectors that a comma joins: what all of them match. */
export type Conjunction = readonly Term[]

const methods: readonly string[] = ['tag', 'layer', 'owner', 'path', 'source', 'config']
const later = new Set([
  'state',
  'result',
  'exposure',
  'group',
  'test_name',
  'test_type',
  'selector',
  'unit_test',
  'file',
  'fqn',
])
const shape = /^(@)?(?:(\d*)(\+))?(.*?)(?:(\+)(\d*))?$/

function steps(plus: string | undefined, count: string | undefined): number | undefined {
  if (!plus) return undefined
  return count ? Number(count) : Number.POSITIVE_INFINITY
}

function invalid(selector: string, problem: string, near?: string): Diagnostic {
  return diagnose('selector-invalid', { selector, problem, nearest: near })
}

function whatOf(text: string, what: string): Pick<Term, 'method' | 'key' | 'value'> | Diagnostic {
  const match = /^([a-z_]+)(?:\.([^:]+))?:(.*)$/.exec(what)
  if (!match) return { method: what.includes('/') || what.endsWith('.sql') ? 'path' : 'name', value: what }
  const [, method = '', key, value = ''] = match
  if (later.has(method)) return invalid(text, `uses the method \`${method}:\`, which is not supported yet`)
  if (!methods.includes(method))
    return invalid(text, `uses the unknown method \`${method}:\``, nearest(method, methods))
  if ((method === 'config') !== (key !== undefined)) {
    return invalid(
      text,
      method === 'config' ? 'lacks a key: write `config.<key>:<value>`' : `gives \`${method}\` a key`,
    )
  }
  if (value === '') return invalid(text, `names nothing after \`${method}:\``)
  return { method: method as Method, value, ...(key === undefined ? {} : { key }) }
}

function parseTerm(text: string): Term | Diagnostic {
  const [, at, countBefore, plusBefore, what = '', plusAfter, countAfter] = shape.exec(text) ?? []
  if (what === '') return invalid(text, 'names nothing')
  if (at && (plusBefore || plusAfter)) return invalid(text, 'mixes `@` and `+`: `@` adds both directions already')
  const parsed = whatOf(text, what)
  if ('code' in parsed) return parsed
  const upstream = steps(plusBefore, countBefore)
  const downstream = steps(plusAfter, countAfter)
  return {
    text,
    ...parsed,
    ...(upstream === undefined ? {} : { upstream }),
    ...(downstream === undefined ? {} : { downstream }),
    complete: at !== undefined,
  }
}

/** Reads selectors as typed: words of one text, and several texts, are a union; commas join words to an intersection. */
export function parseSelectors(texts: readonly string[]): { conjunctions: Conjunction[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const words = texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '')
  const conjunctions = words.map((word) =>
    word.split(',').flatMap((text) => {
      const term = text === '' ? invalid(word, 'names nothing on one side of a comma') : parseTerm(text)
      if (!('code' in term)) return [term]
      diagnostics.push(term)
      return []
    }),
  )
  return { conjunctions, diagnostics }
}

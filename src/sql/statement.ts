import type { Place } from './origin.ts'
import { cut, type Outline, outline, placeAt } from './outline.ts'
import type { SqlText } from './text.ts'
import { isBlank, type Token } from './tokens.ts'

/** Why a text is not one statement that can stand in parentheses. */
type StatementFault =
  | 'empty'
  | 'second-statement'
  | 'closes-too-much'
  | 'never-closed'
  | 'quote-never-closed'
  | 'comment-never-closed'

/** A fault and where it was written; `place` is absent when no file wrote it. */
interface StatementProblem {
  readonly fault: StatementFault
  readonly place: Place | undefined
  /** The characters at fault. */
  readonly text: string
}

type StatementCheck =
  /** `lines`: the statement's outline, where it is the text that was given. */
  | { readonly ok: true; readonly statement: SqlText; readonly lines?: Outline }
  | { readonly ok: false; readonly problem: StatementProblem }

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const closing = new Set(Object.values(closers))

function unclosed(token: Token): StatementFault | undefined {
  if (token.closed) return undefined
  return token.kind === 'block-comment' ? 'comment-never-closed' : 'quote-never-closed'
}

/** The first token at fault among brackets, quotes and semicolons. `end` is where the statement's own text ends. */
function faultIn(lines: Outline, end: number): { fault: StatementFault; token: Token } | undefined {
  const open: Token[] = []
  for (const token of lines.tokens) {
    const fault = unclosed(token)
    if (fault) return { fault, token }
    if (token.kind !== 'punctuation') continue
    const sign = lines.text[token.start] ?? ''
    if (sign === ';' && token.start < end) return { fault: 'second-statement', token }
    if (closers[sign]) open.push(token)
    else if (closing.has(sign)) {
      const opened = open.pop()
      if (!opened || closers[lines.text[opened.start] ?? ''] !== sign) return { fault: 'closes-too-much', token }
    }
  }
  const left = open.at(-1)
  return left && { fault: 'never-closed', token: left }
}

/** A line comment at the end would swallow what a dialect writes behind the statement. */
function endsInLineComment(lines: Outline): boolean {
  return lines.tokens.at(-1)?.kind === 'line-comment'
}

/**
 * Checks that compiled SQL is exactly one statement with balanced brackets, quotes and comments, so that it can stand in
 * `create table … as (…)` without reaching out of it. One trailing semicolon is dropped.
 */
export function oneStatement(sql: SqlText): StatementCheck {
  const lines = outline(sql)
  const significant = lines.tokens.filter((token) => !isBlank(token))
  const last = significant.at(-1)
  const semicolon = last && lines.text.slice(last.start, last.end) === ';' ? last : undefined
  const problem = (fault: StatementFault, start: number, end: number): StatementCheck => ({
    ok: false,
    problem: { fault, place: placeAt(lines, start, end), text: lines.text.slice(start, end) },
  })
  const found = faultIn(lines, semicolon?.start ?? lines.text.length)
  if (found) {
    const { fault, token } = found
    const next = significant.find((t) => t.start >= token.end)
    if (fault === 'second-statement' && next) return problem(fault, next.start, next.end)
    return problem(fault, token.start, unclosed(token) ? token.start + 1 : token.end)
  }
  if (significant.length === 0 || (semicolon && significant.length === 1)) return problem('empty', 0, lines.text.length)
  if (!semicolon && !endsInLineComment(lines)) return { ok: true, statement: sql, lines }
  const kept = semicolon
    ? [...cut(lines, 0, semicolon.start), ...cut(lines, semicolon.end, lines.text.length)]
    : lines.pieces
  return { ok: true, statement: { pieces: endsInLineComment(lines) ? [...kept, { text: '\n' }] : kept } }
}

type Separated =
  | { readonly ok: true; readonly statements: readonly SqlText[] }
  | { readonly ok: false; readonly problem: StatementProblem }

/** Offsets of the stretches between semicolons that hold more than white space and comments, from their first word on. */
function stretches(lines: Outline): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = []
  let start: number | undefined
  let end = 0
  for (const token of [...lines.tokens, undefined]) {
    if (token && isBlank(token)) continue
    const isEnd = !token || (token.kind === 'punctuation' && lines.text[token.start] === ';')
    if (!isEnd) {
      start ??= token.start
      end = token.end
    } else if (start !== undefined) {
      found.push({ start, end })
      start = undefined
    }
  }
  return found
}

/** Compiled SQL cut at its semicolons, each part checked as `oneStatement` does; none when it holds nothing to run. */
export function separateStatements(sql: SqlText): Separated {
  const lines = outline(sql)
  const statements: SqlText[] = []
  for (const { start, end } of stretches(lines)) {
    const check = oneStatement({ pieces: cut(lines, start, end) })
    if (!check.ok) return check
    statements.push(check.statement)
  }
  return { ok: true, statements }
}

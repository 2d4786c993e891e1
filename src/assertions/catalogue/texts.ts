import type { Arguments, Compilation, Definition } from '../definition.ts'
import { boundLabel, boundProblem, countArguments, withinBounds } from './measured.ts'
import { judgeRows, perPartition, whereClause } from './predicate.ts'

/** The column as text, whatever its type. */
export function textOf({ dialect, column }: Compilation): string {
  return `cast(${column()} as ${dialect.type('text')})`
}

/** A text as a literal. */
export function textLiteral({ dialect }: Pick<Compilation, 'dialect'>, value: string): string {
  return dialect.literal({ type: 'text', value })
}

const listOf = (given: Arguments, name: string): readonly string[] => (given[name] ?? []) as readonly string[]

/** The condition that one of several holds, or all of them. */
function joined(conditions: readonly string[], match: 'any' | 'all'): string {
  return `(${conditions.join(match === 'all' ? ' and ' : ' or ')})`
}

const ofTexts = {
  nulls: 'pass (add not_null)',
  empty: 'passes',
  column: 'required',
  ofRows: true,
} as const

const matchLabel = (given: Arguments, name: string, usual: string): string =>
  `${listOf(given, name).join(', ')}${given.match === undefined || given.match === usual ? '' : ` ${given.match}`}${typeof given.flags === 'string' ? ` ?${given.flags}` : ''}`

/** A check of texts by patterns, or by the opposite. */
interface Patterns {
  /** Its argument with the patterns. */
  readonly argument: string
  readonly match: (compilation: Compilation, text: string, pattern: string) => string
}

function byPatterns({ argument, match }: Patterns, isGood: boolean): Definition['compile'] {
  return (compilation) => {
    const { arguments: given } = compilation.assertion
    const found = listOf(given, argument).map((pattern) => match(compilation, textOf(compilation), pattern))
    const condition = joined(found, given.match === 'all' ? 'all' : 'any')
    return judgeRows(compilation, isGood ? `not ${condition}` : condition)
  }
}

const regularExpressions: Patterns = {
  argument: 'regex',
  match: (compilation, text, pattern) => {
    const { flags } = compilation.assertion.arguments
    const whole = typeof flags === 'string' ? `(?${flags})${pattern}` : pattern
    return compilation.dialect.functions.checks.matches(text, textLiteral(compilation, whole), false)
  },
}

const likePatterns: Patterns = {
  argument: 'pattern',
  match: (compilation, text, pattern) => {
    const ignoreCase = compilation.assertion.arguments.ignore_case === true
    return compilation.dialect.functions.checks.like(text, textLiteral(compilation, pattern), ignoreCase)
  },
}

const regexArguments = {
  regex: {
    kind: 'texts',
    required: true,
    help: 'regular expressions in the words of the engine, found anywhere in the text: `^…$` demands all of it',
  },
  flags: { kind: 'text', help: 'letters that stand before each expression as `(?…)`: `i` for any case' },
} as const

const likeArguments = {
  pattern: { kind: 'texts', required: true, help: 'patterns of LIKE; a backslash before what is meant by itself' },
  ignore_case: { kind: 'flag', help: 'default `false`' },
} as const

const matching = (help: string) => ({ match: { kind: 'choice', choices: ['any', 'all'], help } }) as const

/** Flags of regular expressions are letters. */
const flagProblem: NonNullable<Definition['problem']> = ({ flags }) =>
  typeof flags === 'string' && !/^[a-z]+$/i.test(flags) ? 'has `flags` that are no letters' : undefined

const engines =
  'regular expressions are those of the engine: not every one knows lookaround, and whether `\\d` and `\\w` mean other scripts, too, differs'

/** A whitespace at either end, those of other scripts included. */
const outerSpace = '^[\\s\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'.replace(
  /\\u([\da-f]{4})/g,
  (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)),
)

const matchesRegex: Definition = {
  ...ofTexts,
  summary:
    'A row fails when the column, as text, matches none of the regular expressions (with `match: all`: not all).',
  example: "- matches_regex: { regex: '^[A-Z]{3}$' }",
  arguments: { ...regexArguments, ...matching('`any` (default) of the expressions is enough, or `all` are needed') },
  problem: flagProblem,
  weaker: engines,
  label: (given) => matchLabel(given, 'regex', 'any'),
  compile: byPatterns(regularExpressions, true),
}

const notMatchesRegex: Definition = {
  ...ofTexts,
  summary: 'A row fails when the column, as text, matches one of the regular expressions (with `match: all`: all).',
  example: "- not_matches_regex: { regex: '[\\x00-\\x1f]' }",
  arguments: { ...regexArguments, ...matching('`any` (default) of the expressions is bad, or only `all` together') },
  problem: flagProblem,
  weaker: engines,
  label: (given) => matchLabel(given, 'regex', 'any'),
  compile: byPatterns(regularExpressions, false),
}

const like: Definition = {
  ...ofTexts,
  summary: 'A row fails when the column, as text, is like none of the patterns (with `match: all`: not like all).',
  example: "- like: { pattern: ['KE%', 'OZ%'] }",
  arguments: { ...likeArguments, ...matching('`any` (default) of the patterns is enough, or `all` are needed') },
  label: (given) => matchLabel(given, 'pattern', 'any'),
  compile: byPatterns(likePatterns, true),
}

const notLike: Definition = {
  ...ofTexts,
  summary: 'A row fails when the column, as text, is like one of the patterns (with `match: all`: like all).',
  example: "- not_like: { pattern: '%test%', ignore_case: true }",
  arguments: { ...likeArguments, ...matching('`any` (default) of the patterns is bad, or only `all` together') },
  label: (given) => matchLabel(given, 'pattern', 'any'),
  compile: byPatterns(likePatterns, false),
}

const length: Definition = {
  ...ofTexts,
  summary:
    'A row fails when the column, as text, has fewer characters than `min`, more than `max`, or not `equals`. Characters are those of Unicode, not bytes.',
  example: '- length: { equals: 3 }',
  arguments: countArguments,
  problem: (given) => boundProblem(given, false),
  label: boundLabel,
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const characters = dialect.functions.checks.length(textOf(compilation))
    return judgeRows(compilation, `not (${withinBounds(assertion.arguments, characters, dialect)})`)
  },
}

const trimmed: Definition = {
  ...ofTexts,
  summary:
    'A row fails when the column, as text, begins or ends with white space: spaces, tabs, line breaks, and those of other scripts.',
  example: '- trimmed',
  arguments: {},
  label: () => '',
  compile: (compilation) => {
    const text = textOf(compilation)
    const found = (pattern: string): string =>
      compilation.dialect.functions.checks.matches(text, textLiteral(compilation, pattern), false)
    return judgeRows(compilation, `(${found(outerSpace)} or ${found(`${outerSpace.slice(1)}$`)})`)
  },
}

const consistentCasing: Definition = {
  summary: 'A spelling fails that differs from another one of the column only by upper and lower case.',
  nulls: 'play no part',
  empty: 'passes',
  example: '- consistent_casing',
  column: 'required',
  arguments: {},
  label: () => '',
  compile: (compilation) => {
    const { assertion, dialect, from, where } = compilation
    const text = textOf(compilation)
    const judged = where === undefined ? text : `case when ${where} then ${text} end`
    const { groupBy } = perPartition(compilation, '')
    const folded = groupBy === '' ? ` group by lower(${text})` : `${groupBy}, lower(${text})`
    const shown = `min(${text}) as ${compilation.column()}, max(${text}) as ${dialect.quote('also')}, count(distinct ${text}) as ${dialect.quote('spellings')}`
    return {
      measure: {
        kind: 'aggregate',
        expression: `count(distinct ${judged}) - count(distinct lower(${judged}))`,
        whenEmpty: 0,
      },
      failingRows: dialect.firstRows(
        `select ${shown} from ${from} as judged${whereClause(where)}${folded} having count(distinct ${text}) > 1`,
        assertion.limit,
      ),
    }
  },
}

/** Checks of what texts look like. */
export const textChecks: Readonly<Record<string, Definition>> = {
  consistent_casing: consistentCasing,
  length,
  like,
  matches_regex: matchesRegex,
  not_like: notLike,
  not_matches_regex: notMatchesRegex,
  trimmed,
}

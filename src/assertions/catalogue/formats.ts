import type { Compilation, Definition } from '../definition.ts'
import { all, judgeRows } from './predicate.ts'
import { textLiteral, textOf } from './texts.ts'

/* Patterns that every engine's regular expressions read alike: no lookaround, no classes whose letters an engine chooses. */

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const ipv4 = `(${octet}[.]){3}${octet}`
const four = '[0-9a-fA-F]{1,4}'

/** Eight groups, a run of which may be left out once. An address of version 4 may stand for the last two. */
function ipv6(): string {
  const shortened = [1, 2, 3, 4, 5, 6].map((before) => `(${four}:){${before}}(:${four}){1,${7 - before}}`)
  const atEnd = `(${four}:){1,7}:`
  const atStart = `:((:${four}){1,7}|:)`
  const mixed = `(${four}:){6}${ipv4}|::(${four}:){0,5}${ipv4}|(${four}:){1,5}:${ipv4}`
  return [`(${four}:){7}${four}`, ...shortened, atEnd, atStart, mixed].join('|')
}

const day = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
const clock = '([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)([.,][0-9]+)?)?'
const zone = '(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?'
/** Letters of any script: names of hosts are not ASCII alone. */
const letter = '0-9A-Za-z\u{a1}-\u{10ffff}'
const label = `[${letter}]([${letter}-]{0,61}[${letter}])?`
const host = `(${label}[.])*${label}`

const patterns = {
  email: `^[${letter}.!#$%&'*+/=?^_\`{|}~-]+@(${label}[.])+${label}$`,
  url: `^(https?|ftp)://([^/?#@ ]+@)?(${host}|\\[(${ipv6()})\\])(:[0-9]{1,5})?([/?#][^ ]*)?$`,
  uuid: '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$',
  ip: `^(${ipv4}|${ipv6()})$`,
  ipv4: `^${ipv4}$`,
  ipv6: `^(${ipv6()})$`,
  phone: '^[+]?[(]?[0-9]([ ().-]{0,2}[0-9]){5,14}$',
  date: `^${day}$`,
  time: `^${clock}$`,
  iso8601: `^${day}([T ]${clock}${zone})?$`,
  integer: '^[+-]?[0-9]+$',
  numeric: '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?$',
} as const

type Pattern = keyof typeof patterns
const kinds: readonly string[] = [...Object.keys(patterns), 'json']

/** The condition that a text has a format. */
function hasFormat(compilation: Compilation, kind: string): string {
  const { checks, safeCast } = compilation.dialect.functions
  const text = textOf(compilation)
  if (kind === 'json') return checks.isJson(text)
  const matches = checks.matches(text, textLiteral(compilation, patterns[kind as Pattern]), false)
  if (kind !== 'date' && kind !== 'iso8601') return matches
  // A day that its month has: what no pattern can say.
  const date = `case when ${matches} then substring(${text}, 1, 10) end`
  return all(matches, `${safeCast(`(${date})`, compilation.dialect.type('date') ?? 'date')} is not null`)
}

/** Rows with a value fail that do not meet the condition. */
function judgeForm(compilation: Compilation, condition: string): ReturnType<Definition['compile']> {
  return judgeRows(compilation, `${compilation.column()} is not null and not (${condition})`)
}

const ofFormats = { nulls: 'pass (add not_null)', empty: 'passes', column: 'required', ofRows: true } as const

const format: Definition = {
  ...ofFormats,
  summary:
    'A row fails when the column, as text, does not have the form of a `kind`: an e-mail address, a URL, a UUID, an IP address, a telephone number, a date (`2024-02-29`), a time, a moment of ISO 8601, JSON, or a number.',
  example: '- format: { kind: email }',
  arguments: { kind: { kind: 'choice', choices: kinds, required: true, help: 'the format' } },
  weaker:
    'addresses and telephone numbers are judged by their form, not by whether they exist; comments and quoted names in e-mail addresses fail',
  label: (given) => String(given.kind),
  compile: (compilation) =>
    judgeForm(compilation, hasFormat(compilation, String(compilation.assertion.arguments.kind))),
}

const jsonValid: Definition = {
  ...ofFormats,
  summary: 'A row fails when the column, as text, is no JSON: an object, a list, or a single value.',
  example: '- json_valid',
  arguments: {},
  label: () => '',
  compile: (compilation) => judgeForm(compilation, hasFormat(compilation, 'json')),
}

/** A type as its name alone: it goes into SQL as it is written. */
const typeName = /^[a-z][a-z0-9_ ]*(\(\s*\d+\s*(,\s*\d+\s*)?\))?([a-z ]*)(\[\d*\])*$/i

const castable: Definition = {
  ...ofFormats,
  summary: 'A row fails when its value cannot be cast to `type`.',
  example: '- castable: { type: date }',
  arguments: { type: { kind: 'text', required: true, help: 'a type of the engine' } },
  problem: ({ type }) => (typeName.test(String(type)) ? undefined : `has a \`type\` that is none: ${type}`),
  weaker:
    'where an engine cannot try a cast, texts are judged by their form: as numbers, booleans, dates, times, timestamps, UUIDs and JSON; a value that is none of another type then ends the check with the engine’s error',
  label: (given) => String(given.type),
  compile: (compilation) => {
    const type = String(compilation.assertion.arguments.type)
    const { dialect } = compilation
    const isCastable = dialect.functions.checks.isCastable(compilation.column(), dialect.type(type) ?? type)
    return judgeForm(compilation, isCastable)
  },
}

const directives = 'YymdHIMSfpbBjz'

const dateParseable: Definition = {
  ...ofFormats,
  summary: 'A row fails when the column, as text, is no date or moment written in `format`.',
  example: "- date_parseable: { format: '%d.%m.%Y' }",
  arguments: {
    format: {
      kind: 'text',
      help: `as of \`strftime\`, of ${[...directives].map((one) => `\`%${one}\``).join(' ')} and \`%%\`; default \`%Y-%m-%d\``,
    },
  },
  problem: ({ format: given }) => {
    const unknown = [...String(given ?? '').matchAll(/%(.?)/gs)].find(([, one = '']) => !`${directives}%`.includes(one))
    return unknown ? `has \`${unknown[0]}\` in its \`format\`, which is not known` : undefined
  },
  label: (given) => String(given.format ?? '%Y-%m-%d'),
  compile: (compilation) => {
    const { format: given = '%Y-%m-%d' } = compilation.assertion.arguments
    const isParseable = compilation.dialect.functions.checks.isMoment(textOf(compilation), String(given))
    return judgeForm(compilation, isParseable)
  },
}

/** Checks of what texts stand for. */
export const formatChecks: Readonly<Record<string, Definition>> = {
  castable,
  date_parseable: dateParseable,
  format,
  json_valid: jsonValid,
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokens } from './tokens.ts'

/** `kind:text` of each token that is no white space. */
function shown(sql: string): string[] {
  return tokens(sql)
    .filter((token) => token.kind !== 'space')
    .map((token) => `${token.kind}:${sql.slice(token.start, token.end)}${token.closed ? '' : ' (open)'}`)
}

/** Texts that are likely to hold what the tokenizer has to tell apart. */
const scrap = fc.constantFrom(
  "'",
  "''",
  '"',
  '--',
  '/*',
  '*/',
  '$$',
  '$a$',
  'E',
  "e'",
  '\\',
  '\n',
  ' ',
  'é',
  '😀',
  '1',
  '.',
  ';',
  '`',
  'x',
)
const anySql = fc.oneof(
  fc.array(scrap).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }),
)

describe('tokens', () => {
  test('words, numbers and punctuation', () => {
    expect(shown('select a.b1, 1.5e3 >= .5')).toEqual([
      'word:select',
      'word:a',
      'punctuation:.',
      'word:b1',
      'punctuation:,',
      'number:1.5e3',
      'punctuation:>',
      'punctuation:=',
      'number:.5',
    ])
  })

  test('a doubled quote stays inside, an E-string takes a backslash, an ordinary one does not', () => {
    expect(shown(`'it''s' "a""b"`)).toEqual([`string:'it''s'`, `quoted-identifier:"a""b"`])
    expect(shown(`E'it\\'s' x`)).toEqual([`string:E'it\\'s'`, 'word:x'])
    expect(shown(`'\\' x`)).toEqual([`string:'\\'`, 'word:x'])
  })

  test('a word that ends in e is not the beginning of an E-string', () => {
    expect(shown(`date'2013-01-01'`)).toEqual(['word:date', `string:'2013-01-01'`])
  })

  test('dollar quotes end at their own tag, and a dollar within a word is a letter', () => {
    expect(shown('$a$ $$ ; $a$ $1 b$c$d')).toEqual(['string:$a$ $$ ; $a$', 'punctuation:$', 'number:1', 'word:b$c$d'])
  })

  test('block comments nest, line comments end at the line', () => {
    expect(shown('/* a /* b */ c */ d -- e\nf')).toEqual([
      'block-comment:/* a /* b */ c */',
      'word:d',
      'line-comment:-- e',
      'word:f',
    ])
  })

  test('what is never closed runs to the end and says so', () => {
    expect(shown(`a 'b`)).toEqual(['word:a', `string:'b (open)`])
    expect(shown('/* /* */ x')).toEqual(['block-comment:/* /* */ x (open)'])
    expect(shown('$q$ x')).toEqual(['string:$q$ x (open)'])
  })

  test('names of other scripts are words', () => {
    expect(shown('select größe, 이름')).toEqual(['word:select', 'word:größe', 'punctuation:,', 'word:이름'])
  })

  test('the tokens of any text cover it without gaps', () => {
    fc.assert(
      fc.property(anySql, (sql) => {
        let at = 0
        for (const token of tokens(sql)) {
          expect(token.start).toBe(at)
          expect(token.end).toBeGreaterThan(at)
          at = token.end
        }
        expect(at).toBe(sql.length)
      }),
    )
  })

  test('a quoted text of any content is one token', () => {
    fc.assert(
      fc.property(anySql, (content) => {
        const quoted = `'${content.replaceAll("'", "''")}'`
        expect(tokens(`${quoted} x`)[0]).toEqual({ kind: 'string', start: 0, end: quoted.length, closed: true })
      }),
    )
  })

  test('one long text takes time in proportion to its length', () => {
    const sql = "select a, b, c from t where x = 'y' /* c */ -- d\n".repeat(20_000)
    const started = performance.now()
    tokens(sql)
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { onEveryEngine, type Tables } from './testing.ts'

/* What checks need the engine's own words for: the same answers everywhere, those of JavaScript where it has them. */

const texts = [
  ...[
    '',
    ' ',
    '1',
    ' -0.5e+3 ',
    '01',
    '1.',
    '.5',
    '+1',
    'true',
    'tru',
    'nul',
    'null',
    'NaN',
    's',
    'v',
    '"s"',
    '"a',
    'a"',
  ],
  ...[
    '"a\\"b"',
    '"\\x"',
    '"\\u00e9"',
    '"\\u00g9"',
    '"지연"',
    '""""',
    '"a" "b"',
    '[]',
    '[ ]',
    '{}',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[s]',
  ],
  ...[
    '[v]',
    '{"a":1}',
    '{"a":[1,{"b":null}],"c":"d"}',
    '{a:1}',
    '{"a"}',
    '{"a":1,}',
    '{1:2}',
    '[[[[[]]]]]',
    '[[',
    ']',
    '{"a":s}',
  ],
  ...[
    '[1][2]',
    '{"a":1}{"b":2}',
    '["[", "{"]',
    '"tab\there"',
    'true false',
    '[truefalse]',
    '1"a"2',
    'v"x"',
    '-',
    '- 1',
    '1e',
    '[null,true]',
    '[1, ]',
    'Infinity',
    '-inf',
    '1 // one',
    '[1] /* one */',
    '"a/b, ]"',
    '"nan"',
  ],
]

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

onEveryEngine((tables) => {
  let made: Tables
  beforeAll(async () => {
    made = await tables('create table numbers (n double precision)', 'insert into numbers values (1), (2), (4), (null)')
  })
  afterAll(() => made.close())

  const text = (value: string): string => made.dialect.literal({ type: 'text', value })
  const ask = async (expression: string, from = ''): Promise<unknown> =>
    (await made.connection.query(`select ${expression} as answer${from}`))[0]?.answer
  const asked = () => made.dialect.functions.checks

  it('tells JSON from other texts', async () => {
    const rows = texts.map((one, i) => `(${i}, ${text(one)})`).join(', ')
    const found = await made.connection.query(
      `select i, ${asked().isJson('t')} as is_json from (values ${rows}) as texts(i, t) order by i`,
    )
    const told = found.map(({ is_json: isJson }, i) => `${texts[i]}: ${isJson}`)
    expect(told).toEqual(texts.map((one) => `${one}: ${parses(one)}`))
    expect(await ask(asked().isJson('cast(null as varchar)'))).toBe(null)
  })

  it('finds regular expressions somewhere in a text, with or without case', async () => {
    const matches = (one: string, pattern: string, ignoreCase = false) =>
      ask(asked().matches(text(one), text(pattern), ignoreCase))
    expect(await matches('ICN-지연', '^[A-Z]{3}-')).toBe(true)
    expect(await matches('xICN', '^ICN')).toBe(false)
    expect(await matches('icn', 'ICN')).toBe(false)
    expect(await matches('icn', 'ICN', true)).toBe(true)
  })

  it('takes % and _ for anything in LIKE, unless a backslash stands before them', async () => {
    const like = (one: string, pattern: string, ignoreCase = false) =>
      ask(asked().like(text(one), text(pattern), ignoreCase))
    expect([await like('a%b', 'a%'), await like('a%b', 'a\\%b'), await like('axb', 'a\\%b')]).toEqual([
      true,
      true,
      false,
    ])
    expect([await like('ABC', 'a_c'), await like('ABC', 'a_c', true)]).toEqual([false, true])
  })

  it('counts characters, and measures how numbers are spread', async () => {
    expect(Number(await ask(asked().length(text('지연 é'))))).toBe(4)
    const measure = async (expression: string) => Number(await ask(expression, ' from numbers'))
    expect(await measure(asked().quantile('n', 0.5))).toBe(2)
    expect(await measure(asked().quantile('n', 0.75))).toBe(3)
    expect(await measure(asked().variance('n'))).toBeCloseTo(7 / 3)
    expect(await measure(asked().standardDeviation('n'))).toBeCloseTo(Math.sqrt(7 / 3))
  })

  it('reads the clock of a zone', async () => {
    const hours = `extract(epoch from ${asked().now(text('Asia/Seoul'))} - ${asked().now(text('UTC'))}) / 3600`
    expect(Number(await ask(hours))).toBe(9)
  })
})

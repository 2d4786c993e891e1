import type { CasesByCheck, CheckCases } from './cases.ts'

const none = { rows: '', failures: 0 }
const words = { column: 'word', columns: 'word varchar', empty: none } as const

/** What most checks of texts say of a table of bad and good words. */
function ofWords(good: string, bad: string, unicode: CheckCases['unicode']): Omit<CheckCases, 'given' | 'more'> {
  return {
    ...words,
    passes: { rows: `('${good}')`, failures: 0 },
    fails: { rows: `('${good}'), ('${bad}')`, failures: 1 },
    nulls: { rows: `(null), ('${good}')`, failures: 0 },
    duplicates: { rows: `('${bad}'), ('${bad}')`, failures: 2 },
    unicode,
  }
}

const list = (texts: readonly string[]): string => texts.map((text) => `('${text.replaceAll("'", "''")}')`).join(', ')

const formats: Readonly<Record<string, readonly [good: readonly string[], bad: readonly string[]]>> = {
  email: [
    ['a@b.co', 'first.last+tag@mail.example.org', "o'hare@example.com", '가@도메인.한국'],
    ['a@b', 'a b@c.de', '@b.co', 'a@.co', 'a@b..co', 'a@b.co ', '', 'a@@b.co'],
  ],
  url: [
    [
      'https://example.com',
      'http://localhost:8080/a?b=c#d',
      'ftp://a.b/c',
      'https://[::1]/x',
      'https://도메인.한국/길',
    ],
    ['example.com', 'https://', 'https:///a', 'http://a b.c', 'javascript:alert(1)', ''],
  ],
  uuid: [
    ['123e4567-e89b-12d3-a456-426614174000', '123E4567-E89B-12D3-A456-426614174000'],
    ['123e4567e89b12d3a456426614174000', '123e4567-e89b-12d3-a456-42661417400g', ''],
  ],
  ip: [
    ['1.2.3.4', '255.255.255.255', '::', '::1', '1::', '2001:db8::ff00:42:8329', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4'],
    ['256.1.1.1', '1.2.3', '1.2.3.4.5', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', 'g::1', '01.2.3.4'],
  ],
  ipv4: [['0.0.0.0'], ['::1']],
  ipv6: [['::1'], ['1.2.3.4']],
  phone: [
    ['+82 2-123-4567', '(02) 123.4567', '0212345678'],
    ['123', 'abc', '+', '12 34 56 78 90 12 34 56 78'],
  ],
  date: [
    ['2024-02-29', '1999-12-31'],
    ['2023-02-29', '2024-04-31', '2024-13-01', '24-01-01', '2024-1-1', '20240101'],
  ],
  time: [
    ['00:00', '23:59:59.999'],
    ['24:00', '1:00', '12:60'],
  ],
  iso8601: [
    ['2024-02-29', '2024-02-29T12:00Z', '2024-02-29 23:59:59.123+09:00', '2024-02-29T00:00:00-0330'],
    ['2023-02-29T00:00Z', '2024-02-29T25:00', '29.02.2024', '2024-02-29T', '2024-02-29T12:00+99:00'],
  ],
  json: [
    ['{}', '[]', '{"a": [1, -2.5e3, true, null, "가\\u00e9 ,] NaN"]}', '1', '"a"', ' null '],
    ['', '{', "{'a': 1}", '{"a": }', '[1,]', '01', 'nul', '{"a": 1} x', '1 2', '{"a": 1,}', 'NaN'],
  ],
  integer: [
    ['0', '-12', '+3'],
    ['1.0', '1e3', '', ' 1', '１'],
  ],
  numeric: [
    ['0', '-1.5', '.5', '5.', '1e-3'],
    ['1,5', '', '.', 'NaN', '1e', '٣'],
  ],
}

const ofKinds = Object.fromEntries(
  Object.entries(formats).flatMap(([kind, [good, bad]]) => [
    [`lets ${kind} pass`, { rows: list(good), given: { kind }, failures: 0 }],
    [`finds what is no ${kind}`, { rows: list(bad), given: { kind }, failures: bad.length }],
  ]),
)

const casts: Readonly<Record<string, readonly [good: readonly string[], bad: readonly string[]]>> = {
  integer: [
    ['1', '-5'],
    ['a', '', '99999999999'],
  ],
  'decimal(4,2)': [
    ['12.5', '-99.99'],
    ['123.4', 'x'],
  ],
  'double precision': [['1e5', '-.5'], ['1,5']],
  boolean: [
    ['true', 'false'],
    ['maybe', '2024'],
  ],
  timestamp: [['2024-02-29 12:00:00'], ['2023-02-29 12:00:00', 'yesterday']],
  time: [['12:30:00'], ['25:00:00', 'noon']],
  uuid: [['123e4567-e89b-12d3-a456-426614174000'], ['123e4567']],
  text: [['a', ''], []],
}

const ofTypes = Object.fromEntries(
  Object.entries(casts).map(([type, [good, bad]]) => [
    `knows what ${type} is`,
    { rows: list([...good, ...bad]), given: { type }, failures: bad.length },
  ]),
)

const regexCases = {
  'reads texts of other columns as text': { rows: `('12')`, given: { regex: '^[0-9]+$' }, failures: 0 },
  'takes flags': { rows: `('ICN'), ('icn'), ('x')`, given: { regex: '^icn$', flags: 'i' }, failures: 1 },
  'is content with any of several': { rows: `('ab'), ('a'), ('c')`, given: { regex: ['a', 'b'] }, failures: 1 },
  'asks for all of several': { rows: `('ab'), ('a'), ('c')`, given: { regex: ['a', 'b'], match: 'all' }, failures: 2 },
  'takes quotes and backslashes as they are written': {
    rows: `('o''hare'), ('a\\b'), ('ohare')`,
    given: { regex: ["o'hare", '\\\\b$'] },
    failures: 1,
  },
}

const oppositeCases = {
  'finds any of several': { rows: `('ab'), ('a'), ('c')`, given: { regex: ['a', 'b'] }, failures: 2 },
  'finds what is all of several': {
    rows: `('ab'), ('a'), ('c')`,
    given: { regex: ['a', 'b'], match: 'all' },
    failures: 1,
  },
}

/** Of checks of what texts look like, and of what they stand for. */
export const ofTexts: CasesByCheck = {
  matches_regex: {
    ...ofWords('ICN', 'icn', { rows: `('인천'), ('인')`, given: { regex: '^..$' }, failures: 1 }),
    given: { regex: '^[A-Z]{3}$' },
    more: regexCases,
  },
  not_matches_regex: {
    ...ofWords('ICN', 'IC-N', { rows: `('인천'), ('김포')`, given: { regex: '인' }, failures: 1 }),
    given: { regex: '-' },
    more: oppositeCases,
  },
  like: {
    ...ofWords('KE81', 'OZ1', { rows: `('대한'), ('아시아나')`, given: { pattern: '대_' }, failures: 1 }),
    given: { pattern: 'KE%' },
    more: {
      'is content with any of several': {
        rows: `('KE1'), ('OZ1'), ('DL1')`,
        given: { pattern: ['KE%', 'OZ%'] },
        failures: 1,
      },
      'reads any case when told so': { rows: `('ke1'), ('KE1')`, given: { ignore_case: true }, failures: 0 },
      'takes what follows a backslash by itself': { rows: `('5%'), ('50')`, given: { pattern: '5\\%' }, failures: 1 },
    },
  },
  not_like: {
    ...ofWords('KE81', 'test', { rows: `('시험'), ('운항')`, given: { pattern: '시%' }, failures: 1 }),
    given: { pattern: '%test%' },
    more: {
      'finds what is like all of several': {
        rows: `('ab'), ('a')`,
        given: { pattern: ['a%', '%b'], match: 'all' },
        failures: 1,
      },
    },
  },
  length: {
    ...ofWords('ICN', 'ICNX', { rows: `('인천공'), ('인천')`, failures: 1 }),
    given: { equals: 3 },
    more: {
      'holds bounds': { rows: `(''), ('a'), ('abcd')`, given: { equals: null, min: 1, max: 3 }, failures: 2 },
      'leaves its bounds out': {
        rows: `('a'), ('ab'), ('abc')`,
        given: { equals: null, min: 1, max: 3, inclusive: false },
        failures: 2,
      },
    },
  },
  trimmed: {
    ...ofWords('a b', ' a', { rows: `('인천\u3000'), ('\u00a0인천'), ('인 천')`, failures: 2 }),
    more: { 'finds spaces, tabs and line breaks': { rows: `('a '), ('\ta'), ('a\n'), (''), (' ')`, failures: 4 } },
  },
  consistent_casing: {
    ...words,
    passes: { rows: `('ICN'), ('GMP')`, failures: 0 },
    fails: { rows: `('ICN'), ('icn'), ('Icn'), ('GMP')`, failures: 2 },
    nulls: { rows: `(null), ('ICN')`, failures: 0 },
    duplicates: { rows: `('ICN'), ('ICN'), ('icn'), ('icn')`, failures: 1 },
    unicode: { rows: `('ÉLAN'), ('élan'), ('인천')`, failures: 1 },
    more: {
      'looks at the rows that where leaves': {
        rows: `('ICN'), ('icn')`,
        given: { where: `word <> 'icn'` },
        failures: 0,
      },
    },
  },
  format: {
    ...ofWords('a@b.co', 'a', { rows: `('가@나.한국'), ('가나')`, failures: 1 }),
    given: { kind: 'email' },
    more: ofKinds,
  },
  json_valid: ofWords('{"a": 1}', '{"a": 1', { rows: `('{"인천": "공항"}'), ('인천')`, failures: 1 }),
  castable: {
    ...ofWords('2024-02-29', '2023-02-29', { rows: `('2024-01-01'), ('이천이십사년')`, failures: 1 }),
    given: { type: 'date' },
    more: ofTypes,
  },
  date_parseable: {
    ...ofWords('29.02.2024', '29.02.2023', { rows: `('29.02.2024'), ('오늘')`, failures: 1 }),
    given: { format: '%d.%m.%Y' },
    more: {
      'reads dates as they are usually written without a format': {
        rows: `('2024-02-29'), ('2023-02-29'), ('29.02.2024')`,
        given: { format: null },
        failures: 2,
      },
      'reads clocks and names of months': {
        rows: `('29 Feb 2024 11:59:59 PM'), ('30 Feb 2024 11:59:59 PM'), ('29 Xxx 2024 11:59:59 PM'), ('29 Feb 2024 13:61:00 PM')`,
        given: { format: '%d %b %Y %I:%M:%S %p' },
        failures: 3,
      },
      'reads long names and years of two digits': {
        rows: `('february 29, 24'), ('february 29, 23'), ('24')`,
        given: { format: '%B %d, %y' },
        failures: 2,
      },
      'takes signs of patterns by themselves': {
        rows: `('2024.02.29 (100%)'), ('2024x02x29 (100%)')`,
        given: { format: '%Y.%m.%d (100%%)' },
        failures: 1,
      },
    },
  },
}

import { describe, expect, test } from 'vitest'
import { withQueries } from './ctes.ts'
import { fold } from './fold.ts'
import { oneStatement, separateStatements } from './statement.ts'
import type { Piece, SqlText } from './text.ts'

const written = (text: string): SqlText => ({
  pieces: [{ text, origin: { path: 'm.sql', start: 0, end: text.length, verbatim: true } }],
})

const printed = (sql: SqlText): string =>
  sql.pieces.map((piece) => ('hole' in piece ? `<${piece.hole.kind}>` : piece.text)).join('')

function kept(text: string): string {
  const check = oneStatement(written(text))
  return check.ok ? printed(check.statement) : `refused: ${check.problem.fault}`
}

describe('oneStatement', () => {
  test.each([
    ['select 1', 'select 1'],
    ['select 1;', 'select 1'],
    ['select 1 ; \n', 'select 1  \n'],
    ['select 1; -- done', 'select 1 -- done\n'],
    ['select 1 -- done', 'select 1 -- done\n'],
    ["select ';)' -- ;)\n from t", "select ';)' -- ;)\n from t"],
    ['select [1, 2][1], {a: 1}', 'select [1, 2][1], {a: 1}'],
  ])('%j is one statement', (text, expected) => expect(kept(text)).toBe(expected))

  test.each([
    ['select 1; drop table x', 'second-statement', 'drop'],
    ['select 1;;', 'second-statement', ';'],
    ['select 1) as x; (', 'closes-too-much', ')'],
    ['select (1', 'never-closed', '('],
    ['select (1]', 'closes-too-much', ']'],
    ["select 'a", 'quote-never-closed', "'"],
    ['select 1 /* a', 'comment-never-closed', '/'],
    [' -- nothing\n', 'empty', ' -- nothing\n'],
    [';', 'empty', ';'],
  ])('%j is refused as %s at %j', (text, fault, at) => {
    const check = oneStatement(written(text))
    if (check.ok) throw new Error('accepted')
    expect([check.problem.fault, check.problem.text]).toEqual([fault, at])
    expect(text.slice(check.problem.place?.start, check.problem.place?.end)).toBe(at)
  })

  test('a quote that spans a hole is one quote', () => {
    const hole: Piece = { hole: { kind: 'relation', node: 'a.b' } }
    expect(oneStatement({ pieces: [{ text: "select '" }, hole, { text: ";'" }] }).ok).toBe(true)
  })
})

describe('separateStatements', () => {
  test.each([
    ['select 1', ['select 1']],
    ['select 1;', ['select 1']],
    ['  select 1 ;; -- nothing\n ; select 2 -- two\n;', ['select 1', 'select 2']],
    ["insert into a values (';'); select $$;$$", ["insert into a values (';')", 'select $$;$$']],
    ['/* first */ select 1; /* last */', ['select 1']],
    [' -- nothing', []],
  ])('%j', (text, expected) => {
    const separated = separateStatements(written(text))
    expect(separated.ok && separated.statements.map(printed)).toEqual(expected)
  })

  test.each([
    ['select 1; select (2', '('],
    ['select 1)', ')'],
    ["select 'a; b", "'"],
  ])('%j is refused at %j', (text, at) => {
    const separated = separateStatements(written(text))
    expect(separated.ok ? '' : separated.problem.text).toBe(at)
  })

  test('parts keep their places', () => {
    const text = 'select 1; select 2'
    const separated = separateStatements(written(text))
    const origins = separated.ok ? separated.statements.map(({ pieces }) => pieces[0]?.origin) : []
    expect(origins.map((origin) => text.slice(origin?.start, origin?.end))).toEqual(['select 1', 'select 2'])
  })
})

describe('withQueries', () => {
  const a = { name: 'a', sql: written('select 1') }
  const b = { name: 'b', sql: written('select * from a -- last\n') }

  test('queries are put in front', () => {
    expect(printed(withQueries(written('select * from b'), [a, b]))).toBe(
      'with a as (\nselect 1\n),\nb as (\nselect * from a -- last\n\n)\nselect * from b',
    )
  })

  test.each([
    ['with own as (select 2) select 3', 'with a as (\nselect 1\n),\n own as (select 2) select 3'],
    ['/* c */ WITH own as (select 2) select 3', '/* c */ WITH a as (\nselect 1\n),\n own as (select 2) select 3'],
    ['with recursive own as (select 2) select 3', 'with recursive a as (\nselect 1\n),\n own as (select 2) select 3'],
    ['with_x', 'with a as (\nselect 1\n)\nwith_x'],
  ])('%j', (text, expected) => expect(printed(withQueries(written(text), [a]))).toBe(expected))

  test('no query changes nothing', () => {
    expect(withQueries(written('select 1'), [])).toEqual(written('select 1'))
  })

  test('origins stay true when a piece is cut', () => {
    const text = 'with own as (select 2) select 3'
    for (const piece of withQueries(written(text), [a]).pieces) {
      if ('text' in piece && piece.origin?.end !== 'select 1'.length && piece.origin) {
        expect(text.slice(piece.origin.start, piece.origin.end)).toBe(piece.text)
      }
    }
  })
})

describe('fold', () => {
  test('layout and comments make no difference', () => {
    expect(fold('select  a,b -- c\nfrom t /* d */ where x=1')).toBe(fold('select a, b\n\nfrom t\nwhere x = 1'))
  })

  test('text in quotes does', () => {
    expect(fold("select 'a  b'")).not.toBe(fold("select 'a b'"))
    expect(fold('select "a  b"')).not.toBe(fold('select "a b"'))
    expect(fold('select $$a  b$$')).not.toBe(fold('select $$a b$$'))
  })

  test('what merges or parts words makes a difference', () => {
    expect(fold('select ab')).not.toBe(fold('select a b'))
    expect(fold("select 'a''b'")).not.toBe(fold("select 'a' 'b'"))
    expect(fold('select 1 - -2')).not.toBe(fold('select 1 --2'))
  })

  test('comments that are to be kept stay, and an open quote leaves everything as it is', () => {
    expect(fold('a --x\n b --y', (comment) => comment.includes('x'))).toBe('a --x b')
    expect(fold("a  'b")).toBe("a  'b")
  })
})

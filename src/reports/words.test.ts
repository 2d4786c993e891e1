import { describe, expect, it } from 'vitest'
import { table } from './table.ts'
import { cut, pad, width } from './width.ts'
import { bytes, count, duration, moment, number } from './words.ts'

describe('numbers in words', () => {
  it.each([
    [0, '0 ms'],
    [84.4, '84 ms'],
    [999.6, '1.0 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [4_320_000, '1 h 12 min'],
  ])('%d ms is %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text))

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [8192, '8.2 kB'],
    [41_000_000, '41 MB'],
    [999_499, '999 kB'],
    [999_600, '1.0 MB'],
    [2_500_000_000_000, '2.5 TB'],
  ])('%d bytes are %s', (amount, text) => expect(bytes(amount)).toBe(text))

  it('counts with the right form of the noun', () => {
    expect([count(1, 'partition'), count(28_000, 'partition'), count(2, 'batch')]).toEqual([
      '1 partition',
      '28,000 partitions',
      '2 batches',
    ])
  })

  it('writes numbers for people', () => {
    expect([number(999), number(1_234_567)]).toEqual(['999', '1,234,567'])
  })

  it('shows moments in the zone of the project', () => {
    expect(moment(Date.UTC(2013, 11, 29, 15, 5), 'Asia/Seoul')).toBe('2013-12-30 00:05')
  })
})

describe('columns of a terminal', () => {
  it('counts Hangul, Han and emoji as two, combining marks as none', () => {
    expect([width('주문'), width('数量'), width('👍'), width('e\u0301'), width('abc')]).toEqual([4, 4, 2, 1, 3])
  })

  it('fills and cuts by columns', () => {
    expect(pad('주문', 6)).toBe('주문  ')
    expect(cut('주문번호', 5)).toBe('주문…')
    expect(cut('abc', 3)).toBe('abc')
  })
})

describe('a table of rows', () => {
  it('aligns numbers right and text left, and shows nulls', () => {
    const rows = [
      { carrier: 'UA', flights: 12 },
      { carrier: null, flights: 1234 },
    ]
    expect(table(rows)).toEqual(['carrier  flights', 'UA            12', '∅           1234'])
  })

  it('leaves out the columns that do not fit, and says how many', () => {
    expect(table([{ a: 'xxxx', b: 'yyyy', c: 'z' }], { available: 11 })).toEqual([
      'a     b',
      'xxxx  yyyy',
      '… and 1 more column',
    ])
  })

  it('keeps a value on its line, without sending control characters', () => {
    expect(table([{ a: 'x\ny\u001b[0m' }])[1]).toBe('x⏎y\\x1b[0m')
  })

  it('shows a head when there are no rows', () => {
    expect(table([], { columns: ['a', 'b'] })).toEqual(['a  b'])
  })
})

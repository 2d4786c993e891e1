import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Grid, instantsOf, startDate, startInstant, upstreamWindow } from '../calendar/index.ts'
import { Bug } from '../diagnostics/index.ts'
import { fill } from './fill.ts'
import { originAt } from './origin.ts'
import type { Hole, HoleValues, Piece, TimeType } from './text.ts'

const zones = ['UTC', 'America/New_York', 'Asia/Seoul', 'Australia/Lord_Howe', 'America/Sao_Paulo']
const newYork: Grid = { unit: 'day', timeZone: 'America/New_York' }
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000

function values(grid?: Grid, window?: { start: number; end: number }): HoleValues {
  return {
    relation: (node) => `"${node}"`,
    files: (source) => `read('${source}')`,
    ...(grid ? { grid } : {}),
    ...(window ? { window } : {}),
    literal: (type, value) => `${type} '${value}'`,
  }
}

function filled(hole: Hole, grid: Grid, window: { start: number; end: number }): string {
  return fill({ pieces: [{ hole }] }, values(grid, window)).sql
}

describe('fill', () => {
  test('relations and files become what the caller says', () => {
    const text = {
      pieces: [
        { text: 'select * from ' },
        { hole: { kind: 'relation', node: 'analytics.routes' } },
        { text: ', ' },
        { hole: { kind: 'files', source: 'source.bts.flights' } },
      ] satisfies Piece[],
    }
    expect(fill(text, values()).sql).toBe(`select * from "analytics.routes", read('source.bts.flights')`)
  })

  test.each<[TimeType, string, string]>([
    ['date', "date '2013-11-03'", "date '2013-11-04'"],
    ['instant', "instant '2013-11-03T04:00:00'", "instant '2013-11-04T05:00:00'"],
    ['local', "local '2013-11-03T00:00:00'", "local '2013-11-04T00:00:00'"],
  ])('the day of 25 hours as %s', (type, start, end) => {
    const window = { start: day('2013-11-03'), end: day('2013-11-04') }
    expect(filled({ kind: 'window', bound: 'start', type }, newYork, window)).toBe(start)
    expect(filled({ kind: 'window', bound: 'end', type }, newYork, window)).toBe(end)
  })

  test('a month is bounded by its first local days', () => {
    const months: Grid = { unit: 'month', timeZone: 'America/New_York' }
    const window = { start: (2013 - 1970) * 12 + 2, end: (2013 - 1970) * 12 + 3 }
    expect(filled({ kind: 'window', bound: 'start', type: 'date' }, months, window)).toBe("date '2013-03-01'")
    expect(filled({ kind: 'window', bound: 'end', type: 'instant' }, months, window)).toBe(
      "instant '2013-04-01T04:00:00'",
    )
  })

  test('a day whose midnight is skipped begins at its first moment, and as local time at its date', () => {
    const saoPaulo: Grid = { unit: 'day', timeZone: 'America/Sao_Paulo' }
    const window = { start: day('2018-11-04'), end: day('2018-11-05') }
    expect(filled({ kind: 'window', bound: 'start', type: 'instant' }, saoPaulo, window)).toBe(
      "instant '2018-11-04T03:00:00'",
    )
    expect(filled({ kind: 'window', bound: 'start', type: 'local' }, saoPaulo, window)).toBe(
      "local '2018-11-04T00:00:00'",
    )
  })

  test('the reach of an upstream moves its bounds by its own partitions', () => {
    const window = { start: day('2013-03-11'), end: day('2013-03-12') }
    const hole = { kind: 'upstream', grid: newYork, reach: { before: 27, after: 1 } } as const
    expect(filled({ ...hole, bound: 'start', type: 'date' }, newYork, window)).toBe("date '2013-02-12'")
    expect(filled({ ...hole, bound: 'end', type: 'instant' }, newYork, window)).toBe("instant '2013-03-13T04:00:00'")
  })

  test('events of a source in UTC are bounded by the instants of the local day', () => {
    const window = { start: day('2013-01-05'), end: day('2013-01-06') }
    const hole = { kind: 'events', grid: { unit: 'day', timeZone: 'UTC' }, reach: { before: 0, after: 0 } } as const
    expect(filled({ ...hole, bound: 'start', type: 'instant' }, newYork, window)).toBe("instant '2013-01-05T05:00:00'")
    expect(filled({ ...hole, bound: 'end', type: 'local' }, newYork, window)).toBe("local '2013-01-06T05:00:00'")
    expect(filled({ ...hole, bound: 'start', type: 'date' }, newYork, window)).toBe("date '2013-01-05'")
    expect(filled({ ...hole, bound: 'end', type: 'date' }, newYork, window)).toBe("date '2013-01-07'")
  })

  test('a time hole without a window is a bug of the caller', () => {
    const text = { pieces: [{ hole: { kind: 'window', bound: 'start', type: 'date' } as const }] }
    expect(() => fill(text, values())).toThrow(Bug)
  })

  test('bounds agree with the calendar for every zone, window and reach', () => {
    const grid = fc.record({ unit: fc.constantFrom('day', 'month'), timeZone: fc.constantFrom(...zones) } as const)
    const reach = fc.record({ before: fc.nat(40), after: fc.nat(3) })
    const start = fc.integer({ min: -300, max: 20_000 })
    fc.assert(
      fc.property(grid, grid, reach, start, fc.integer({ min: 1, max: 30 }), (own, upstream, reach, start, length) => {
        const window =
          own.unit === 'month' ? { start: start >> 5, end: (start >> 5) + 1 } : { start, end: start + length }
        const hole = { kind: 'upstream', grid: upstream, reach } as const
        const read = upstreamWindow(own, window, { grid: upstream, reach })
        expect(filled({ ...hole, bound: 'start', type: 'date' }, own, window)).toBe(
          `date '${startDate(upstream, read.start)}'`,
        )
        expect(filled({ ...hole, bound: 'end', type: 'date' }, own, window)).toBe(
          `date '${startDate(upstream, read.end)}'`,
        )
        const sameGrid = own.unit === upstream.unit && own.timeZone === upstream.timeZone
        const bound = filled({ ...hole, bound: 'start', type: 'instant' }, own, window)
        const instant = Date.parse(`${bound.slice("instant '".length, -1)}Z`)
        if (sameGrid) expect(instant).toBe(startInstant(upstream, read.start))
        else expect(instant).toBeLessThanOrEqual(instantsOf(own, window).start)
        expect(instant).toBeGreaterThanOrEqual(startInstant(upstream, read.start))
      }),
    )
  })
})

describe('the source map', () => {
  const template = "select {{ ref('a') }}.x, y"
  const origin = (start: number, end: number, verbatim: boolean) => ({ path: 'm.sql', start, end, verbatim })
  const statement = fill(
    {
      pieces: [
        { text: 'with z as (' },
        { text: 'select ', origin: origin(0, 7, true) },
        { hole: { kind: 'relation', node: 'analytics.a' }, origin: origin(7, 21, false) },
        { text: '.x, y', origin: origin(21, 26, true) },
        { text: ')' },
      ],
    },
    values(),
  )

  test('a character of the template is found exactly', () => {
    const offset = statement.sql.indexOf(', y') + 2
    expect(originAt(statement, offset)).toEqual({
      path: 'm.sql',
      start: template.indexOf('y'),
      end: template.indexOf('y') + 1,
    })
  })

  test('what a tag printed leads to the whole tag', () => {
    expect(originAt(statement, statement.sql.indexOf('analytics'), 9)).toEqual({ path: 'm.sql', start: 7, end: 21 })
  })

  test('an offset behind what was written gets the place before it, one before everything gets none', () => {
    expect(originAt(statement, statement.sql.length)).toEqual({ path: 'm.sql', start: 26, end: 26 })
    expect(originAt(statement, 3)).toBeUndefined()
  })

  test('every verbatim character maps back to itself', () => {
    const pieces = fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.boolean()), { maxLength: 20 })
    fc.assert(
      fc.property(pieces, (parts) => {
        let file = ''
        const text = parts.map(([part, own]): Piece => {
          if (!own) return { text: part }
          file += part
          return { text: part, origin: origin(file.length - part.length, file.length, true) }
        })
        const { sql, map } = fill({ pieces: text }, values())
        for (const span of map) {
          for (let at = span.start; at < span.end; at++) {
            const place = originAt({ sql, map }, at)
            expect(file.slice(place?.start, place?.end)).toBe(sql[at])
          }
        }
      }),
    )
  })
})

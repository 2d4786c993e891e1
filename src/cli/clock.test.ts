import { describe, expect, it } from 'vitest'
import { Failure } from '../diagnostics/index.ts'
import { parseMoment, plannersClock } from './clock.ts'
import { commandLine } from './command-line.ts'
import { parseVars } from './vars.ts'

const iso = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()

describe('--now', () => {
  it.each([
    ['2013-12-31', 'America/New_York', '2013-12-31T05:00:00.000Z'],
    ['2013-12-31', 'Asia/Seoul', '2013-12-30T15:00:00.000Z'],
    ['2013-12-31T05:00Z', 'Asia/Seoul', '2013-12-31T05:00:00.000Z'],
    ['2013-12-31T05:00:30.5+09:00', 'UTC', '2013-12-30T20:00:30.500Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(iso(parseMoment(text, zone))).toBe(expected)
  })

  it.each(['2013-02-30', '2013-12-31T05:00', 'yesterday', '2013', '2013-12-31T25:00Z'])('%s is no moment', (text) => {
    expect(parseMoment(text, 'UTC')).toBeUndefined()
  })

  it('wants a future moment confirmed', () => {
    const line = commandLine(['plan', '--now', '2030-01-01'])
    const real = Date.UTC(2024, 0, 1)
    expect(() => plannersClock({ now: '2030-01-01' }, real, 'UTC', line)).toThrow('lies in the future')
    expect(plannersClock({ now: '2030-01-01', yes: true }, real, 'UTC', line)).toBe(Date.UTC(2030, 0, 1))
  })
})

describe('--vars', () => {
  const vars = (...words: string[]) => parseVars(words, commandLine(words))

  it('reads pairs and YAML and JSON mappings, with their types; later ones win', () => {
    expect(vars('country=KR', 'limit=5', '{limit: 6, on: true}', '{"list": [1, 2]}')).toEqual({
      country: 'KR',
      limit: 6,
      on: true,
      list: [1, 2],
    })
  })

  it('keeps a text that is no YAML as it is', () => {
    expect(vars('filter=a: [b')).toEqual({ filter: 'a: [b' })
  })

  it('refuses what has no key', () => {
    expect(() => vars('country')).toThrow(Failure)
    expect(() => vars('[1, 2]')).toThrow('`--vars` cannot be')
  })
})

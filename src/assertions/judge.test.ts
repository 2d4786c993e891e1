import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heldAgainst, judge } from './index.ts'
import { parseThreshold } from './threshold.ts'

const condition = (text: string) => parseThreshold(text) ?? { operator: '!=' as const, value: -1, percent: false }
const assertion = (severity: 'error' | 'warn' | 'info', errorIf = '!= 0', warnIf = '!= 0') => ({
  severity,
  errorIf: condition(errorIf),
  warnIf: condition(warnIf),
})

describe('judge', () => {
  it('fails, warns or passes by severity when nothing else is said', () => {
    const measured = { failures: 1, rows: 10 }
    expect(judge(assertion('error'), measured)).toBe('fail')
    expect(judge(assertion('warn'), measured)).toBe('warn')
    expect(judge(assertion('info'), measured)).toBe('pass')
    expect(judge(assertion('error'), { failures: 0, rows: 10 })).toBe('pass')
  })

  it('takes error_if before warn_if', () => {
    const graded = assertion('error', '> 10', '> 5')
    expect([5, 6, 10, 11].map((failures) => judge(graded, { failures, rows: 100 }))).toEqual([
      'pass',
      'warn',
      'warn',
      'fail',
    ])
  })

  it('takes percentages, fractions of a percent among them, of all rows', () => {
    const graded = assertion('error', '> 0.5 %', '!= 0')
    expect(judge(graded, { failures: 5, rows: 1000 })).toBe('warn')
    expect(judge(graded, { failures: 6, rows: 1000 })).toBe('fail')
    expect(judge(graded, { failures: 0, rows: 0 })).toBe('pass')
    expect(judge(assertion('error', '>= 100%'), { failures: 1, rows: 0 })).toBe('fail')
  })

  it('agrees with the operators of JavaScript', () => {
    const operators: Record<string, (a: number, b: number) => boolean> = {
      '=': (a, b) => a === b,
      '!=': (a, b) => a !== b,
      '>': (a, b) => a > b,
      '>=': (a, b) => a >= b,
      '<': (a, b) => a < b,
      '<=': (a, b) => a <= b,
    }
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(operators)), fc.nat(5), fc.nat(5), (operator, value, failures) => {
        const verdict = judge(assertion('error', `${operator} ${value}`, '< 0'), { failures, rows: 5 })
        return (verdict === 'fail') === operators[operator]?.(failures, value)
      }),
    )
  })
})

describe('judge on a measured value', () => {
  const measured = (errorIf: string, warnIf = '!= 0') => {
    const { errorIf: error, warnIf: warn, severity } = assertion('error', errorIf, warnIf)
    return { severity, errorIf: { ...error, measured: true as const }, warnIf: warn }
  }

  it('holds the condition against the value, not against failing rows', () => {
    expect(judge(measured('< 0.9'), { failures: 0, rows: 10, value: 0.89 })).toBe('fail')
    expect(judge(measured('< 0.9'), { failures: 0, rows: 10, value: 0.9 })).toBe('pass')
    expect(judge(measured('< -2'), { failures: 0, rows: 10, value: -3 })).toBe('fail')
  })

  it('takes both bounds of between as its own, and tells shares in percent', () => {
    expect(
      [1, 2, 5, 6].map((value) => judge(measured('not between 2 and 5'), { failures: 0, rows: 9, value })),
    ).toEqual(['fail', 'pass', 'pass', 'fail'])
    expect(judge(measured('< 90 %'), { failures: 0, rows: 9, value: 0.89 })).toBe('fail')
    expect(judge(measured('between 80 and 90 %'), { failures: 0, rows: 9, value: 0.85 })).toBe('fail')
  })

  it('finds nothing wrong where there is no value', () => {
    expect(judge(measured('< 0.9'), { failures: 0, rows: 10 })).toBe('pass')
  })
})

describe('judge without rows', () => {
  const empty = (onEmpty: 'pass' | 'warn' | 'fail', severity: 'error' | 'warn' | 'info' = 'error') =>
    judge({ ...assertion(severity), onEmpty }, { failures: 1, rows: 0 })

  it('says what on_empty says, no worse than the severity', () => {
    expect([empty('pass'), empty('warn'), empty('fail')]).toEqual(['pass', 'warn', 'fail'])
    expect([empty('fail', 'warn'), empty('fail', 'info')]).toEqual(['warn', 'pass'])
  })

  it('counts only the rows that where leaves, when they were counted', () => {
    const given = { ...assertion('error'), onEmpty: 'fail' as const }
    expect(judge(given, { failures: 0, rows: 10, considered: 0 })).toBe('fail')
    expect(judge(given, { failures: 0, rows: 10, considered: 1 })).toBe('pass')
  })
})

describe('heldAgainst', () => {
  it('is what was demanded, as it is written', () => {
    expect(heldAgainst(assertion('error'))).toBe('!= 0')
    expect(heldAgainst(assertion('error', '> 5 %', 'not between 1 and 2'))).toBe(
      'error_if > 5 %, warn_if not between 1 and 2',
    )
    expect(heldAgainst(assertion('warn'))).toBe('!= 0')
    expect(heldAgainst(assertion('info'))).toBe('')
  })
})

describe('parseThreshold', () => {
  it.each(['10', '> x', '> 10 rows', '=> 1', '> --1', '> 1e3', 'between 1', 'between 1 % and 2', ''])(
    'refuses %o',
    (text) => {
      expect(parseThreshold(text)).toBeUndefined()
    },
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from './index.ts'
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

describe('parseThreshold', () => {
  it.each(['10', '> x', '> 10 rows', '=> 1', '> -1', '> 1e3', ''])('refuses %o', (text) => {
    expect(parseThreshold(text)).toBeUndefined()
  })
})

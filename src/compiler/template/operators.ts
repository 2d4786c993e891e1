import { asNumber } from './compare.ts'
import { percent } from './format.ts'
import type { Meter } from './meter.ts'
import { momentArithmetic } from './moments.ts'
import { kindOf } from './print.ts'
import { fail, type Site } from './site.ts'
import type { ArithmeticOperator } from './tree.ts'
import { float, isInteger, isList, type TemplateValue, Tuple } from './value.ts'

const verbs: Readonly<Record<ArithmeticOperator, string>> = {
  '+': 'be added',
  '-': 'be subtracted',
  '*': 'be multiplied',
  '/': 'be divided',
  '//': 'be divided',
  '%': 'be divided',
  '**': 'be raised to a power',
}

/** Python's arithmetic. Integers stay integers (`/` gives a float); texts and lists can be added and repeated. */
export function arithmetic(
  operator: ArithmeticOperator,
  left: TemplateValue,
  right: TemplateValue,
  meter: Meter,
  site: Site,
): TemplateValue {
  const [a, b] = [asNumber(left), asNumber(right)]
  if (a !== undefined && b !== undefined) {
    const isWhole = (value: TemplateValue) => isInteger(value) || typeof value === 'boolean'
    const exact = isWhole(left) && isWhole(right)
    return calculate(operator, a, b, exact, site)
  }
  const moment = momentArithmetic(operator, left, right, site)
  if (moment !== undefined) return moment
  if (operator === '+') {
    const sum = concatenate(left, right, meter, site)
    if (sum !== undefined) return sum
  }
  if (operator === '*') {
    const repeated = isInteger(right)
      ? repeat(left, right, meter, site)
      : isInteger(left)
        ? repeat(right, left, meter, site)
        : undefined
    if (repeated !== undefined) return repeated
  }
  if (operator === '%' && typeof left === 'string') return percent(left, right, { meter, site })
  const involvesText = typeof left === 'string' || typeof right === 'string'
  const help = operator === '+' && involvesText ? { help: 'join as text with `~`' } : {}
  const problem = `${kindOf(left)} and ${kindOf(right)} cannot ${verbs[operator]}`
  return fail('template-type', { problem, ...help }, site)
}

function calculate(operator: ArithmeticOperator, a: number, b: number, exact: boolean, site: Site): TemplateValue {
  if (b === 0 && (operator === '/' || operator === '//' || operator === '%')) {
    return fail('template-type', { problem: 'division by zero' }, site)
  }
  const result = compute(operator, a, b)
  if (!Number.isFinite(result)) return fail('template-type', { problem: 'the result is not a finite number' }, site)
  if (operator === '/' || !exact || (operator === '**' && b < 0)) return float(result)
  if (Number.isSafeInteger(result)) return result === 0 ? 0 : result
  return fail(
    'template-type',
    { problem: 'the integer gets too large to be exact', help: 'let SQL calculate it' },
    site,
  )
}

function compute(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '//':
      return Math.floor(a / b)
    case '%':
      // The sign of the divisor, as in Python and unlike in JavaScript.
      return ((a % b) + b) % b
    case '**':
      return a ** b
  }
}

function concatenate(a: TemplateValue, b: TemplateValue, meter: Meter, site: Site): TemplateValue | undefined {
  if (typeof a === 'string' && typeof b === 'string') return joinTexts(a, b, meter, site)
  if (a instanceof Tuple && b instanceof Tuple) {
    meter.step(site, a.items.length + b.items.length)
    return new Tuple([...a.items, ...b.items])
  }
  if (!isList(a) || !isList(b)) return undefined
  meter.step(site, a.length + b.length)
  return [...a, ...b]
}

export function joinTexts(a: string, b: string, meter: Meter, site: Site): string {
  meter.text(site, a.length + b.length)
  return a + b
}

function repeat(value: TemplateValue, times: number, meter: Meter, site: Site): TemplateValue | undefined {
  const count = Math.max(0, times)
  if (typeof value === 'string') {
    meter.text(site, value.length * count)
    return value.repeat(count)
  }
  const items = value instanceof Tuple ? value.items : isList(value) ? value : undefined
  if (!items) return undefined
  meter.step(site, items.length * count)
  const all = Array.from({ length: count }, () => items).flat()
  return value instanceof Tuple ? new Tuple(all) : all
}

import { refuseHoles } from './compare.ts'
import { type Input, type Operation, operation } from './operation.ts'
import { kindOf } from './print.ts'
import { float, isInteger, numberOf, type TemplateValue } from './value.ts'

function number(input: Input): number {
  return numberOf(input.value) ?? input.fail(`\`${input.name}\` needs a number, not ${kindOf(input.value)}`)
}

/** Python's rounding: exact, and ties go to the even neighbour. */
function roundHalfEven(value: number, precision: number): number {
  const scale = 10 ** Math.abs(precision)
  if (precision < 0) return roundHalfEven(value / scale, 0) * scale
  const isTie = Number.isInteger(value * 2 ** (precision + 1)) && Math.abs((value * scale) % 1) === 0.5
  if (!isTie) return Number(value.toFixed(precision))
  const below = Math.floor(value * scale)
  return (below % 2 === 0 ? below : below + 1) / scale
}

function round(input: Input): TemplateValue {
  const precision = Math.max(-15, Math.min(input.integerArgument('precision') ?? 0, 15))
  const value = number(input)
  const scale = 10 ** precision
  switch (input.textArgument('method') ?? 'common') {
    case 'common': {
      const rounded = roundHalfEven(value, precision)
      return isInteger(input.value) ? rounded : float(rounded)
    }
    case 'ceil':
      return float(Math.ceil(value * scale) / scale)
    case 'floor':
      return float(Math.floor(value * scale) / scale)
    default:
      return input.fail('`round` knows the methods common, ceil and floor')
  }
}

function readNumber(input: Input, pattern: RegExp): number | undefined {
  const { value } = input
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string') return numberOf(value)
  refuseHoles(value, 'made a number', input.site)
  const text = value.trim().replace(/(?<=\d)_(?=\d)/g, '')
  return pattern.test(text) ? Number(text) : undefined
}

const decimal = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

/** A text or number as an integer; what is none becomes `default`, 0. */
function toInteger(input: Input): TemplateValue {
  const initial = input.argument('default') ?? 0
  const base = input.integerArgument('base') ?? 10
  if (base !== 10 && typeof input.value === 'string') {
    const digits = input.knownText.trim().replace(/^0[xob]/i, '')
    const parsed = Number.parseInt(digits, base)
    return Number.isNaN(parsed) ? initial : parsed
  }
  const read = readNumber(input, decimal)
  if (read === undefined || !Number.isFinite(read)) return initial
  const whole = Math.trunc(read)
  return Number.isSafeInteger(whole) ? whole : input.fail('the integer is too large to be exact')
}

function toFloat(input: Input): TemplateValue {
  const read = readNumber(input, decimal)
  return read === undefined || !Number.isFinite(read) ? (input.argument('default') ?? float(0)) : float(read)
}

export const numberFilters: readonly (readonly [string, Operation])[] = [
  ['abs', operation([], (input) => (isInteger(input.value) ? Math.abs(input.value) : float(Math.abs(number(input)))))],
  ['round', operation(['precision', 'method'], round)],
  ['int', operation(['default', 'base'], toInteger)],
  ['float', operation(['default'], toFloat)],
]

import type { Meter } from './meter.ts'
import type { Input } from './operation.ts'
import { kindOf, printed, represented } from './print.ts'
import { fail, type Site } from './site.ts'
import { Dictionary, numberOf, type TemplateValue, Tuple } from './value.ts'

interface Shape {
  readonly fill: string
  readonly align: string | undefined
  readonly sign: string
  readonly width: number
  readonly grouping: string
  readonly precision: number | undefined
  readonly type: string
}

interface Place {
  readonly meter: Meter
  readonly site: Site
}

const largestWidth = 1000

function mistake(problem: string, site: Site): never {
  return fail('template-type', { problem }, site)
}

/** Python's `format % values`: `%s`, `%d`, `%.2f`, `%05d`, `%x`, `%(name)s`, `%%`. */
export function percent(format: string, values: TemplateValue, place: Place): string {
  const list = values instanceof Tuple ? values.items : [values]
  let next = 0
  const take = (key: string | undefined): TemplateValue => {
    if (key === undefined)
      return list[next++] ?? (next <= list.length ? null : mistake('the format needs more values', place.site))
    const named = values instanceof Dictionary ? values.entries.get(key) : undefined
    return named === undefined ? mistake(`the format needs a value for \`${key}\``, place.site) : named
  }
  const counted = counter(place)
  const pattern = /%(?:\((\w+)\))?([-+ 0#]*)(\d+)?(?:\.(\d+))?(.?)/gs
  const text = format.replace(pattern, (all, key?: string, flags = '', width = '', precision?: string, type = '') => {
    if (type === '%') return '%'
    if (!type || !'sdifrxXoeEgG'.includes(type)) return mistake(`\`${all}\` is not a format`, place.site)
    const isNumeric = type !== 's' && type !== 'r'
    const shape: Shape = {
      fill: flags.includes('0') && !flags.includes('-') && isNumeric ? '0' : ' ',
      align: flags.includes('-') ? '<' : flags.includes('0') && isNumeric ? '=' : '>',
      sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
      width: Number(width || 0),
      grouping: '',
      precision: precision === undefined ? undefined : Number(precision),
      type: type === 'i' ? 'd' : type,
    }
    return counted(shaped(take(key), shape, place))
  })
  if (!(values instanceof Dictionary) && next < list.length) mistake('the format takes fewer values', place.site)
  return text
}

/** Asks for the text that is put together, part by part. */
function counter(place: Place): (part: string) => string {
  let length = 0
  return (part) => {
    length += part.length
    place.meter.text(place.site, length)
    return part
  }
}

/** Python's `format.format(…)`: `{}`, `{0}`, `{name}`, `{:>10}`, `{:.2f}`, `{:,}`. Members of arguments are out of reach. */
export function braces(format: string, input: Input): string {
  const { call, meter, site } = input
  let next = 0
  const counted = counter(input)
  const pattern = /\{\{|\}\}|\{(\w*)([^{}:]*)(?::([^{}]*))?\}|[{}]/g
  return format.replace(pattern, (all, key = '', rest = '', spec = '') => {
    if (all === '{{' || all === '}}') return all[0] ?? ''
    if (all === '{' || all === '}') return mistake(`a single \`${all}\` in a format`, site)
    if (rest) return mistake(`\`${all}\`: a format takes values, not their members`, site)
    const value = /^\d*$/.test(key) ? call.positional[key === '' ? next++ : Number(key)] : call.named.get(key)
    if (value === undefined) return mistake(`the format needs a value for \`${all}\``, site)
    return counted(spec ? shaped(value, parseShape(spec, site), input) : printed(value, meter, site))
  })
}

function parseShape(spec: string, site: Site): Shape {
  const match = /^(?:(.)?([<>^=]))?([-+ ]?)(0?)(\d*)([,_]?)(?:\.(\d+))?([sdfxXoeEgG%]?)$/su.exec(spec)
  if (!match) return mistake(`\`${spec}\` is not a format`, site)
  const [, fill, align, sign = '', zero = '', width = '', grouping = '', precision, type = ''] = match
  return {
    fill: fill ?? (zero || ' '),
    align: align ?? (zero ? '=' : undefined),
    sign: sign === '-' ? '' : sign,
    width: Number(width || 0),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  }
}

function shaped(value: TemplateValue, shape: Shape, place: Place): string {
  if (shape.width > largestWidth || (shape.precision ?? 0) > 100) mistake('the format is too wide', place.site)
  const number = numberOf(value)
  const isText = shape.type === 's' || shape.type === 'r' || (shape.type === '' && number === undefined)
  if (isText) {
    const whole =
      shape.type === 'r' ? represented(value, place.meter, place.site) : printed(value, place.meter, place.site)
    return pad(shape.precision === undefined ? whole : whole.slice(0, shape.precision), '', shape, '<')
  }
  if (number === undefined) return mistake(`the format needs a number, not ${kindOf(value)}`, place.site)
  const sign = number < 0 || Object.is(number, -0) ? '-' : shape.sign
  return pad(digits(Math.abs(number), value, shape, place), sign, shape, '>')
}

function digits(number: number, value: TemplateValue, shape: Shape, place: Place): string {
  const { type, precision, grouping } = shape
  const group = (text: string) => (grouping ? text.replace(/\B(?<!\..*)(?=(\d{3})+(?!\d))/g, grouping) : text)
  const exponent = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2')
  switch (type) {
    case 'd':
      return group(String(Math.trunc(number)))
    case 'x':
    case 'X':
    case 'o': {
      const text = Math.trunc(number).toString(type === 'o' ? 8 : 16)
      return type === 'X' ? text.toUpperCase() : text
    }
    case 'e':
    case 'E': {
      const text = exponent(number.toExponential(precision ?? 6))
      return type === 'E' ? text.toUpperCase() : text
    }
    case 'f':
      return group(number.toFixed(precision ?? 6))
    case '%':
      return `${(number * 100).toFixed(precision ?? 6)}%`
    case 'g':
    case 'G':
      return exponent(String(Number(number.toPrecision(precision || 6))))
    default:
      return group(
        precision === undefined ? printed(value, place.meter, place.site).replace(/^-/, '') : number.toFixed(precision),
      )
  }
}

function pad(text: string, sign: string, shape: Shape, initial: string): string {
  const missing = shape.width - text.length - sign.length
  if (missing <= 0) return sign + text
  switch (shape.align ?? initial) {
    case '<':
      return sign + text + shape.fill.repeat(missing)
    case '^':
      return shape.fill.repeat(missing >> 1) + sign + text + shape.fill.repeat(missing - (missing >> 1))
    case '=':
      return sign + shape.fill.repeat(missing) + text
    default:
      return shape.fill.repeat(missing) + sign + text
  }
}

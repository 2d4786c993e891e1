import { isTrue } from './compare.ts'
import { listFilters } from './list-filters.ts'
import { numberFilters } from './number-filters.ts'
import { type Input, type Operation, operation } from './operation.ts'
import { kindOf, printed } from './print.ts'
import { textFilters } from './text-operations.ts'
import { Dictionary, isList, numberOf, type TemplateValue, Tuple } from './value.ts'

/** The value, or another one when it is false and that is asked for. What is undefined, the evaluator has replaced. */
function orDefault(input: Input): TemplateValue {
  const isMissing = input.flag('boolean') && !isTrue(input.value, input.site)
  return isMissing ? (input.argument('default_value') ?? '') : input.value
}

/** JSON as Python writes it: keys sorted, `", "` and `": "` between, floats with their point. */
function serialized(value: TemplateValue, indent: string, margin: string, input: Input): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (numberOf(value) !== undefined) return printed(value, input.meter, input.site)
  const inner = margin + indent
  const bracketed = (parts: readonly string[], open: string, close: string) => {
    if (parts.length === 0) return open + close
    return indent ? `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}` : open + parts.join(', ') + close
  }
  if (value instanceof Dictionary) {
    const entries = [...value.entries].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    const part = ([key, entry]: (typeof entries)[number]) =>
      `${JSON.stringify(String(key))}: ${serialized(entry, indent, inner, input)}`
    return bracketed(entries.map(part), '{', '}')
  }
  const items = value instanceof Tuple ? value.items : isList(value) ? value : undefined
  if (!items) return input.fail(`${kindOf(value)} has no JSON form`)
  return bracketed(
    items.map((item) => serialized(item, indent, inner, input)),
    '[',
    ']',
  )
}

function tojson(input: Input): string {
  const indent = Math.min(Math.max(input.integerArgument('indent') ?? 0, 0), 16)
  // Printing it first bounds its size, and refuses what is nested too deeply.
  input.meter.text(input.site, input.text.length * (indent + 1))
  return serialized(input.value, ' '.repeat(indent), '', input)
}

const defaultFilter = operation(['default_value', 'boolean'], orDefault)

/** All filters by name. */
export const filters: ReadonlyMap<string, Operation> = new Map([
  ...textFilters,
  ...numberFilters,
  ...listFilters,
  ['default', defaultFilter],
  ['d', defaultFilter],
  ['tojson', operation(['indent'], tojson)],
])

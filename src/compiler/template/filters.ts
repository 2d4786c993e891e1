import type { Json } from '../../project/index.ts'
import { isTrue } from './compare.ts'
import { toJson } from './json.ts'
import { listFilters } from './list-filters.ts'
import { numberFilters } from './number-filters.ts'
import { type Input, type Operation, operation } from './operation.ts'
import { kindOf } from './print.ts'
import { textFilters } from './text-operations.ts'
import type { TemplateValue } from './value.ts'

/** The value, or another one when it is false and that is asked for. What is undefined, the evaluator has replaced. */
function orDefault(input: Input): TemplateValue {
  const isMissing = input.flag('boolean') && !isTrue(input.value, input.site)
  return isMissing ? (input.argument('default_value') ?? '') : input.value
}

/** JSON as Python writes it: keys sorted, `", "` and `": "` between. */
function serialized(json: Json, indent: string, margin: string): string {
  if (json === null || typeof json !== 'object') return JSON.stringify(json)
  const inner = margin + indent
  const [open, between, close] = indent ? [`\n${inner}`, `,\n${inner}`, `\n${margin}`] : ['', ', ', '']
  if (Array.isArray(json)) {
    return json.length === 0
      ? '[]'
      : `[${open}${json.map((item) => serialized(item, indent, inner)).join(between)}${close}]`
  }
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1))
  const shown = entries.map(([key, value]) => `${JSON.stringify(key)}: ${serialized(value, indent, inner)}`)
  return shown.length === 0 ? '{}' : `{${open}${shown.join(between)}${close}}`
}

function tojson(input: Input): string {
  // Printing it first counts its size and refuses what is nested too deeply.
  input.meter.text(input.site, input.text.length)
  const json = toJson(input.value)
  if (json === undefined) return input.fail(`${kindOf(input.value)} has no JSON form`)
  const indent = Math.min(Math.max(input.integerArgument('indent') ?? 0, 0), 16)
  return serialized(json, ' '.repeat(indent), '')
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

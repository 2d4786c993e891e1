import { contains, equal, order } from './compare.ts'
import { filters } from './filters.ts'
import { type Input, type Operation, operation } from './operation.ts'
import { kindOf } from './print.ts'
import { isLower, isUpper } from './text-operations.ts'
import { Callable, Dictionary, isInteger, isList, numberOf, Printable, type TemplateValue, Tuple } from './value.ts'

const is = (test: (value: TemplateValue) => boolean) => operation([], (input) => test(input.value))
const compared = (test: (value: TemplateValue, other: TemplateValue, input: Input) => boolean) =>
  operation(['other!'], (input) => test(input.value, input.argument('other') ?? null, input))
const ordered = (test: (difference: number) => boolean) =>
  compared((value, other, input) => test(order(value, other, input.meter, input.site)))

const equals = compared((value, other, input) => equal(value, other, input.meter, input.site))
const differs = compared((value, other, input) => !equal(value, other, input.meter, input.site))
const isLess = ordered((difference) => difference < 0)
const isAtMost = ordered((difference) => difference <= 0)
const isGreater = ordered((difference) => difference > 0)
const isAtLeast = ordered((difference) => difference >= 0)
/** A relation is one, too, where it can be asked as one. */
const isMapping = (value: TemplateValue) =>
  value instanceof Dictionary || (value instanceof Printable && value.members.has('get'))
const isSequence = (value: TemplateValue) =>
  typeof value === 'string' || isList(value) || value instanceof Tuple || value instanceof Dictionary

function remainder(input: Input, divisor: TemplateValue): number {
  if (!isInteger(input.value)) return input.fail(`\`${input.name}\` needs an integer, not ${kindOf(input.value)}`)
  if (!isInteger(divisor) || divisor === 0) return input.fail(`\`${input.name}\` needs an integer other than 0`)
  return Math.abs(input.value % divisor)
}

/** All tests by name. `defined` and `undefined` see values only here: what is undefined, the evaluator has judged. */
export const tests: ReadonlyMap<string, Operation<boolean>> = new Map([
  ['defined', is(() => true)],
  ['undefined', is(() => false)],
  ['none', is((value) => value === null)],
  ['boolean', is((value) => typeof value === 'boolean')],
  ['true', is((value) => value === true)],
  ['false', is((value) => value === false)],
  ['string', is((value) => typeof value === 'string')],
  ['number', is((value) => numberOf(value) !== undefined || typeof value === 'boolean')],
  ['integer', is(isInteger)],
  ['float', is((value) => numberOf(value) !== undefined && !isInteger(value))],
  ['mapping', is(isMapping)],
  ['sequence', is(isSequence)],
  ['iterable', is(isSequence)],
  ['callable', is((value) => value instanceof Callable)],
  ['filter', is((value) => typeof value === 'string' && filters.has(value))],
  ['even', operation([], (input) => remainder(input, 2) === 0)],
  ['odd', operation([], (input) => remainder(input, 2) === 1)],
  ['divisibleby', operation(['num!'], (input) => remainder(input, input.argument('num') ?? null) === 0)],
  ['upper', operation([], (input) => isUpper(input.knownText))],
  ['lower', operation([], (input) => isLower(input.knownText))],
  ['in', compared((value, other, input) => contains(other, value, input.meter, input.site))],
  ['sameas', compared((value, other) => value === other)],
  ['eq', equals],
  ['==', equals],
  ['equalto', equals],
  ['ne', differs],
  ['!=', differs],
  ['lt', isLess],
  ['<', isLess],
  ['lessthan', isLess],
  ['le', isAtMost],
  ['<=', isAtMost],
  ['gt', isGreater],
  ['>', isGreater],
  ['greaterthan', isGreater],
  ['ge', isAtLeast],
  ['>=', isAtLeast],
])

import { isTrue } from './compare.ts'
import { listFilters } from './list-filters.ts'
import { numberFilters } from './number-filters.ts'
import { type Input, type Operation, operation } from './operation.ts'
import { pythonJson } from './python-json.ts'
import { textFilters } from './text-operations.ts'
import type { TemplateValue } from './value.ts'

/** The value, or another one when it is false and that is asked for. What is undefined, the evaluator has replaced. */
function orDefault(input: Input): TemplateValue {
  const isMissing = input.flag('boolean') && !isTrue(input.value, input.site)
  return isMissing ? (input.argument('default_value') ?? '') : input.value
}

function tojson(input: Input): string {
  const indent = input.integerArgument('indent') ?? 0
  return pythonJson(input.value, { indent, sortKeys: true, forHtml: true }, input.meter, input.site)
}

const defaultFilter = operation(['default_value', 'boolean'], orDefault)

/** Filters of Jinja that elt refuses, and what to write instead. */
export const refusedFilters: ReadonlyMap<string, string> = new Map([
  ['random', 'compiling the same project twice has to give the same SQL: name the element, or let SQL choose'],
  ...['e', 'escape', 'forceescape', 'striptags', 'urlize', 'xmlattr', 'urlencode'].map(
    (name) => [name, 'it is for HTML: leave it out, and write literals with quotes'] as const,
  ),
  ['wordwrap', 'the layout of SQL has no meaning: leave it out'],
  ['filesizeformat', "write a macro of your own, or use `'%.1f' | format(x)`"],
  ['pprint', 'use `tojson`'],
  ['as_native', 'use `int`, `float`, `as_number` or `as_bool`'],
])

/** All filters by name. */
export const filters: ReadonlyMap<string, Operation> = new Map([
  ...textFilters,
  ...numberFilters,
  ...listFilters,
  ['default', defaultFilter],
  ['d', defaultFilter],
  ['tojson', operation(['indent'], tojson)],
])

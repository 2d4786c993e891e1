import { bug } from '../../diagnostics/index.ts'
import { elements, equal, keyOf, order } from './compare.ts'
import { type Input, type Operation, openOperation, operation } from './operation.ts'
import { kindOf, represented } from './print.ts'
import { Dictionary, isList, type TemplateValue, Tuple } from './value.ts'

const copyHelp = 'copy it first: `{% set mine = x | list %}`'

/** The list, if the template may change it. */
function changeable(input: Input): TemplateValue[] {
  const { value } = input
  if (!isList(value)) return bug(`${input.name} is a method of lists`)
  if (Object.isFrozen(value)) return input.fail('a list of the project cannot be changed', copyHelp)
  return value as TemplateValue[]
}

/** The list, whose elements are counted as steps. */
function list(input: Input): readonly TemplateValue[] {
  return isList(input.value) ? input.items : bug(`${input.name} is a method of lists`)
}

function argument(input: Input, name: string): TemplateValue {
  return input.argument(name) ?? null
}

function indexOf(input: Input): number {
  const wanted = argument(input, 'value')
  const at = list(input).findIndex((item) => equal(item, wanted, input.meter, input.site))
  return at < 0 ? input.fail(`${represented(wanted, input.meter, input.site)} is not in the list`) : at
}

function pop(input: Input): TemplateValue {
  const items = changeable(input)
  const index = input.integerArgument('index') ?? -1
  const [taken] = items.splice(index < 0 ? index + items.length : index, 1)
  return taken === undefined ? input.fail(`the list has no element ${index}`) : taken
}

function sort(input: Input): null {
  const items = changeable(input)
  items.sort((a, b) => order(a, b, input.meter, input.site))
  if (input.flag('reverse')) items.reverse()
  return null
}

/** Runs a change of a list for its effect: in a template it is nothing that could be printed. */
const change = (parameters: readonly string[], run: (items: TemplateValue[], input: Input) => void) =>
  operation(parameters, (input) => {
    run(changeable(input), input)
    return null
  })

/** What can be called on a list. */
export const listMethods: ReadonlyMap<string, Operation> = new Map([
  ['append', change(['value!'], (items, input) => items.push(argument(input, 'value')))],
  [
    'extend',
    change(['values!'], (items, input) => {
      const added = elements(argument(input, 'values'), input.siteOf('values'))
      input.meter.step(input.site, added.length)
      for (const value of [...added]) items.push(value)
    }),
  ],
  [
    'insert',
    change(['index!', 'value!'], (items, input) =>
      items.splice(input.integerArgument('index') ?? 0, 0, argument(input, 'value')),
    ),
  ],
  ['remove', change(['value!'], (items, input) => items.splice(indexOf(input), 1))],
  ['clear', change([], (items) => items.splice(0))],
  [
    'reverse',
    change([], (items, input) => {
      input.meter.step(input.site, items.length)
      items.reverse()
    }),
  ],
  ['sort', operation(['reverse'], sort)],
  ['pop', operation(['index'], pop)],
  ['index', operation(['value!'], indexOf)],
  [
    'count',
    operation(
      ['value!'],
      (input) => list(input).filter((item) => equal(item, argument(input, 'value'), input.meter, input.site)).length,
    ),
  ],
  ['copy', operation([], (input) => [...list(input)])],
])

function entries(input: Input): Dictionary {
  return input.value instanceof Dictionary ? input.value : bug(`${input.name} is a method of dictionaries`)
}

/** The dictionary, whose entries are counted as steps. */
function allEntries(input: Input): Dictionary['entries'] {
  const all = entries(input).entries
  input.meter.step(input.site, all.size)
  return all
}

function changeableEntries(input: Input): Dictionary {
  const dictionary = entries(input)
  if (dictionary.frozen)
    return input.fail('a dictionary of the project cannot be changed', 'copy it first: `{% set mine = x.copy() %}`')
  return dictionary
}

function update(input: Input): null {
  const target = changeableEntries(input)
  for (const given of input.call.positional) {
    if (!(given instanceof Dictionary)) return input.fail(`\`update\` needs a dictionary, not ${kindOf(given)}`)
    input.meter.step(input.site, given.entries.size)
    for (const [key, value] of given.entries) target.entries.set(key, value)
  }
  for (const [key, value] of input.call.named) target.entries.set(key, value)
  return null
}

/** The value of the key that the call names, or what it gives as `default`. */
function entry(input: Input): TemplateValue | undefined {
  const value = entries(input).entries.get(keyOf(argument(input, 'key'), input.siteOf('key')))
  return value === undefined ? input.argument('default') : value
}

function popEntry(input: Input): TemplateValue {
  const value = entry(input)
  const key = keyOf(argument(input, 'key'), input.siteOf('key'))
  changeableEntries(input).entries.delete(key)
  return value === undefined ? input.fail(`the dictionary has no key \`${key}\``) : value
}

function setDefault(input: Input): TemplateValue {
  const value = entry(input) ?? null
  changeableEntries(input).entries.set(keyOf(argument(input, 'key'), input.siteOf('key')), value)
  return value
}

/** What can be called on a dictionary. */
export const dictionaryMethods: ReadonlyMap<string, Operation> = new Map([
  ['items', operation([], (input) => [...allEntries(input)].map((entry) => new Tuple(entry)))],
  ['keys', operation([], (input) => [...allEntries(input).keys()])],
  ['values', operation([], (input) => [...allEntries(input).values()])],
  ['get', operation(['key!', 'default'], (input) => entry(input) ?? null)],
  ['copy', operation([], (input) => new Dictionary(allEntries(input)))],
  ['update', openOperation(update)],
  ['pop', operation(['key!', 'default'], popEntry)],
  ['setdefault', operation(['key!', 'default'], setDefault)],
  [
    'clear',
    operation([], (input) => {
      changeableEntries(input).entries.clear()
      return null
    }),
  ],
])

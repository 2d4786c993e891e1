import { createHash } from 'node:crypto'
import { parseDocument, stringify } from 'yaml'
import type { Json } from '../../project/index.ts'
import { elements, equal, refuseHoles } from './compare.ts'
import { ownData, readJson, toJson } from './json.ts'
import type { Meter } from './meter.ts'
import { kindOf } from './print.ts'
import { pythonJson } from './python-json.ts'
import { type Bound, bindArguments } from './signature.ts'
import { fail, type Site } from './site.ts'
import { type CallArguments, type Callable, callable, Printable, type TemplateValue, Tuple } from './value.ts'

/** Most characters of a text that is read as YAML: reading it takes long. */
const mostYaml = 100_000

function boundValue(name: string, call: CallArguments, ...more: readonly string[]) {
  const parameters = [{ name: 'value', required: true }, ...more.map((each) => ({ name: each }))]
  return bindArguments(name, parameters, call)
}

function textOf(name: string, bound: Bound | undefined, site: Site): string {
  const value = bound?.value
  if (typeof value !== 'string') {
    return fail('template-type', { problem: `\`${name}\` needs a text, not ${kindOf(value ?? null)}` }, site)
  }
  refuseHoles(value, `given to \`${name}\``, site)
  return value
}

/** `fromjson(text, default)`, `fromyaml(text, default)`: without default, a text that cannot be read is an error. */
function reader(name: string, meter: Meter, read: (text: string, site: Site) => TemplateValue): Callable {
  return callable(name, (call) => {
    const bound = boundValue(name, call, 'default')
    const site = bound.get('value')?.site ?? call.site
    const text = textOf(name, bound.get('value'), site)
    meter.step(site, text.length)
    try {
      return read(text, site)
    } catch (error) {
      const otherwise = bound.get('default')
      if (!(error instanceof SyntaxError)) throw error
      return otherwise
        ? otherwise.value
        : fail('template-type', { problem: `\`${name}\` cannot read the text: ${firstLine(error.message)}` }, site)
    }
  })
}

const firstLine = (text: string) => text.split('\n', 1)[0]?.replace(/[:.]$/, '') ?? ''

function readYaml(text: string, site: Site): TemplateValue {
  if (text.length > mostYaml) {
    const limit = `${mostYaml.toLocaleString('en-US')} characters`
    return fail('template-limit', { what: 'the text is too long to be read as YAML', limit }, site)
  }
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, logLevel: 'silent' })
  const [error] = document.errors
  if (error) throw new SyntaxError(error.message)
  try {
    // Through text: aliases become copies, and what JSON does not know becomes null.
    const json: Json = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null))
    return ownData(json)
  } catch (failure) {
    if (failure instanceof RangeError) throw failure
    throw new SyntaxError(failure instanceof Error ? failure.message : 'it cannot be read')
  }
}

/** `tojson(value, default, sort_keys)` */
function tojson(meter: Meter): Callable {
  return callable('tojson', (call) => {
    const bound = boundValue('tojson', call, 'default', 'sort_keys')
    const sortKeys = bound.get('sort_keys')?.value === true
    return pythonJson(bound.get('value')?.value ?? null, { sortKeys, forHtml: false }, meter, call.site)
  })
}

/** `toyaml(value, default, sort_keys)` */
function toyaml(meter: Meter): Callable {
  return callable('toyaml', (call) => {
    const bound = boundValue('toyaml', call, 'default', 'sort_keys')
    const value = bound.get('value')?.value ?? null
    const json = toJson(value)
    if (json === undefined) {
      return fail('template-type', { problem: `${kindOf(value)} has no YAML form` }, call.site)
    }
    const sortMapEntries = bound.get('sort_keys')?.value === true
    meter.step(call.site, JSON.stringify(json).length)
    return stringify(json, { sortMapEntries, indentSeq: false, lineWidth: 0 })
  })
}

/** `local_md5(text)`: for names and keys that are made while compiling. */
function localMd5(meter: Meter): Callable {
  return callable('local_md5', (call) => {
    const text = textOf('local_md5', boundValue('local_md5', call).get('value'), call.site)
    meter.step(call.site, text.length >> 4)
    return createHash('md5').update(text).digest('hex')
  })
}

function distinct(values: readonly TemplateValue[], meter: Meter, site: Site): TemplateValue[] {
  const texts = new Set<TemplateValue>()
  const others: TemplateValue[] = []
  return values.filter((value) => {
    if (typeof value === 'string') return !texts.has(value) && texts.add(value)
    if (others.some((other) => equal(other, value, meter, site))) return false
    return others.push(value)
  })
}

/** `set(values)`: each value once, in the order in which they came. Its order is no promise of Python, so it is not printed. */
function set(meter: Meter): Callable {
  return callable('set', (call) => {
    const bound = bindArguments('set', [{ name: 'value' }], call).get('value')
    return setOf(bound ? elements(bound.value, bound.site) : [], meter, call.site)
  })
}

function setOf(values: readonly TemplateValue[], meter: Meter, site: Site): Tuple {
  meter.step(site, values.length)
  const items = distinct(values, meter, site)
  const has = (all: readonly TemplateValue[], value: TemplateValue, at: Site) =>
    all.some((one) => equal(one, value, meter, at))
  const operation = (name: string, work: (other: readonly TemplateValue[], at: Site) => TemplateValue) =>
    callable(name, (call) => {
      const bound = boundValue(name, call).get('value')
      return work(bound ? elements(bound.value, bound.site) : [], call.site)
    })
  const members = [
    operation('union', (other, at) => setOf([...items, ...other], meter, at)),
    operation('intersection', (other, at) =>
      setOf(
        items.filter((item) => has(other, item, at)),
        meter,
        at,
      ),
    ),
    operation('difference', (other, at) =>
      setOf(
        items.filter((item) => !has(other, item, at)),
        meter,
        at,
      ),
    ),
    operation('issubset', (other, at) => items.every((item) => has(other, item, at))),
    operation('issuperset', (other, at) => other.every((item) => has(items, item, at))),
    operation('isdisjoint', (other, at) => !items.some((item) => has(other, item, at))),
  ]
  return new Tuple(items, [], { description: 'a set', members: new Map(members.map((one) => [one.name, one])) })
}

/** `cycler('a', 'b')`: `next()` gives its values in turn, `current` the one that comes next, `reset()` begins again. */
function cycler(): Callable {
  return callable('cycler', (call) => {
    const values = call.positional
    if (values.length === 0) return fail('template-arguments', { callee: 'cycler', problem: 'needs values' }, call.site)
    let position = 0
    const members = new Map<string, TemplateValue>()
    const moveTo = (next: number) => {
      position = next % values.length
      members.set('current', values[position] ?? null)
    }
    moveTo(0)
    members.set(
      'next',
      callable('next', () => {
        const value = values[position] ?? null
        moveTo(position + 1)
        return value
      }),
    )
    members.set(
      'reset',
      callable('reset', () => {
        moveTo(0)
        return ''
      }),
    )
    return new Printable({ description: 'a cycler', members })
  })
}

/** Functions that read, write and arrange data, by name; each is made when it is first used. */
export const dataFunctions: ReadonlyMap<string, (meter: Meter) => TemplateValue> = new Map([
  ['fromjson', (meter: Meter) => reader('fromjson', meter, readJson)],
  ['fromyaml', (meter: Meter) => reader('fromyaml', meter, readYaml)],
  ['tojson', tojson],
  ['toyaml', toyaml],
  ['local_md5', localMd5],
  ['set', set],
  ['cycler', cycler],
])

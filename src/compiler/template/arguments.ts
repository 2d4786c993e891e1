import { elements } from './compare.ts'
import { type Frame, siteIn } from './frame.ts'
import { kindOf } from './print.ts'
import { fail, type Site } from './site.ts'
import type { Argument, Expression } from './tree.ts'
import { type CallArguments, Dictionary, type TemplateValue } from './value.ts'

const none: CallArguments['named'] = new Map()
const noSites: CallArguments['namedSites'] = new Map()

/** The values of a call's arguments, `*list` and `**dictionary` unpacked. */
export function callArguments(
  given: readonly Argument[],
  site: Site,
  frame: Frame,
  evaluate: (expression: Expression, frame: Frame) => TemplateValue,
): CallArguments {
  if (given.length === 0) return { positional: [], named: none, site, positionalSites: [], namedSites: noSites }
  const positional: TemplateValue[] = []
  const positionalSites: Site[] = []
  const named = new Map<string, TemplateValue>()
  const namedSites = new Map<string, Site>()
  const addNamed = (name: string, value: TemplateValue, at: Site) => {
    if (named.has(name)) fail('template-arguments', { callee: 'the call', problem: `is given \`${name}\` twice` }, at)
    named.set(name, value)
    namedSites.set(name, at)
  }
  for (const argument of given) {
    const value = evaluate(argument.value, frame)
    const at = siteIn(frame, argument.value)
    if (argument.kind === 'named') {
      addNamed(argument.name, value, at)
    } else if (argument.kind === 'spread-dictionary') {
      for (const [name, entry] of namedEntries(value, at)) addNamed(name, entry, at)
    } else {
      const values = argument.kind === 'spread-list' ? elements(value, at) : [value]
      frame.run.meter.step(at, values.length)
      for (const item of values) {
        positional.push(item)
        positionalSites.push(at)
      }
    }
  }
  return { positional, named, site, positionalSites, namedSites }
}

function namedEntries(value: TemplateValue, site: Site): [string, TemplateValue][] {
  if (!(value instanceof Dictionary)) {
    return fail('template-type', { problem: `\`**\` needs a dictionary, not ${kindOf(value)}` }, site)
  }
  return [...value.entries].map(([key, entry]) =>
    typeof key === 'string' ? [key, entry] : fail('template-type', { problem: '`**` needs texts as keys' }, site),
  )
}

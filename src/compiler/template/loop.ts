import { equal } from './compare.ts'
import type { Meter } from './meter.ts'
import { fail } from './site.ts'
import { callable, Printable, type TemplateValue, Tuple } from './value.ts'

/** What `loop` is in one turn. `memory` holds what the last turn gave to `loop.changed`. */
export function loopVariable(
  items: readonly TemplateValue[],
  turn: number,
  memory: { changed?: TemplateValue },
  meter: Meter,
): Printable {
  const { length } = items
  const members: [string, TemplateValue][] = [
    ['index', turn + 1],
    ['index0', turn],
    ['revindex', length - turn],
    ['revindex0', length - turn - 1],
    ['first', turn === 0],
    ['last', turn === length - 1],
    ['length', length],
  ]
  const [previous, next] = [items[turn - 1], items[turn + 1]]
  if (previous !== undefined) members.push(['previtem', previous])
  if (next !== undefined) members.push(['nextitem', next])
  const cycle = callable('cycle', ({ positional, site }) => {
    const chosen = positional[turn % Math.max(positional.length, 1)]
    return chosen === undefined
      ? fail('template-arguments', { callee: 'cycle', problem: 'needs values' }, site)
      : chosen
  })
  const changed = callable('changed', ({ positional, site }) => {
    const [value, before] = [new Tuple(positional), memory.changed]
    memory.changed = value
    return before === undefined || !equal(before, value, meter, site)
  })
  members.push(['cycle', cycle], ['changed', changed])
  return new Printable({ description: '`loop`', members: new Map(members) })
}

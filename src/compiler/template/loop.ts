import { equal } from './compare.ts'
import type { Meter } from './meter.ts'
import { fail } from './site.ts'
import { type CallArguments, Callable, callable, Printable, type TemplateValue, Tuple } from './value.ts'

interface Turn {
  readonly items: readonly TemplateValue[]
  readonly turn: number
  /** How many loops of `loop(…)` it is in. */
  readonly depth: number
  /** What the last turn gave to `loop.changed`. */
  readonly memory: { changed?: TemplateValue }
  readonly meter: Meter
  /** What `loop(…)` does, in a recursive loop. */
  readonly again: ((call: CallArguments) => TemplateValue) | undefined
}

/** What `loop` is in one turn. */
export function loopVariable({ items, turn, depth, memory, meter, again }: Turn): Printable | Callable {
  const { length } = items
  const members: [string, TemplateValue][] = [
    ['index', turn + 1],
    ['index0', turn],
    ['revindex', length - turn],
    ['revindex0', length - turn - 1],
    ['first', turn === 0],
    ['last', turn === length - 1],
    ['length', length],
    ['depth', depth + 1],
    ['depth0', depth],
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
  if (again) return new Callable('loop', again, new Map(members))
  return new Printable({ description: '`loop`', members: new Map(members) })
}

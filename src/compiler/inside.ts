import type { Location } from '../diagnostics/index.ts'
import type { Draft } from './draft.ts'
import type { Access, Way } from './edges.ts'
import type { Links } from './links.ts'
import { contactsOf } from './own-edges.ts'
import type { RenderedText } from './rendered.ts'

/** An ephemeral model that is rendered inside another one: with its window, as a query in front of its own. */
export interface Inside {
  readonly draft: Draft
  /** Whether every way to it says `all_partitions=true`. */
  readonly allPartitions: boolean
  readonly onChange: 'keep' | 'rebuild'
  /** The ephemerals on the way, nearest first, itself last. */
  readonly via: readonly string[]
  /** Where the outermost model reads it, or what leads to it. */
  readonly location: Location
}

function combine(known: Inside | undefined, found: Inside): Inside {
  if (!known) return found
  return {
    ...known,
    allPartitions: known.allPartitions && found.allPartitions,
    onChange: known.onChange === 'rebuild' ? 'rebuild' : found.onChange,
  }
}

/** The ephemerals that a text names itself, with what it asks of each. `outer` is the one whose text it is. */
function named(rendered: RenderedText, links: Links, outer: Inside | undefined): Inside[] {
  return [...contactsOf(rendered)].flatMap(([node, { reads }]): Inside[] => {
    const ephemeral = links.drafts.get(node)
    const [first] = reads
    if (!first || ephemeral?.config.materialized !== 'ephemeral') return []
    const rebuild = outer?.onChange === 'rebuild' || reads.some((read) => read.reference.onChange === 'rebuild')
    return [
      {
        draft: ephemeral,
        allPartitions: outer?.allPartitions || reads.every((read) => read.reference.allPartitions),
        onChange: rebuild ? 'rebuild' : 'keep',
        via: [...(outer?.via ?? []), ephemeral.id],
        location: outer?.location ?? first.location,
      },
    ]
  })
}

/** Every ephemeral that a text names, directly or through others. */
function reached(rendered: RenderedText, links: Links): Draft[] {
  const found = new Set<Draft>()
  const open = [rendered]
  for (let at = open.pop(); at; at = open.pop()) {
    for (const { draft: ephemeral } of named(at, links, undefined)) {
      if (found.has(ephemeral)) continue
      found.add(ephemeral)
      open.push(ephemeral.rendered)
    }
  }
  return [...found]
}

/** The ephemerals rendered inside a text, upstreams first: each before those that read it. */
export function insideOf(rendered: RenderedText, links: Links): Inside[] {
  const place = (other: Draft): number => links.position.get(other.id) ?? -1
  const outermostFirst = reached(rendered, links).sort((a, b) => place(b) - place(a))
  const asked = new Map<string, Inside>()
  const ask = (inside: Inside) => asked.set(inside.draft.id, combine(asked.get(inside.draft.id), inside))
  for (const inside of named(rendered, links, undefined)) ask(inside)
  for (const ephemeral of outermostFirst) {
    for (const inside of named(ephemeral.rendered, links, asked.get(ephemeral.id))) ask(inside)
  }
  return outermostFirst.flatMap((ephemeral) => asked.get(ephemeral.id) ?? []).reverse()
}

/** What a text that stands inside another one reads of a view, as the outer one has it. */
function accessInside(inside: Inside, { window, whole, scan }: Access): Access {
  const { location, onChange } = inside
  const isRebuilt = onChange === 'rebuild' || whole?.onChange === 'rebuild'
  const isWhole = whole !== undefined || (scan !== undefined && inside.allPartitions)
  return {
    ...(window ? { window: { ...window, location } } : {}),
    ...(isWhole ? { whole: { onChange: isRebuilt ? 'rebuild' : 'keep', location } } : {}),
    ...(scan && !inside.allPartitions ? { scan: { ...scan, location } } : {}),
  }
}

/** What the text of an ephemeral reads, as the model around it has it. */
function fromInside(inside: Inside, way: Way): Way {
  const outer = { via: [...inside.via, ...way.via], location: inside.location }
  const rebuild = inside.onChange === 'rebuild'
  if (way.kind === 'view') {
    return { ...way, ...outer, access: accessInside(inside, way.access), rebuild: way.rebuild || rebuild }
  }
  if (way.kind === 'window') return { ...way, ...outer }
  if (way.kind === 'scan') {
    const { upstream } = way
    return inside.allPartitions
      ? { kind: 'reference', upstream, ...outer, onChange: inside.onChange }
      : { ...way, ...outer }
  }
  return { ...way, ...outer, onChange: rebuild ? 'rebuild' : way.onChange }
}

/** What a model reads: by its own text, and by those of the ephemerals inside. */
export function allWays(own: readonly Way[], inside: readonly Inside[], links: Links): Way[] {
  const inner = inside.flatMap((each) =>
    (links.inEphemerals.get(each.draft.id) ?? []).map((way) => fromInside(each, way)),
  )
  return [...own, ...inner]
}

import type { Hop } from '../calendar/index.ts'
import { type EdgeNumbers, united } from './edge-numbers.ts'
import type { Access, Edge, EdgeSet, Passage, Way } from './edges.ts'
import { edgeAfter, joined } from './reaches.ts'

/** What becomes of edges of one kind, besides windows that stay windows. */
interface Outcome {
  readonly whole: 'keep' | 'rebuild' | undefined
  readonly scan: boolean
}

/** How a model reads what stands behind a view, along one way to it. */
interface Reading {
  /** The partitions of views that a window passes, nearest first; undefined: it is not read by window. */
  readonly window: readonly Hop[] | undefined
  readonly ofWindows: Outcome
  readonly ofScans: Outcome
  readonly rebuild: boolean
}

const nothing: Outcome = { whole: undefined, scan: false }

function both(a: Outcome, b: Outcome): Outcome {
  const isRebuilt = a.whole === 'rebuild' || b.whole === 'rebuild'
  return { whole: isRebuilt ? 'rebuild' : (a.whole ?? b.whole), scan: a.scan || b.scan }
}

/** What a window passes at a view: nothing, where its own instants are read there. */
function hopsOf({ window }: Access): readonly Hop[] | undefined {
  if (!window) return undefined
  const { grid, reach, isExact } = window
  return isExact && reach.before === 0 && reach.after === 0 ? [] : [{ grid, reach }]
}

function readingOf({ access, rebuild }: Passage): Reading {
  const outcome = { whole: access.whole?.onChange, scan: access.scan !== undefined }
  return { window: hopsOf(access), ofWindows: outcome, ofScans: outcome, rebuild }
}

/** How a model reads what stands behind a view that is read by one that it reads. */
function further(outer: Reading, { access, rebuild }: Passage): Reading {
  const { window, whole, scan } = access
  const asWhole: Outcome = { whole: whole && (outer.rebuild ? 'rebuild' : whole.onChange), scan: false }
  const ofScans = both(scan ? outer.ofScans : nothing, asWhole)
  const hops = hopsOf(access)
  return {
    window: hops && outer.window && joined([...outer.window, ...hops]),
    ofWindows: both(window ? outer.ofWindows : nothing, ofScans),
    ofScans,
    rebuild: outer.rebuild || rebuild,
  }
}

/** An edge behind a view, as the model before it has it. */
function seenThrough(edge: Edge, { window, ofWindows, ofScans, rebuild }: Reading, passage: Passage): Edge[] {
  const { access, via, location } = passage
  const { upstream } = edge
  if (edge.kind === 'plain' || edge.kind === 'reference') {
    return [{ ...edge, via, location, onChange: rebuild ? 'rebuild' : edge.onChange }]
  }
  const found: Edge[] = []
  if (edge.kind === 'window' && window) {
    const read = edgeAfter([...window, ...(edge.through ?? []), edge])
    found.push({ kind: 'window', upstream, via, ...read, location: access.window?.location ?? location })
  }
  const { whole, scan } = edge.kind === 'window' ? ofWindows : ofScans
  if (whole) {
    found.push({ kind: 'reference', upstream, via, onChange: whole, location: access.whole?.location ?? location })
  }
  if (scan) {
    const { alias, location: at } = access.scan ?? { alias: undefined, location }
    found.push({ kind: 'scan', upstream, via, alias, location: at })
  }
  return found
}

/** Everything behind one view, each meaning once, however many ways lead there. Iterative. */
function through(passage: Passage, numbers: EdgeNumbers): Edge[] {
  const edges = new Map<number, Edge>()
  const seen = new Map<EdgeSet, Set<string>>()
  const open = [{ set: passage.behind, reading: readingOf(passage) }]
  const meet = (edge: Edge, reading: Reading) => {
    for (const found of seenThrough(edge, reading, passage)) {
      const number = numbers.numberOf(found)
      if (!edges.has(number)) edges.set(number, found)
    }
  }
  for (const { set, reading } of open) {
    const readings = seen.get(set) ?? new Set()
    const name = JSON.stringify(reading)
    if (readings.has(name)) continue
    seen.set(set, readings.add(name))
    for (const number of set.numbers ?? []) {
      const edge = numbers.at(number)
      if (edge) meet(edge, reading)
    }
    for (const way of set.ways) {
      if (way.kind === 'view') open.push({ set: way.behind, reading: further(reading, way) })
      else meet(way, reading)
    }
  }
  return [...edges.values()]
}

/** The edges of a model: its own, and those behind the views that it reads. */
export function edgesOfWays(ways: readonly Way[], numbers: EdgeNumbers): Edge[] {
  return ways.flatMap((way) => (way.kind === 'view' ? through(way, numbers) : [way]))
}

/** The upstreams of a model, behind views, too: all that matters to one without partitions. Iterative. */
export function upstreamsOfWays(ways: readonly Way[], numbers: EdgeNumbers): ReadonlySet<string> {
  const upstreams = new Set<string>()
  const seen = new Set<EdgeSet>()
  const open: EdgeSet[] = []
  const enter = (way: Way) => {
    if (way.kind !== 'view') upstreams.add(way.upstream)
    else if (!seen.has(way.behind)) {
      seen.add(way.behind)
      open.push(way.behind)
    }
  }
  for (const way of ways) enter(way)
  for (const set of open) {
    for (const number of set.numbers ?? []) upstreams.add(numbers.at(number)?.upstream ?? '')
    for (const way of set.ways) enter(way)
  }
  return upstreams
}

/** Whether a view hands on what stands behind another as it is. */
function changesNothing({ access, rebuild, behind }: Passage): boolean {
  return access.scan !== undefined && !access.whole && !access.window && !rebuild && !behind.hasWindows
}

/** Most edges of a set that is kept as a list of numbers; wider ones refer to those below them. */
const widestList = 4096

function listOf(edges: readonly Edge[], numbers: EdgeNumbers): Int32Array {
  return Int32Array.from(new Set(edges.map((edge) => numbers.numberOf(edge)))).sort()
}

/** What stands behind a view that reads these. */
export function edgeSetOf(ways: readonly Way[], numbers: EdgeNumbers): EdgeSet {
  const passages = ways.filter((way) => way.kind === 'view')
  const [only] = passages
  if (only && ways.length === 1 && changesNothing(only)) return only.behind
  const hasWindows = ways.some((way) => (way.kind === 'view' ? way.behind.hasWindows : way.kind === 'window'))
  if (passages.some(({ behind }) => !behind.numbers)) return { ways, hasWindows }
  let list = listOf(
    ways.filter((way) => way.kind !== 'view'),
    numbers,
  )
  for (const passage of passages) {
    const behind = changesNothing(passage) ? passage.behind.numbers : listOf(through(passage, numbers), numbers)
    if (behind) list = united(list, behind)
  }
  return list.length <= widestList ? { numbers: list, ways: [], hasWindows } : { ways, hasWindows }
}

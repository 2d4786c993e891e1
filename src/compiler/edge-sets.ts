import type { Grid, Reach } from '../calendar/index.ts'
import type { Edge, EdgeSet, Passage, Way } from './edges.ts'
import { hull, reachIn, widen } from './reaches.ts'

/** What becomes of edges of one kind, besides windows that stay windows. */
interface Outcome {
  readonly whole: 'keep' | 'rebuild' | undefined
  readonly scan: boolean
}

/** How a model reads what stands behind a view, along one way to it. */
interface Reading {
  /** In the view's own partitions. */
  readonly window: { readonly grid: Grid; readonly reach: Reach } | undefined
  readonly ofWindows: Outcome
  readonly ofScans: Outcome
  readonly rebuild: boolean
}

const nothing: Outcome = { whole: undefined, scan: false }

function stronger(a: Outcome['whole'], b: Outcome['whole']): Outcome['whole'] {
  return a === 'rebuild' || b === 'rebuild' ? 'rebuild' : (a ?? b)
}

function both(a: Outcome, b: Outcome): Outcome {
  return { whole: stronger(a.whole, b.whole), scan: a.scan || b.scan }
}

function readingOf({ access, rebuild }: Passage): Reading {
  const outcome = { whole: access.whole?.onChange, scan: access.scan !== undefined }
  const window = access.window && { grid: access.window.grid, reach: access.window.reach }
  return { window, ofWindows: outcome, ofScans: outcome, rebuild }
}

/** How a model reads what stands behind a view that is read by one that it reads. */
function further(outer: Reading, { access, rebuild }: Passage): Reading {
  const { window, whole, scan } = access
  const asWhole: Outcome = { whole: whole && (outer.rebuild ? 'rebuild' : whole.onChange), scan: false }
  const ofScans = both(scan ? outer.ofScans : nothing, asWhole)
  const reach =
    window && outer.window && widen(window.reach, reachIn(window.grid, outer.window.reach, outer.window.grid))
  return {
    window: window && reach && { grid: window.grid, reach },
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
    const reach = widen(edge.reach, reachIn(edge.grid, window.reach, window.grid))
    found.push({ kind: 'window', upstream, via, grid: edge.grid, reach, location: access.window?.location ?? location })
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

/** Two edges of one kind to one upstream as one that means both. */
function merged(a: Edge, b: Edge): Edge {
  if (a.kind === 'window' && b.kind === 'window') return { ...a, reach: hull(a.reach, b.reach) }
  if ((a.kind === 'plain' || a.kind === 'reference') && a.kind === b.kind) {
    return a.onChange === 'rebuild' || b.onChange === 'keep' ? a : { ...a, onChange: 'rebuild' }
  }
  return a
}

class Edges {
  readonly #found = new Map<string, Edge>()

  add(edge: Edge): void {
    const name = `${edge.kind} ${edge.upstream}`
    const known = this.#found.get(name)
    this.#found.set(name, known ? merged(known, edge) : edge)
  }

  all(): Edge[] {
    return [...this.#found.values()]
  }
}

/** Everything behind one view: one edge for each upstream and kind, however many ways lead there. Iterative. */
function through(passage: Passage): Edge[] {
  const edges = new Edges()
  const seen = new Map<EdgeSet, Set<string>>()
  const open = [{ set: passage.behind, reading: readingOf(passage) }]
  for (const { set, reading } of open) {
    const readings = seen.get(set) ?? new Set()
    const name = JSON.stringify(reading)
    if (readings.has(name)) continue
    seen.set(set, readings.add(name))
    for (const way of set.ways) {
      if (way.kind === 'view') open.push({ set: way.behind, reading: further(reading, way) })
      else for (const edge of seenThrough(way, reading, passage)) edges.add(edge)
    }
  }
  return edges.all()
}

/** The edges of a model: its own, and those behind the views that it reads. */
export function edgesOfWays(ways: readonly Way[]): Edge[] {
  return ways.flatMap((way) => (way.kind === 'view' ? through(way) : [way]))
}

/** Whether a view hands on what stands behind another as it is. */
function changesNothing({ access, rebuild, behind }: Passage): boolean {
  return access.scan !== undefined && !access.whole && !access.window && !rebuild && !behind.hasWindows
}

/** Most edges of a flat set, and most that are merged in the hope of one. */
const flat = { most: 128, tried: 1024 }

/** What stands behind a view that reads these. */
export function edgeSetOf(ways: readonly Way[]): EdgeSet {
  const [only] = ways
  if (ways.length === 1 && only?.kind === 'view' && changesNothing(only)) return only.behind
  const hasWindows = ways.some((way) => (way.kind === 'view' ? way.behind.hasWindows : way.kind === 'window'))
  const size = ways.reduce((sum, way) => sum + (way.kind === 'view' ? way.behind.size : 1), 0)
  if (size <= flat.tried) {
    const edges = new Edges()
    for (const edge of edgesOfWays(ways)) edges.add(edge)
    const all = edges.all()
    if (all.length <= flat.most) return { ways: all, size: all.length, hasWindows }
  }
  return { ways, size: Number.POSITIVE_INFINITY, hasWindows }
}

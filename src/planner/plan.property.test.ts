import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Grid, startInstant } from '../calendar/index.ts'
import type { Input, Model } from '../compiler/index.ts'
import type { Batch, Plan } from './plan.ts'
import {
  assertion,
  day,
  fileSource,
  instant,
  model,
  newYorkDays,
  referenceTo,
  utcDays,
  World,
  wholeOf,
  windowOn,
} from './testing.ts'

/**
 * The planner against a model of it that knows nothing of ranges, versions or digests: it enumerates partitions, and
 * remembers for every built one the content of every single partition and file that it read.
 */

const tokyoDays: Grid = { unit: 'day', timeZone: 'Asia/Tokyo' }
const newYorkMonths: Grid = { unit: 'month', timeZone: 'America/New_York' }
const newYorkYears: Grid = { unit: 'year', timeZone: 'America/New_York' }
const kathmanduDays: Grid = { unit: 'day', timeZone: 'Asia/Kathmandu' }
const hours: Grid = { unit: 'hour', timeZone: 'America/New_York' }
const source = 'source.bts.flights'
// New York changes its clocks on 2013-03-10.
const first = day('2013-03-01')
const last = day('2013-03-21')

type Content = string | number

interface Trial {
  readonly inputs: ReadonlyMap<string, Content>
  readonly code: string
}

class Naive {
  readonly contents = new Map<string, Content>()
  readonly gone = new Set<string>()
  /** Models of which anything was ever built. */
  readonly everBuilt = new Set<string>()
  readonly built = new Map<string, Trial & { readonly gone: number }>()
  readonly failed = new Map<string, Trial>()
  private counter = 0
  private readonly ranges = new Map<string, number[]>()
  private readonly dues = new Map<string, Set<number>>()
  private readonly reads = new Map<string, number[]>()
  private readonly world: World

  constructor(world: World) {
    this.world = world
  }

  gridOf(id: string): Grid | undefined {
    return id === source ? utcDays : this.find(id).partitioning?.grid
  }

  find(id: string): Model {
    const found = this.world.models.find((candidate) => candidate.id === id)
    if (!found) throw new Error(id)
    return found
  }

  /** Every ordinal that could matter, of any grid. */
  private domain(grid: Grid | undefined): number[] {
    if (!grid) return [0]
    const spans = { hour: [(first - 5) * 24, (last + 12) * 24], month: [510, 528], year: [40, 47] } as const
    const [from, to] = grid.unit === 'day' ? [first - 60, last + 60] : spans[grid.unit]
    return Array.from({ length: to - from }, (_, i) => from + i)
  }

  private touches(grid: Grid, ordinal: number, start: number, end: number): boolean {
    return startInstant(grid, ordinal) < end && startInstant(grid, ordinal + 1) > start
  }

  /** Ordinals of the upstream that a partition reads through an input. */
  read(reader: Model, input: Input, ordinal: number): number[] {
    const key = `${reader.id} ${input.key} ${ordinal}`
    const read = this.reads.get(key) ?? this.enumerateRead(reader, input, ordinal)
    this.reads.set(key, read)
    return read
  }

  private enumerateRead(reader: Model, input: Input, ordinal: number): number[] {
    const upstreamGrid = this.gridOf(input.upstream)
    const grid = reader.partitioning?.grid
    if (input.kind !== 'window' || !grid || !upstreamGrid) return this.domain(upstreamGrid)
    const late = input.upstream === source ? this.lateBy() : 0
    let [at, from, to] = [grid, ordinal, ordinal]
    const ends = { grid: upstreamGrid, reach: { before: input.reach.before, after: input.reach.after + late } }
    for (const hop of [...(input.through ?? []), ends]) {
      const [start, end] = [startInstant(at, from), startInstant(at, to + 1)]
      const touched = this.domain(hop.grid).filter((candidate) => this.touches(hop.grid, candidate, start, end))
      ;[at, from, to] = [hop.grid, Math.min(...touched) - hop.reach.before, Math.max(...touched) + hop.reach.after]
    }
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  }

  private lateBy(): number {
    const origin = this.world.sources[0]?.origin
    return origin?.kind === 'files' ? origin.lateBy : 0
  }

  private exists(id: string, ordinal: number): boolean {
    return this.contents.has(`${id}@${ordinal}`)
  }

  /** Something changed: ranges and due sets are to be worked out again. */
  forget(): void {
    this.ranges.clear()
    this.dues.clear()
  }

  range(id: string): number[] {
    const range = this.ranges.get(id) ?? this.enumerateRange(id)
    this.ranges.set(id, range)
    return range
  }

  due(id: string): Set<number> {
    const due = this.dues.get(id) ?? this.enumerateDue(id)
    this.dues.set(id, due)
    return due
  }

  private enumerateRange(id: string): number[] {
    if (id === source) return hull(this.domain(utcDays).filter((ordinal) => this.exists(source, ordinal)))
    const reader = this.find(id)
    const grid = reader.partitioning?.grid
    if (!grid) return [0]
    const { begin, end: last } = reader
    if (begin !== undefined && last !== undefined) return Array.from({ length: last - begin }, (_, i) => begin + i)
    const offers = reader.inputs.flatMap((input) => {
      if (input.kind !== 'window') return []
      const upstreamGrid = this.gridOf(input.upstream) ?? utcDays
      const range = this.range(input.upstream)
      return range.length === 0
        ? []
        : [
            [
              startInstant(upstreamGrid, Math.min(...range)),
              startInstant(upstreamGrid, Math.max(...range) + 1),
            ] as const,
          ]
    })
    const [start, end] = [Math.min(...offers.map(([from]) => from)), Math.max(...offers.map(([, to]) => to))]
    return hull(
      this.domain(grid).filter(
        (ordinal) =>
          this.exists(id, ordinal) || (startInstant(grid, ordinal) >= start && startInstant(grid, ordinal + 1) <= end),
      ),
    )
  }

  private enumerateDue(id: string): Set<number> {
    const reader = this.find(id)
    const grid = reader.partitioning?.grid
    if (!grid) return new Set([0])
    const isOver = (ordinal: number): boolean =>
      startInstant(grid, ordinal + 1) <= this.world.now &&
      reader.inputs.every((input) => {
        if (input.kind !== 'window') return true
        const late = input.upstream === source ? this.lateBy() : 0
        const read = this.read(reader, input, ordinal).slice(0, late > 0 ? -late : undefined)
        const offered = new Set(this.range(input.upstream))
        const due = input.upstream === source ? undefined : this.due(input.upstream)
        const isThere = (candidate: number) =>
          due ? due.has(candidate) : startInstant(utcDays, candidate + 1) <= this.world.now
        // What lies before the first partition that the upstream has, or after its last, is not waited for.
        return read.filter((candidate) => offered.has(candidate)).every(isThere)
      })
    return new Set(this.range(id).filter(isOver))
  }

  inputsOf(reader: Model, ordinal: number, wanted: (input: Input) => boolean): Map<string, Content> {
    const inputs = new Map<string, Content>()
    for (const input of reader.inputs.filter(wanted)) {
      for (const candidate of this.read(reader, input, ordinal)) {
        const content = this.contents.get(`${input.upstream}@${candidate}`)
        if (content !== undefined) inputs.set(`${input.key}@${candidate}`, content)
      }
    }
    return inputs
  }

  goneIn(reader: Model, ordinal: number): number {
    const windows = reader.inputs.filter((input) => input.kind === 'window' && input.upstream === source)
    const read = windows.flatMap((input) => this.read(reader, input, ordinal))
    return read.filter((candidate) => this.gone.has(`${source}@${candidate}`)).length
  }

  isMoved(
    reader: Model,
    ordinal: number,
    then: ReadonlyMap<string, Content>,
    wanted: (input: Input) => boolean,
  ): boolean {
    return [...this.inputsOf(reader, ordinal, wanted)].some(([key, content]) => then.get(key) !== content)
  }

  record(reader: Model, ordinal: number, result: 'changed' | 'equal' | 'failed'): void {
    const part = `${reader.id}@${ordinal}`
    const trial = { inputs: this.inputsOf(reader, ordinal, () => true), code: reader.fingerprint }
    if (result === 'failed') {
      this.failed.set(part, trial)
      return
    }
    this.failed.delete(part)
    this.everBuilt.add(reader.id)
    this.built.set(part, { ...trial, gone: this.goneIn(reader, ordinal) })
    if (result === 'changed' || !this.contents.has(part)) this.contents.set(part, ++this.counter)
  }
}

function hull(ordinals: readonly number[]): number[] {
  if (ordinals.length === 0) return []
  const [from, to] = [Math.min(...ordinals), Math.max(...ordinals)]
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

const reopens = (input: Input) => input.kind !== 'reference' || input.onChange === 'rebuild'

interface Expected {
  readonly certain: Map<string, string>
  readonly ifChanged: Set<string>
}

/** What must be planned: every partition looked at by itself. */
function expectPlan(
  naive: Naive,
  world: World,
  selected: readonly string[],
  onCodeChange: 'keep' | 'rebuild',
): Expected {
  naive.forget()
  const certain = new Map<string, string>()
  const ifChanged = new Set<string>()
  const planned = new Set<string>()
  const isBuilt = (part: string) => certain.has(part) || ifChanged.has(part)
  const isBlocked = (reader: Model, ordinal: number): boolean =>
    reader.inputs.some((input) => {
      if (input.upstream === source) return false
      const due = naive.due(input.upstream)
      const parts = naive.read(reader, input, ordinal).filter((candidate) => due.has(candidate))
      const isHole = (candidate: number) =>
        !naive.contents.has(`${input.upstream}@${candidate}`) && !isBuilt(`${input.upstream}@${candidate}`)
      return (
        !(naive.everBuilt.has(input.upstream) || planned.has(input.upstream)) ||
        (input.kind === 'window' && parts.some(isHole))
      )
    })
  for (const reader of world.models) {
    if (!selected.includes(reader.id)) continue
    for (const ordinal of naive.due(reader.id)) {
      const part = `${reader.id}@${ordinal}`
      const decision = decideNaively(naive, reader, ordinal, onCodeChange, isBuilt)
      if (decision === undefined || isBlocked(reader, ordinal)) continue
      planned.add(reader.id)
      if (decision === 'if-changed') ifChanged.add(part)
      else certain.set(part, decision)
    }
  }
  return { certain, ifChanged }
}

function decideNaively(
  naive: Naive,
  reader: Model,
  ordinal: number,
  onCodeChange: 'keep' | 'rebuild',
  isBuilt: (part: string) => boolean,
): string | undefined {
  const part = `${reader.id}@${ordinal}`
  const built = naive.built.get(part)
  const failed = naive.failed.get(part)
  if (built && naive.goneIn(reader, ordinal) > built.gone) return undefined
  const rebuilt = reader.inputs
    .filter(reopens)
    .some((input) => naive.read(reader, input, ordinal).some((candidate) => isBuilt(`${input.upstream}@${candidate}`)))
  if (failed && failed.code === reader.fingerprint && !naive.isMoved(reader, ordinal, failed.inputs, () => true)) {
    return rebuilt ? 'if-changed' : undefined
  }
  if (!built) return 'never-built'
  const isModel = (input: Input) => reopens(input) && input.upstream !== source
  if (naive.isMoved(reader, ordinal, built.inputs, isModel)) return 'upstream-changed'
  if (naive.isMoved(reader, ordinal, built.inputs, reopens)) return 'source-changed'
  const rebuilds = onCodeChange === 'rebuild' || !reader.partitioning
  if (built.code !== reader.fingerprint && rebuilds) return 'code-changed'
  if (rebuilt) return 'if-changed'
  if (!failed) return undefined
  if (naive.isMoved(reader, ordinal, failed.inputs, isModel)) return 'upstream-changed'
  if (naive.isMoved(reader, ordinal, failed.inputs, reopens)) return 'source-changed'
  return naive.isMoved(reader, ordinal, failed.inputs, () => true) ? 'upstream-changed' : 'code-changed'
}

function partsOf(batch: Batch): { part: string; certainty: string; kind: string }[] {
  return batch.parts.flatMap(({ window = { start: 0, end: 1 }, certainty, reason }) =>
    Array.from({ length: window.end - window.start }, (_, i) => ({
      part: `${batch.model}@${window.start + i}`,
      certainty,
      kind: reason.kind,
    })),
  )
}

function judgePlan(naive: Naive, world: World, planned: Plan, expected: Expected): void {
  const batches = planned.steps.flatMap((step) => step.batches)
  const parts = batches.flatMap(partsOf)
  expect(new Set(parts.map(({ part }) => part)).size).toBe(parts.length)
  const certain = parts.filter(({ certainty }) => certainty === 'certain').map(({ part, kind }) => [part, kind])
  expect(new Map(certain.map(([part = '', kind = '']) => [part, kind]))).toEqual(expected.certain)
  expect(new Set(parts.filter(({ certainty }) => certainty === 'if-changed').map(({ part }) => part))).toEqual(
    expected.ifChanged,
  )
  const seen = new Set<string>()
  for (const batch of batches) {
    const reader = naive.find(batch.model)
    const own = partsOf(batch).map(({ part }) => Number(part.split('@')[1]))
    const { start, end } = batch.window ?? { start: 0, end: 1 }
    expect(own).toEqual(Array.from({ length: end - start }, (_, i) => start + i))
    expect(own.length).toBeLessThanOrEqual(world.models.find(({ id }) => id === batch.model)?.batch ?? 0)
    const read = new Set(
      reader.inputs.flatMap((input) =>
        own.flatMap((ordinal) => naive.read(reader, input, ordinal).map((u) => `${input.upstream}@${u}`)),
      ),
    )
    const needed = batches.filter((other) => other.id !== batch.id && partsOf(other).some(({ part }) => read.has(part)))
    expect(new Set(batch.waitsFor)).toEqual(new Set(needed.map(({ id }) => id)))
    expect(batch.waitsFor.every((id) => seen.has(id))).toBe(true)
    seen.add(batch.id)
  }
}

/** Builds what the plan says in the naive model, and returns what was really built. */
function applyNaively(naive: Naive, planned: Plan, result: (part: string) => 'changed' | 'equal' | 'failed'): string[] {
  const built: string[] = []
  for (const batch of planned.steps.flatMap((step) => step.batches)) {
    const reader = naive.find(batch.model)
    for (const { part, certainty } of partsOf(batch)) {
      const ordinal = Number(part.split('@')[1])
      const last = naive.failed.get(part) ?? naive.built.get(part)
      if (certainty === 'if-changed' && last && !naive.isMoved(reader, ordinal, last.inputs, reopens)) continue
      built.push(reader.partitioning ? part : reader.id)
      naive.record(reader, ordinal, result(part))
    }
  }
  return built
}

const reach = fc.record({ before: fc.integer({ min: 0, max: 3 }), after: fc.integer({ min: 0, max: 2 }) })

/** Months and years are longer than the files: they say themselves where they begin and end. */
function boundsOf({ unit }: Grid): { begin: number; end: number } | undefined {
  if (unit === 'month') return { begin: 517, end: 520 }
  return unit === 'year' ? { begin: 43, end: 44 } : undefined
}

/** Five models: extraction, a chain over any grid, a dimension and its reader, and a table of everything. */
const project = fc
  .record({
    rawReach: fc.record({ before: fc.integer({ min: 0, max: 1 }), after: fc.integer({ min: 0, max: 1 }) }),
    lateBy: fc.integer({ min: 0, max: 1 }),
    reachA: reach,
    reachB: reach,
    grids: fc.oneof(
      fc.tuple(
        fc.constantFrom(newYorkDays, newYorkDays, hours, kathmanduDays),
        fc.constantFrom(newYorkDays, tokyoDays, newYorkMonths, utcDays, hours, newYorkYears),
      ),
      fc.tuple(fc.constant(newYorkMonths), fc.constantFrom(newYorkMonths, newYorkYears, newYorkDays, kathmanduDays)),
      // Days of a whole year would be more than the model can look at.
      fc.tuple(fc.constant(newYorkYears), fc.constantFrom(newYorkMonths, newYorkYears)),
    ),
    through: fc.constantFrom(
      [],
      [{ grid: tokyoDays, reach: { before: 1, after: 0 } }],
      [{ grid: newYorkMonths, reach: { before: 0, after: 0 } }],
    ),
    onChange: fc.constantFrom('keep' as const, 'rebuild' as const),
    batch: fc.constantFrom(1, 3, 366),
  })
  .map(({ grids: [gridA, gridB], ...shape }) => ({
    sources: [fileSource(source, { lateBy: shape.lateBy })],
    models: [
      model('raw.flights', {
        grid: newYorkDays,
        batch: shape.batch,
        inputs: [windowOn(source, utcDays, shape.rawReach)],
      }),
      model('a.daily', {
        grid: gridA,
        ...boundsOf(gridA),
        batch: 30,
        inputs: [windowOn('raw.flights', newYorkDays, shape.reachA)],
      }),
      model('a.dimension', { inputs: [wholeOf('raw.flights')] }),
      model('a.other', {
        grid: gridB,
        ...boundsOf(gridB),
        batch: shape.batch,
        inputs: [
          windowOn('a.daily', gridA, shape.reachB),
          { ...windowOn('raw.flights', newYorkDays), ...(shape.through.length > 0 ? { through: shape.through } : {}) },
          referenceTo('a.dimension', shape.onChange),
        ],
      }),
      model('a.everything', { inputs: [wholeOf('a.other'), wholeOf('a.daily')] }),
    ],
  }))

const event = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      at: fc.integer({ min: 0, max: 20 }),
      hash: fc.constantFrom('b', 'c'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), at: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('code' as const), at: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const), hours: fc.integer({ min: 1, max: 60 }) }) },
  // Months and years end, too.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const), hours: fc.constantFrom(20 * 24, 300 * 24) }) },
)

const round = fc.record({
  events: fc.array(event, { maxLength: 4 }),
  leaveOut: fc.option(fc.integer({ min: 0, max: 4 }), { freq: 4 }),
  onCodeChange: fc.constantFrom('keep' as const, 'rebuild' as const),
  equal: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
  fails: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 3 }),
})

function happen(world: World, naive: Naive, happening: typeof event extends fc.Arbitrary<infer T> ? T : never): void {
  if (happening.do === 'tick') world.now += happening.hours * 3_600_000
  if (happening.do === 'code') {
    const changed = world.models[happening.at]
    if (changed) world.replace({ ...changed, fingerprint: `${changed.fingerprint}+` })
  }
  if (happening.do !== 'write' && happening.do !== 'delete') return
  const part = `${source}@${first + happening.at}`
  if (naive.gone.has(part)) return
  if (happening.do === 'write') {
    world.file(source, first + happening.at, happening.hash)
    naive.contents.set(part, happening.hash)
  } else if (naive.contents.has(part)) {
    world.deleteFile(source, first + happening.at)
    naive.gone.add(part)
  }
}

describe('the planner and a model of it that knows only sets', () => {
  it('agree on every partition, its reason, its batch and what it waits for, after any history', () => {
    fc.assert(
      fc.property(project, fc.array(round, { minLength: 1, maxLength: 5 }), ({ models, sources }, rounds) => {
        const world = new World(instant('2013-03-13T03:00:00Z'), models, sources)
        world.assertions = models.map(({ id }) => assertion(id, 'rows'))
        const naive = new Naive(world)
        for (let ordinal = first + 3; ordinal < first + 9; ordinal++) {
          world.file(source, ordinal)
          naive.contents.set(`${source}@${ordinal}`, 'a')
        }
        for (const { events, leaveOut, onCodeChange, equal, fails } of rounds) {
          for (const happening of events) happen(world, naive, happening)
          const selected = world.models.map(({ id }) => id).filter((_, i) => i !== leaveOut)
          const expected = expectPlan(naive, world, selected, onCodeChange)
          const planned = world.plan({ selected, onCodeChange })
          judgePlan(naive, world, planned, expected)
          const byHeads = world.planByHeads({ selected, onCodeChange })
          expect(byHeads.plan.steps).toEqual(planned.steps)
          const result = (part: string) => {
            const number = [...part].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
            return number % 13 === fails ? 'failed' : equal[number % 7] ? 'equal' : 'changed'
          }
          const built = world.apply(planned, {
            build: (reader, ordinal) => {
              const outcome = result(`${reader.id}@${ordinal}`)
              return outcome === 'failed' ? { failed: 'rows' } : outcome
            },
          })
          expect(built).toEqual(applyNaively(naive, planned, result))
        }
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 30) },
    )
  }, 600_000)
})

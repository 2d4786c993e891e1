import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Graph } from '../graph.ts'
import { plainConfig, plainGraph, plainModel, plainSource } from '../testing.ts'
import { type Indirect, select } from './index.ts'
import { plainAssertion, plainExposure } from './testing.ts'

/* Selectors against a model of their meaning that was written without looking at the code: sets of ids, every path tried. */

interface Thing {
  readonly id: string
  readonly kind: 'source' | 'model' | 'assertion' | 'exposure'
  readonly reads: readonly string[]
  readonly names: readonly string[]
}

interface World {
  readonly graph: Graph
  readonly things: readonly Thing[]
}

const some = (most: number) => fc.array(fc.nat(most), { maxLength: 3 })
const tag = fc.constantFrom('a', 'b')

const world: fc.Arbitrary<World> = fc
  .record({
    sources: fc.array(tag, { maxLength: 2 }),
    models: fc.array(fc.record({ reads: some(9), tag, odd: fc.boolean(), group: fc.boolean() }), {
      minLength: 1,
      maxLength: 7,
    }),
    assertions: fc.array(fc.record({ reads: some(9), tag, singular: fc.boolean() }), { maxLength: 5 }),
    exposures: fc.array(fc.record({ reads: some(9), tag }), { maxLength: 2 }),
  })
  .map(({ sources, models, assertions, exposures }) => {
    const sourceIds = sources.map((_, i) => `source.s.t${i}`)
    const modelIds = models.map(({ odd }, i) => `${odd ? 'adhoc' : 'analytics'}.m${i}`)
    const readable = [...sourceIds, ...modelIds]
    const pick = (numbers: readonly number[], limit: number) =>
      [...new Set(numbers.filter((n) => n < limit))].flatMap((n) => readable[n] ?? [])
    const things: Thing[] = []
    const add = (thing: Thing) => things.push(thing)
    const graph = plainGraph({
      sources: sources.map((name, i) => {
        const id = sourceIds[i] ?? ''
        add({
          id,
          kind: 'source',
          reads: [],
          names: [`source:s.t${i}`, 'source:s', `tag:${name}`, 'resource_type:source'],
        })
        return plainSource(id, { tags: [name] })
      }),
      models: models.map((model, i) => {
        const id = modelIds[i] ?? ''
        const layer = model.odd ? 'adhoc' : 'analytics'
        const reads = pick(model.reads, sources.length + i)
        const group = model.group ? ['group:g'] : []
        const names = [`m${i}`, id, layer, `layer:${layer}`, 'm*', `tag:${model.tag}`, 'resource_type:model', ...group]
        add({ id, kind: 'model', reads, names })
        const config = { ...plainConfig, tags: [model.tag], ...(model.group ? { group: 'g' } : {}) }
        return plainModel(id, { dependsOn: reads, config })
      }),
      assertions: assertions.map((assertion, i) => {
        const picked = pick(assertion.reads, readable.length)
        const node = assertion.singular ? undefined : (picked[0] ?? readable[0] ?? '')
        const reads = node === undefined ? picked : [...new Set([node, ...picked])]
        const made = plainAssertion(`check${i}`, reads, {
          tags: [assertion.tag],
          ...(node === undefined ? {} : { node }),
        })
        const type = node === undefined ? 'test_type:singular' : 'test_type:generic'
        const own = node === undefined ? `check${i}` : `${node}.check${i}`
        const names = [own, `test_name:check${i}`, type, 'test_type:data', `tag:${assertion.tag}`, 'resource_type:test']
        add({ id: made.id, kind: 'assertion', reads, names })
        return made
      }),
      exposures: exposures.map((exposure, i) => {
        const reads = pick(exposure.reads, readable.length)
        add({
          id: `exposure.e${i}`,
          kind: 'exposure',
          reads,
          names: [`exposure:e${i}`, 'exposure:*', `tag:${exposure.tag}`, 'resource_type:exposure'],
        })
        return plainExposure(`e${i}`, reads, { tags: [exposure.tag] })
      }),
    })
    return { graph, things }
  })

interface Asked {
  readonly name: number
  readonly before: number | undefined
  readonly after: number | undefined
  readonly at: boolean
}

const step = fc.constantFrom(undefined, undefined, 1, 2, Number.POSITIVE_INFINITY)
const asked: fc.Arbitrary<Asked> = fc.record({ name: fc.nat(200), before: step, after: step, at: fc.boolean() })
const mode = fc.constantFrom<Indirect>('eager', 'cautious', 'buildable', 'empty')

/** One of the names that exist in the world. */
function nameIn({ things }: World, { name }: Asked): string {
  const names = things.flatMap((thing) => thing.names)
  return names[name % names.length] ?? ''
}

function written(world: World, term: Asked): string {
  const name = nameIn(world, term)
  if (term.at) return `@${name}`
  const plus = (n: number | undefined) => (n === undefined ? '' : Number.isFinite(n) ? `${n}` : '')
  return `${term.before === undefined ? '' : `${plus(term.before)}+`}${name}${term.after === undefined ? '' : `+${plus(term.after)}`}`
}

type Ids = ReadonlySet<string>

function closure(start: Ids, next: (id: string) => readonly string[], steps: number): Set<string> {
  let all = new Set(start)
  for (let i = 0; i < Math.min(steps, 20); i++) all = new Set([...all, ...[...all].flatMap(next)])
  return all
}

function naiveTerm({ things }: World, name: string, { before, after, at }: Asked): Set<string> {
  const readsOf = (id: string) => things.find((thing) => thing.id === id)?.reads ?? []
  const readersOf = (id: string) => things.filter((thing) => thing.reads.includes(id))
  const start = new Set(things.filter(({ names }) => names.includes(name)).map(({ id }) => id))
  const isAssertion = (id: string) => things.some((thing) => thing.id === id && thing.kind === 'assertion')
  if (at) {
    const below = closure(start, (id) => readersOf(id).map((thing) => thing.id), 20)
    const all = closure(below, readsOf, 20)
    return new Set([...all].filter((id) => !isAssertion(id) || start.has(id)))
  }
  const up = closure(start, readsOf, before ?? 0)
  const builds = (id: string) =>
    readersOf(id)
      .filter(({ kind }) => kind !== 'assertion')
      .map((thing) => thing.id)
  return new Set([...up, ...closure(start, builds, after ?? 0)])
}

/** The assertions of an eager term: those that read any of it. */
function withRiders({ things }: World, chosen: Ids): Set<string> {
  const riders = things.filter(({ kind, reads }) => kind === 'assertion' && reads.some((id) => chosen.has(id)))
  return new Set([...chosen, ...riders.map(({ id }) => id)])
}

function naiveUnion(world: World, terms: readonly Ids[], indirect: Indirect): Set<string> {
  if (indirect === 'eager') return new Set(terms.flatMap((term) => [...withRiders(world, term)]))
  const chosen = new Set(terms.flatMap((term) => [...term]))
  if (indirect === 'empty') return chosen
  const { things } = world
  const readsOf = (id: string) => things.find((thing) => thing.id === id)?.reads ?? []
  const sources = things.filter(({ kind }) => kind === 'source').map(({ id }) => id)
  const enough = indirect === 'cautious' ? chosen : new Set([...closure(chosen, readsOf, 20), ...sources])
  const riders = things.filter(({ kind, reads }) => {
    return kind === 'assertion' && reads.some((id) => chosen.has(id)) && reads.every((id) => enough.has(id))
  })
  return new Set([...chosen, ...riders.map(({ id }) => id)])
}

function chosenIds(
  { graph }: World,
  words: string,
  exclude: readonly string[],
  indirect: Indirect,
): Set<string> | undefined {
  const { value } = select(graph, { select: [words], exclude, indirect })
  return value && new Set([...value.models, ...value.sources, ...value.assertions, ...value.exposures])
}

test('a union of selectors means what trying every path says, in every indirect mode, with exclusions', () => {
  fc.assert(
    fc.property(
      world,
      fc.array(asked, { minLength: 1, maxLength: 3 }),
      fc.array(asked, { maxLength: 2 }),
      mode,
      (w, terms, without, indirect) => {
        const sets = terms.map((term) => naiveTerm(w, nameIn(w, term), term))
        const gone = new Set(without.flatMap((term) => [...withRiders(w, naiveTerm(w, nameIn(w, term), term))]))
        const expected = new Set([...naiveUnion(w, sets, indirect)].filter((id) => !gone.has(id)))
        const words = terms.map((term) => written(w, term)).join(' ')
        const found = chosenIds(
          w,
          words,
          without.map((term) => written(w, term)),
          indirect,
        )
        if (expected.size === 0) expect(found).toBeUndefined()
        else expect(found).toEqual(expected)
      },
    ),
    { numRuns: 1500 },
  )
})

test('an intersection keeps what every part selects, assertions that ride along included', () => {
  fc.assert(
    fc.property(world, asked, asked, (w, one, other) => {
      const [a, b] = [one, other].map((term) => withRiders(w, naiveTerm(w, nameIn(w, term), term)))
      const expected = new Set([...(a ?? [])].filter((id) => b?.has(id)))
      const found = chosenIds(w, `${written(w, one)},${written(w, other)}`, [], 'eager')
      if (expected.size === 0) expect(found).toBeUndefined()
      else expect(found).toEqual(expected)
    }),
    { numRuns: 1000 },
  )
})

test('whatever is typed is selected or refused with a message', () => {
  const piece = fc.constantFrom(
    '+',
    '@',
    '2',
    ',',
    ' ',
    ':',
    '.',
    '(',
    ')',
    '[',
    ']',
    '*',
    '?',
    '!',
    '/',
    'm0',
    'tag',
    'state',
    'config',
    'source',
    'selector',
    'result',
    'modified',
    'x',
  )
  const words = fc.array(piece, { maxLength: 10 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(world, words, words, mode, ({ graph }, chosen, without, indirect) => {
      const { value, diagnostics } = select(graph, { select: [chosen], exclude: [without], indirect })
      if (value) expect(diagnostics).toEqual([])
      else expect(diagnostics.length).toBeGreaterThan(0)
      for (const { message } of diagnostics) expect(message).not.toContain('undefined')
    }),
    { numRuns: 3000 },
  )
})

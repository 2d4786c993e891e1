import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bug } from '../diagnostics/index.ts'
import type { InputRecord, OutcomeRange, PublishedPartition, RelationRecord } from './index.ts'
import { describeLedger, failing, ledgerOf, publishOn, session } from './testing.ts'

// The ledger against a naive model: one JavaScript object a partition.

interface Point {
  readonly version: number
  readonly fingerprint: string
  readonly settled: boolean
  readonly partial: boolean
  readonly inputs: readonly InputRecord[]
  readonly rows: number
}

interface Failed {
  readonly status: OutcomeRange['status']
  readonly message: string
  readonly inputs: readonly InputRecord[]
}

interface Model {
  version: number
  readonly published: Map<number, Point>
  readonly outcomes: Map<number, Failed>
}

const last = 12
const inputsOf = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b'), version: fc.integer({ min: 1, max: 2 }), published: fc.constant(1) }),
  { maxLength: 2 },
)
const distinctInputs = inputsOf.map((list) =>
  [...new Map(list.map((i) => [i.key, i])).values()].sort((x, y) => (x.key < y.key ? -1 : 1)),
)
const windowOf = fc
  .tuple(fc.integer({ min: 0, max: last }), fc.integer({ min: 1, max: 5 }))
  .map(([start, length]) => ({ start, end: start + length }))
const step = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    fingerprint: fc.constantFrom('f', 'g'),
    commits: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    partitions: fc.uniqueArray(
      fc.record({
        ordinal: fc.integer({ min: 0, max: last }),
        equal: fc.boolean(),
        settled: fc.boolean(),
        partial: fc.boolean(),
        rows: fc.integer({ min: 0, max: 2 }),
        inputs: distinctInputs,
      }),
      { minLength: 1, maxLength: 6, selector: (p) => p.ordinal },
    ),
  }),
  fc.record({ kind: fc.constant('planned' as const), window: windowOf }),
  fc.record({
    kind: fc.constant('failed' as const),
    window: windowOf,
    status: fc.constantFrom('engine-error' as const, 'assertion-failed' as const),
    message: fc.constantFrom('m', "n'"),
    inputs: distinctInputs,
  }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function each(window: { start: number; end: number }): number[] {
  return Array.from({ length: window.end - window.start }, (_, i) => window.start + i)
}

function apply(model: Model, action: Step): void {
  if (action.kind === 'planned') {
    for (const o of each(action.window)) model.outcomes.set(o, { status: 'planned', message: '', inputs: [] })
  } else if (action.kind === 'failed') {
    for (const o of each(action.window)) model.outcomes.set(o, action)
  } else if (action.commits) {
    const changed = action.partitions.some((p) => !(p.equal && model.published.has(p.ordinal)))
    if (changed) model.version++
    for (const p of action.partitions) {
      const before = p.equal ? model.published.get(p.ordinal) : undefined
      const { version, rows } = before ?? { version: model.version, rows: p.rows }
      const { settled, partial, inputs } = p
      model.published.set(p.ordinal, { version, rows, settled, partial, inputs, fingerprint: action.fingerprint })
      model.outcomes.delete(p.ordinal)
    }
  }
}

/** Points of ranges, and a proof that no two neighbours could have been one. */
function points<R extends { start: number; end: number }, P>(
  found: readonly R[],
  read: (range: R) => P,
): Map<number, P> {
  found.forEach((range, i) => {
    const next = found[i + 1]
    if (next && next.start < range.end) throw new Error('ranges overlap or are not sorted')
    if (next && next.start === range.end) expect(read(next)).not.toEqual(read(range))
  })
  return new Map(found.flatMap((range) => each(range).map((o) => [o, read(range)] as const)))
}

function compare(record: RelationRecord, model: Model): void {
  expect(record.version).toBe(model.version)
  const published = points(record.published, ({ version, fingerprint, settled, partial, inputs }) => ({
    version,
    fingerprint,
    settled,
    partial,
    inputs,
  }))
  const bare = [...model.published].map(([o, { rows: _, ...rest }]) => [o, rest] as const)
  expect(published).toEqual(new Map(bare))
  const total = [...model.published.values()].reduce((sum, p) => sum + p.rows, 0)
  expect(record.published.reduce((sum, p) => sum + p.rows, 0)).toBe(total)
  const outcomes = points(record.outcomes, ({ status, message, inputs }) => ({ status, message, inputs }))
  const failed = [...model.outcomes].map(
    ([o, { status, message, inputs }]) => [o, { status, message, inputs }] as const,
  )
  expect(outcomes).toEqual(new Map(failed))
}

describeLedger('the record', () => {
  test('after any sequence of publications and failures the ledger says what a list of partitions would', async () => {
    let number = 0
    const ledger = await ledgerOf(session)
    await ledger.startRun({ run: 'r', command: 'run', host: 'h', pid: 1, version: '0' })
    const connection = await session.connect()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const node = `m.n${number++}`
        const relation = { schema: 'm', name: node }
        const lease = (await ledger.acquire('r', [{ node, relation }])).leases.get(node) ?? bug('no lease')
        const model: Model = { version: 0, published: new Map(), outcomes: new Map() }
        const start = {
          run: 'r',
          node,
          relation,
          fence: lease.fence,
          fingerprint: 'f',
          reason: 'x',
          window: { start: 0, end: 1 },
        }
        for (const action of steps) {
          if (action.kind === 'planned') await ledger.recordPlanned('r', node, action.window, 'f')
          else if (action.kind === 'failed') {
            const { window, status, message, inputs } = action
            const outcome = { ...window, status, message, inputs, fingerprint: 'f', assertions: [], at: 0 }
            await ledger.recordOutcomes((await ledger.startAttempts([start]))[0] ?? 0, node, [outcome])
          } else {
            const { fingerprint, commits } = action
            const attempt = (await ledger.startAttempts([start]))[0] ?? 0
            const partitions = action.partitions.map(
              (p): PublishedPartition => ({
                ...p,
                key: `${p.ordinal}`,
                checksum: 'c',
                changed: !(p.equal && model.published.has(p.ordinal)),
              }),
            )
            const publication = { lease, attempt, node, fingerprint, partitions }
            if (commits) await publishOn(ledger, connection, publication)
            else await expect(publishOn(ledger, failing(connection, 'late'), publication)).rejects.toThrow('late')
          }
          apply(model, action)
        }
        const record = (await ledger.snapshot([{ node, relation }])).relations.get(node) ?? bug('not recorded')
        compare(record, model)
      }),
      { numRuns: 25 },
    )
    await connection.release()
  }, 120_000)
})

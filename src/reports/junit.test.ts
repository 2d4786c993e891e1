import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casesOf, readJunit } from '../../tests/junit-xml.ts'
import { diagnose, type Location } from '../diagnostics/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { junitOfErrors, junitSuites, junitXml } from './junit.ts'
import { assertionOf, graphOf, modelOf } from './testing.ts'

const graph = {
  ...graphOf([modelOf('raw_data.flights'), modelOf('analytics.delays')]),
  assertions: ['a', 'b', 'c', 'd'].map((name) => assertionOf(`raw_data.flights.${name}`)),
}
const request = { command: 'elt build', root: 'shop/', startedAt: 0, milliseconds: 4230, isStrict: false }
const at: Location = { path: 'models/raw_data/flights.yml', line: 12, column: 9, endLine: 12, endColumn: 17 }

const batch = (model: string, more: Partial<BatchResult>): BatchResult => ({
  batch: model,
  model,
  status: 'success',
  partitions: { changed: 0, equal: 0, failed: 0, blocked: 0, skipped: 0 },
  rows: 0,
  milliseconds: 1500,
  diagnostics: [],
  ...more,
})

const assertion = (name: string, more: Partial<AssertionOutcome>): AssertionOutcome => ({
  assertion: `raw_data.flights.${name}`,
  name,
  node: 'raw_data.flights',
  status: 'pass',
  failures: 0,
  rows: 10,
  sample: [],
  sql: '',
  milliseconds: 20,
  diagnostics: [],
  ...more,
})

const results = (more: Partial<RunResults>): RunResults => ({
  run: 'r',
  status: 'failed',
  batches: [],
  assertions: [],
  diagnostics: [],
  startedAt: 0,
  milliseconds: 4230,
  ...more,
})

const counted = { name: 'b', node: 'raw_data.flights', failures: 2, rows: 10, partitions: undefined, sample: [] }
const failed = diagnose('assertion-failed', { ...counted, blocking: true }, at)
const warned = diagnose('assertion-warned', { ...counted, name: 'c' }, at)
const broken = diagnose('bug', { detail: 'the disk is full' })
const report = (of: RunResults, more: Partial<typeof request> = {}) => {
  const asked = { ...request, ...more }
  return readJunit(junitXml(junitSuites(of, graph, asked), asked))
}

const judged = results({
  batches: [batch('raw_data.flights', { status: 'partial', diagnostics: [failed] }), batch('raw_data.flights', {})],
  assertions: [
    assertion('a', {}),
    assertion('b', { status: 'fail', failures: 2, diagnostics: [failed] }),
    assertion('c', { status: 'warn', failures: 2, diagnostics: [warned] }),
    assertion('d', { status: 'error', diagnostics: [broken] }),
    assertion('of rows', { assertion: 'unit_test.of_rows' }),
  ],
})

describe('the report for continuous integration', () => {
  it('has a case for each model, assertion and unit test', () => {
    expect(casesOf(report(judged))).toEqual([
      'models raw_data.flights: failure',
      'assertions a: passed',
      'assertions b: failure',
      'assertions c: passed',
      'assertions d: error',
      'unit tests of rows: passed',
    ])
  })

  it('counts, takes times together, and says where a failure is written', () => {
    const { attributes, children } = report(judged)
    expect(attributes).toEqual({ name: 'elt build', tests: '6', failures: '2', errors: '1', time: '4.230' })
    expect(children[0]?.attributes).toMatchObject({ name: 'models', time: '3.000', timestamp: '1970-01-01T00:00:00' })
    const [fault] = children[1]?.children[1]?.children ?? []
    expect(fault?.attributes).toEqual({ type: 'assertion-failed', message: failed.message })
    expect(fault?.text.split('\n')[0]).toBe('shop/models/raw_data/flights.yml:12:9')
  })

  it('shows what a warning says, and fails on it when warnings are errors', () => {
    const warning = (isStrict: boolean) => report(judged, { isStrict }).children[1]?.children[2]?.children[0]
    expect(warning(false)).toMatchObject({ name: 'system-out', text: expect.stringContaining(warned.message) })
    expect(warning(true)).toMatchObject({ name: 'failure' })
  })

  it('tells what could not be built from what failed, and leaves out what was not tried', () => {
    const blocked = diagnose('blocked', {
      model: 'analytics.delays',
      partitions: undefined,
      upstream: 'raw_data.flights',
    })
    const of = results({
      batches: [
        batch('raw_data.flights', { status: 'failed', diagnostics: [broken] }),
        batch('analytics.delays', { status: 'blocked', diagnostics: [blocked] }),
        batch('analytics.same', { status: 'unchanged' }),
        batch('analytics.cut', { status: 'cancelled' }),
      ],
      diagnostics: [diagnose('not-judged', { name: 'x', missing: 'analytics.delays' }, at)],
    })
    expect(casesOf(report(of)).map((one) => one.replace(/^run .*:/, 'run …:'))).toEqual([
      'models raw_data.flights: error',
      'models analytics.delays: skipped',
      'models analytics.same: passed',
      'models analytics.cut: skipped',
      'run …: skipped',
    ])
  })

  it('says why a command ended before it did anything', () => {
    const xml = junitXml(junitOfErrors([broken, warned], request), request)
    expect(casesOf(readJunit(xml))).toEqual([`elt ${broken.message}: error`])
  })

  it('is well-formed whatever names, messages and commands hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const hostile = fc.oneof(text, fc.constantFrom('\ud800', ']]>', '<&"\'>', '\u0000\u001b[2J\r\n\t', '\ufffe&#0;'))
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, message, command) => {
        const said = { ...broken, message, notes: [message] }
        const of = results({ assertions: [assertion('d', { name, status: 'error', diagnostics: [said] })] })
        const root = report(of, { command })
        return root.children[0]?.children[0]?.children[0]?.name === 'error'
      }),
    )
  })
})

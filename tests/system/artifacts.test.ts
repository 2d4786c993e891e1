import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readers } from './readers.ts'
import { sampleWorkspace, type Workspace } from './workspace.ts'

/*
 * `target/manifest.json` and `target/run_results.json` are read by programs that others wrote for dbt's files, installed from
 * PyPI. Where that cannot be done the tests are skipped, loudly, and counted as skipped; in CI they fail.
 */

const found = readers()
const skipped = typeof found === 'string' ? found : undefined
if (skipped !== undefined) console.warn(`\n!!! SKIPPED: ${skipped}\n`)

const parsed = `
import json, sys
from collections import Counter
from dbt_artifacts_parser.parser import parse_manifest, parse_run_results
folder = sys.argv[1]
raw = json.load(open(folder + '/manifest.json'))
manifest = parse_manifest(raw)
results = parse_run_results(json.load(open(folder + '/run_results.json')))
ids = set(manifest.nodes) | set(manifest.sources) | set(manifest.unit_tests)
flights = manifest.nodes['model.on_time.flights']
print(json.dumps({
  'types': [type(manifest).__name__, type(results).__name__],
  'nodes': Counter(node.resource_type for node in manifest.nodes.values()),
  'sources': len(manifest.sources),
  'unit_tests': len(manifest.unit_tests),
  'macros': sorted(manifest.macros),
  'results': Counter(result.status.value for result in results.results),
  'strangers': [result.unique_id for result in results.results if result.unique_id not in ids],
  'dangling': [read for node in manifest.nodes.values() for read in node.depends_on.nodes if read not in ids],
  'parents': manifest.parent_map['model.on_time.daily_carrier_delays'],
  'flights': [flights.relation_name, flights.schema_, flights.config.materialized, flights.depends_on.nodes],
  'types_of_tests': sorted({node.test_metadata.name for node in manifest.nodes.values() if getattr(node, 'test_metadata', None)}),
  'batches': len([r for r in results.results if r.batch_results and r.batch_results.successful]),
}))
`

let project: Workspace
beforeAll(() => {
  project = sampleWorkspace((date) => date.startsWith('2013-01-0') || date === '2012-12-31')
  expect(project.elt('build').code).toBe(0)
})
afterAll(() => project.dispose())

describe("dbt's files", () => {
  it('can be read here, where tests must not be left out', () => {
    if (process.env.CI) expect(skipped).toBeUndefined()
  })

  it.skipIf(skipped !== undefined)('are read by dbt-artifacts-parser, which counts what elt lists', () => {
    if (typeof found === 'string') return
    const told = JSON.parse(found.python(parsed, project.path('target')))
    const models = JSON.parse(
      project.elt('ls', '--output', 'json', '--select', 'raw_data', 'analytics', 'adhoc').stdout,
    )
    const built = JSON.parse(project.elt('plan', '--output', 'json', '--force', '--yes').stdout).steps.length
    expect(told).toMatchObject({
      types: ['ManifestV12', 'RunResultsV6'],
      sources: 5,
      macros: expect.arrayContaining(['macro.on_time.on_time', 'macro.on_time.percentage']),
      strangers: [],
      dangling: [],
      parents: ['model.on_time.flights'],
      flights: ['"raw_data"."flights"', 'raw_data', 'incremental', ['source.on_time.bts.flights']],
      types_of_tests: expect.arrayContaining(['not_null', 'unique_combination_of_columns', 'accepted_values']),
    })
    expect(told.nodes.model).toBe(models.length)
    expect(told.results.success).toBe(built)
    expect(told.nodes.test + told.unit_tests).toBe((told.results.pass ?? 0) + (told.results.warn ?? 0))
    expect(told.batches).toBeGreaterThan(3)
  })

  it.skipIf(skipped !== undefined)('are read by dbt-score, which finds descriptions, tests and owners', () => {
    if (typeof found === 'string') return
    const { output } = found.run(
      'dbt_score',
      'lint',
      '--format',
      'json',
      '--manifest',
      project.path('target/manifest.json'),
    )
    const { evaluables, models = evaluables } = JSON.parse(output.slice(output.indexOf('{')))
    const { results } = models['model.on_time.flights'] ?? models.flights
    expect(results['dbt_score.rules.generic.has_description'].result).toBe('OK')
    expect(results['dbt_score.rules.generic.has_owner'].result).toBe('OK')
  })
})

describe('target/manifest.json', () => {
  const stamp = () => statSync(project.path('target/manifest.json')).mtimeMs
  const manifest = () => JSON.parse(readFileSync(project.path('target/manifest.json'), 'utf8'))

  it('is left alone as long as the project is the same, and not written by commands that only look', () => {
    const before = stamp()
    for (const words of [['build'], ['test'], ['ls'], ['plan'], ['compile', '-s', 'flights']]) project.elt(...words)
    expect(stamp()).toBe(before)
  })

  it('holds the SQL of all models after `elt compile`, once', () => {
    project.elt('compile')
    const { nodes } = manifest()
    const open = Object.values<{ resource_type: string; compiled: boolean }>(nodes).filter(
      (node) => node.resource_type === 'model' && !node.compiled,
    )
    expect(open.length).toBeLessThanOrEqual(1)
    expect(nodes['model.on_time.flights'].compiled_code).toContain('read_parquet')
    const before = stamp()
    project.elt('compile')
    expect(stamp()).toBe(before)
  })

  it('is written again when a description changes', () => {
    const yaml = project.read('models/analytics/analytics.yml')
    writeFileSync(project.path('models/analytics/analytics.yml'), yaml.replace(/description: /, 'description: New. '))
    project.elt('build')
    expect(JSON.stringify(manifest())).toContain('New. ')
  })
})

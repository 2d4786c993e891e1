/**
 * The one test command. Builds, runs the checks (types, lint, dead code, package) and the vitest projects named on the
 * command line (default `unit conformance system`), and ends with `N passed, N failed` over tests and checks together.
 *
 *   npm test                     the usual run
 *   npm test -- long             the second tier: kills, sweeps, long property runs
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const projects = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['unit', 'conformance', 'system']
const bin = (name) => join(root, 'node_modules', '.bin', name)
const isUsualRun = !projects.includes('long')

/** Runs a check and says how it went; its output is shown only when it fails. */
function check(name, command, args) {
  const started = Date.now()
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  const passed = status === 0
  console.log(`${passed ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  if (!passed) console.log(error ? String(error) : `${stdout}${stderr}`)
  return passed
}

const checks = [check('build', process.execPath, ['scripts/build.mjs'])]
if (isUsualRun) {
  checks.push(check('types', bin('tsc'), ['--noEmit']))
  checks.push(check('lint', bin('biome'), ['check', '--error-on-warnings', '.']))
  checks.push(check('dead code', bin('knip'), []))
  checks.push(check('package', bin('publint'), []))
}

const folder = mkdtempSync(join(tmpdir(), 'elt-test-'))
const report = join(folder, 'report.json')
const projectArguments = projects.flatMap((project) => ['--project', project])
const run = spawnSync(
  bin('vitest'),
  ['run', ...projectArguments, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
)
let tests = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 }
try {
  tests = JSON.parse(readFileSync(report, 'utf8'))
} catch {
  console.log('✗ vitest wrote no report')
}
rmSync(folder, { recursive: true, force: true })

/** Engines whose tests were skipped because they could not be started, as their titles say, with the number of tests. */
function skippedEngines({ testResults = [] }) {
  const counts = new Map()
  for (const { ancestorTitles, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const [, engine] = /\((.+ could not be started: .*)\)$/s.exec(ancestorTitles[0] ?? '') ?? []
    if (engine && status !== 'passed' && status !== 'failed') counts.set(engine, (counts.get(engine) ?? 0) + 1)
  }
  return [...counts].map(([engine, count]) => `! ${count} tests skipped: ${engine}`)
}

for (const line of skippedEngines(tests)) console.log(line)
const failedChecks = checks.filter((passed) => !passed).length
// A run that fails without a failed test (a file that does not load, an unhandled error) counts as one failure.
const unexplained = run.status !== 0 && tests.numFailedTests === 0 ? 1 : 0
const passed = checks.length - failedChecks + tests.numPassedTests
const failed = failedChecks + tests.numFailedTests + unexplained
const skipped = tests.numPendingTests > 0 ? `, ${tests.numPendingTests} skipped` : ''
console.log(`${passed} passed, ${failed} failed${skipped}`)
process.exitCode = failed === 0 ? 0 : 1

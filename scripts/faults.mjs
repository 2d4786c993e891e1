/**
 * The suites of faults with as many of each as are asked for: real processes that are killed, run beside each other, sleep, lose
 * their server or meet a full disk. Each ends with a line of its figures; the seed in it repeats them.
 *
 *   npm run test:faults                                    about five minutes
 *   npm run test:faults -- --kills 1000 --engine duckdb    only kills, on one engine
 *   npm run test:faults -- --warehouses 50 --seed 7        pairs and sixteens of runners, four rounds in each warehouse
 *   npm run test:faults -- --pauses 100
 *   npm run test:faults -- --blows 200                     sessions that are ended, restarts and crashes of the server
 */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What can be asked for: the file of the suite, and how many there are when nothing is. */
const suites = {
  kills: { file: 'kills', usual: 200 },
  warehouses: { file: 'runners', usual: 2 },
  pauses: { file: 'paused', usual: 10 },
  blows: { file: 'servers', usual: 10 },
}

const options = Object.fromEntries([...Object.keys(suites), 'seed', 'engine'].map((name) => [name, { type: 'string' }]))
const { values } = parseArgs({ options })
const asked = Object.keys(suites).filter((name) => values[name] !== undefined)
const chosen = asked.length > 0 ? asked : Object.keys(suites)
for (const name of [...asked, ...(values.seed === undefined ? [] : ['seed'])]) {
  if (/^\d+$/.test(values[name])) continue
  console.error(`--${name} takes a number, not ${values[name]}`)
  process.exit(2)
}

const numbers = Object.fromEntries(
  chosen.map((name) => [`FAULT_${name.toUpperCase()}`, values[name] ?? String(suites[name].usual)]),
)
const seed = values.seed ?? String(Date.now() % 1_000_000)
const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' })
if (build.status !== 0) process.exit(1)

console.log(
  `seed ${seed}: npm run test:faults -- ${chosen.map((name) => `--${name} ${numbers[`FAULT_${name.toUpperCase()}`]}`).join(' ')} --seed ${seed}${values.engine ? ` --engine ${values.engine}` : ''}`,
)
const files = chosen.map((name) => `tests/system/${suites[name].file}.test.ts`)
const only = values.engine === undefined ? [] : ['-t', values.engine]
const { status, stdout } = spawnSync(
  join(root, 'node_modules/.bin/vitest'),
  // One suite at a time: what they measure is time.
  ['run', '--project', 'system', '--no-file-parallelism', ...only, ...files],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...numbers, FAULT_SEED: seed },
  },
)
console.log(stdout)
for (const line of stdout.match(/^.*\b(kills|runners|paused|sessions ended|restarts|full disks): \d.*$/gm) ?? [])
  console.log(line)
process.exitCode = status === 0 ? 0 : 1

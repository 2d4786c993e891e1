import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * The rules of ARCHITECTURE.md as tests: which stage may import which, no cycles (type imports count), only a folder's
 * index.ts is imported from outside, and the core reads no clock, no file and no process.
 */

const root = resolve(import.meta.dirname, '..')
const source = join(root, 'src')

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

const files = sourceFiles(source)
const productFiles = files.filter((file) => !file.endsWith('.test.ts') && !file.endsWith('/testing.ts'))
const named = (file: string) => relative(source, file)
const folderOf = (file: string) => named(file).split('/')[0] ?? ''

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const pattern = /(?:^|\n)\s*(import|export)\s+(type\s)?[^'"`;]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g
  return [...text.matchAll(pattern)].map((match) => ({
    from: file,
    to: resolve(dirname(file), match[3] ?? match[4] ?? ''),
    typeOnly: match[2] !== undefined,
  }))
}

const imports = productFiles.flatMap(importsOf)

/** What a folder may import: `x` anything of x's index, `type x` its types only. */
const mayImport: Record<string, readonly string[]> = {
  diagnostics: [],
  calendar: ['diagnostics'],
  sql: ['diagnostics', 'calendar'],
  project: ['diagnostics', 'calendar', 'type sql'],
  adapters: ['diagnostics', 'calendar', 'type sql'],
  assertions: ['diagnostics', 'calendar', 'sql', 'type project', 'type contract'],
  compiler: ['diagnostics', 'calendar', 'sql', 'project', 'assertions', 'type contract'],
  extract: ['diagnostics', 'calendar', 'sql', 'type project', 'type contract', 'type ledger'],
  ledger: ['diagnostics', 'calendar', 'type contract'],
  binding: ['diagnostics', 'calendar', 'sql', 'assertions', 'type contract', 'type project', 'type compiler'],
  planner: [
    'diagnostics',
    'calendar',
    'type compiler',
    'type project',
    'type ledger',
    'type contract',
    'extract',
    'type sql',
  ],
  runner: [
    'diagnostics',
    'calendar',
    'sql',
    'type contract',
    'type project',
    'type compiler',
    'planner',
    'type ledger',
    'extract',
    'assertions',
  ],
  'unit-tests': ['diagnostics', 'calendar', 'type contract', 'type project', 'type compiler', 'extract', 'runner'],
  reports: [
    'diagnostics',
    'calendar',
    'type sql',
    'type contract',
    'type project',
    'type compiler',
    'type planner',
    'type ledger',
    'type extract',
    'type assertions',
    'type runner',
  ],
  cli: [],
}

const contract = join(source, 'adapters/contract.ts')

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const [a, b] = [folderOf(from), to === contract ? 'contract' : folderOf(to)]
  if (a === b || a === 'cli' || (a === 'adapters' && b === 'contract')) return true
  const allowed = mayImport[a] ?? []
  return allowed.includes(b) || (typeOnly && allowed.includes(`type ${b}`))
}

/** Strongly connected components of more than one file (Tarjan, iterative enough for this size: recursion per file). */
function cycles(): string[][] {
  const targets = new Map<string, string[]>()
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to])
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    low.set(file, index.size - 1)
    stack.push(file)
    for (const next of targets.get(file) ?? []) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0))
    }
    if (low.get(file) !== index.get(file)) return
    const component = stack.splice(stack.indexOf(file))
    if (component.length > 1) found.push(component.map(named))
  }
  for (const file of productFiles) if (!index.has(file)) visit(file)
  return found
}

/** Source text without comments and string contents, so that words in prose do not count. */
function code(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
}

describe('architecture', () => {
  it('a stage imports only the stages that the design allows', () => {
    const wrong = imports.filter((i) => !isAllowed(i)).map((i) => `${named(i.from)} -> ${named(i.to)}`)
    expect(wrong).toEqual([])
  })

  it('only index.ts (and the adapter contract) is imported from outside a folder', () => {
    const inner = imports
      .filter((i) => i.to.endsWith('.ts'))
      .filter((i) => folderOf(i.from) !== folderOf(i.to) && i.to !== contract)
      .filter((i) => !/^[^/]+\/index\.ts$/.test(named(i.to)))
      .map((i) => `${named(i.from)} -> ${named(i.to)}`)
    expect(inner).toEqual([])
  })

  it('there are no import cycles, type imports included', () => {
    expect(cycles()).toEqual([])
  })

  it('the core reads no clock, no randomness, no file, no process and prints nothing', () => {
    const mayTouch = /^(cli|reports|extract)\/|^adapters\/[^/]+\/(session|open|pool|connection)\.ts$/
    const banned =
      /from 'node:(fs|child_process|os|net|http|https|worker_threads)[^']*'|\bprocess\.|\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bconsole\./
    const wrong = productFiles
      .filter((file) => !mayTouch.test(named(file)))
      .flatMap((file) => {
        const match = banned.exec(code(file))
        return match ? [`${named(file)}: ${match[0]}`] : []
      })
    expect(wrong).toEqual([])
  })

  it('no engine is named outside of its folder, but where engines are listed and in words that people read', () => {
    const engine = /duckdb|postgres|redshift|bigquery|snowflake|mysql|mariadb|trino|athena|spark|clickhouse|sqlite/i
    const mayName: Readonly<Record<string, string>> = {
      'adapters/registry.ts': 'lists them',
      'cli/options.ts': 'help of --adapter',
      'ledger/sql.ts': "classes of Kysely, whose text of this name is every engine's",
      'project/config/effectless.ts': "dbt's own key",
      'project/schema/key-help.ts': 'help of `targets`',
      'project/settings.ts': 'the target of a project that declares none',
    }
    const naming = productFiles
      .filter(
        (file) =>
          !/^(adapters\/[^/]+|diagnostics\/codes)\/|\.fixture\.ts$/.test(named(file)) && engine.test(code(file)),
      )
      .map(named)
    expect(naming).toEqual(Object.keys(mayName))
  })

  it('no file is longer than 400 lines and none is named for a drawer', () => {
    const long = productFiles
      .map((file) => ({ file: named(file), lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > 400)
    const drawers = productFiles.map(named).filter((file) => /(utils?|helpers?|common|misc)\.ts$/.test(file))
    expect({ long, drawers }).toEqual({ long: [], drawers: [] })
  })

  it('drivers and heavy libraries are loaded on use, never when a module is read', () => {
    const wrong = productFiles.filter((file) =>
      /^import (?!type)[^\n]*'(@duckdb\/node-api|pg|pg-copy-streams)'/m.test(readFileSync(file, 'utf8')),
    )
    expect(wrong.map(named)).toEqual([])
  })

  it('items of a graph are not spread: out of the cache, half of their fields are read when they are asked for', () => {
    const spread = /\{ \.\.\.(?:model|assertion|upstream|reader)\b(?!\.)/
    const outside = productFiles.filter((file) => !/^(compiler|assertions|project)\//.test(named(file)))
    const wrong = outside.filter((file) => spread.test(code(file))).map(named)
    // These models are what the command writes, and none of a graph.
    expect(wrong).toEqual(['cli/commands/compile.ts'])
  })

  it('the adapter contract stays small', () => {
    const text = readFileSync(contract, 'utf8')
    const members = (name: string) => {
      const body = new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? ''
      return [...body.matchAll(/^ {2}readonly \w+/gm)].length
    }
    for (const name of ['Adapter', 'Dialect', 'Session', 'Connection']) {
      expect(members(name)).toBeGreaterThan(0)
      expect(members(name)).toBeLessThanOrEqual(15)
    }
  })
})

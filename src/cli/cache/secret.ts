import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * A random text that only this user knows. Without it a pull request could bring files of its own in the place of the cache,
 * with SQL that no compiler has seen. Where none can be kept, nothing that was cached is believed.
 */
export function ownSecret(env: Readonly<Record<string, string | undefined>>): string {
  const folder = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'elt')
  const path = join(folder, 'cache-secret')
  const length = 64
  const read = () => {
    try {
      const kept = readFileSync(path, 'utf8')
      return kept.length === length ? kept : undefined
    } catch {
      return undefined
    }
  }
  const known = read()
  if (known !== undefined) return known
  const fresh = randomBytes(length / 2).toString('hex')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // Fails when there is one already, perhaps since a moment: that one counts.
    writeFileSync(path, fresh, { flag: 'wx', mode: 0o600 })
  } catch {
    // Read below.
  }
  return read() ?? fresh
}

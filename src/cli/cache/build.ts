import { readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Names this build of elt: chunks of the bundle carry a hash of their content in their names, so the names of all of them
 * change with any of them. From source there are no such names, and nothing is cached: undefined.
 */
export function buildName(): string | undefined {
  const here = fileURLToPath(import.meta.url)
  if (!here.endsWith('.js')) return undefined
  const names = readdirSync(dirname(here)).filter((name) => name.endsWith('.js'))
  return [basename(here), ...names.sort()].join(' ')
}

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** The commands that docs/reliability.md names for its figures exist, with the files, projects and variables that they name. */

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }
const commands = [...read('docs/reliability.md').matchAll(/`((?:[A-Z_]+=\S+ )*(?:npm|npx) [^`]+)`/g)].map(
  ([, command = '']) => command,
)

/** What of a command does not exist. */
function missing(command: string): string[] {
  const words = command.split(' ')
  const variables = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('=')[0] ?? '')
  const files = words.filter((word) => /\.(ts|mjs)$/.test(word))
  const texts = files.filter((file) => existsSync(resolve(root, file))).map(read)
  const [, script] = /npm run (\S+)/.exec(command) ?? []
  const [, project] = /--project (\S+)/.exec(command) ?? []
  const [, part] = /npm run bench -- (\w+)/.exec(command) ?? []
  return [
    ...files.filter((file) => !existsSync(resolve(root, file))),
    ...variables.filter((name) => !texts.some((text) => text.includes(`process.env.${name}`))),
    ...(script === undefined || script in scripts ? [] : [`npm run ${script}`]),
    ...(project === undefined || read('vitest.config.ts').includes(`name: '${project}'`) ? [] : [project]),
    ...(part === undefined || new RegExp(`^ {2}${part}\\(\\)|^parts\\.${part} =`, 'm').test(read('bench/bench.mjs'))
      ? []
      : [`bench ${part}`]),
  ]
}

describe('the page about reliability', () => {
  it('names commands for its figures', () => {
    expect(commands.length).toBeGreaterThan(5)
  })

  it.each(commands)('names what exists: %s', (command) => {
    expect(missing(command)).toEqual([])
  })
})

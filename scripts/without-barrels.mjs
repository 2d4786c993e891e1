/**
 * An esbuild plugin. Folders are imported through their `index.ts` only (tests/architecture.test.ts), but a bundle that is
 * split by what commands need must not load a whole folder for one function of it: imports from an `index.ts` are led to the
 * files that it names. An import that cannot be read this way stays as it is, which costs loading time and nothing else.
 */
import { readFileSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'

const statement = /^import (type )?\{([^}]*)\} from '(\.[^']*\/index\.ts)'$/gm
const reExport = /^export \{([^}]*)\} from '(\.[^']*)'$/gm

/** `a`, `a as b`; types are left out. */
function specifiers(list) {
  const words = list.split(',').map((word) => word.trim())
  return words
    .filter((word) => word !== '' && !word.startsWith('type '))
    .map((word) => {
      const [name, alias = name] = word.split(/\s+as\s+/)
      return { name, alias }
    })
}

const known = new Map()

/** Where the names that an `index.ts` passes on come from: exported name → file and its name there. */
function origins(index) {
  const found = known.get(index)
  if (found) return found
  const names = new Map()
  known.set(index, names)
  for (const [, list, from] of readFileSync(index, 'utf8').matchAll(reExport)) {
    const file = resolve(dirname(index), from)
    for (const { name, alias } of specifiers(list)) {
      const deeper = file.endsWith(`${sep}index.ts`) ? origins(file).get(name) : undefined
      names.set(alias, deeper ?? { file, name })
    }
  }
  return names
}

export function direct(text, path) {
  return text.replace(statement, (whole, type, list, from) => {
    if (type) return whole
    const index = resolve(dirname(path), from)
    const names = origins(index)
    return specifiers(list)
      .map(({ name, alias }) => {
        const origin = names.get(name) ?? { file: index, name }
        const file = relative(dirname(path), origin.file).split(sep).join('/')
        const specifier = origin.name === alias ? alias : `${origin.name} as ${alias}`
        return `import { ${specifier} } from '${file.startsWith('.') ? file : `./${file}`}'`
      })
      .join('; ')
  })
}

export const withoutBarrels = {
  name: 'without-barrels',
  setup: (bundle) => {
    bundle.onStart(() => known.clear())
    bundle.onLoad({ filter: /[/\\]src[/\\].*\.ts$/, namespace: 'file' }, ({ path }) => ({
      contents: direct(readFileSync(path, 'utf8'), path),
      loader: 'ts',
    }))
  },
}

/**
 * Writes docs/errors.md from the registry of diagnostics, each code with the first message of it in the golden files:
 *
 *     node scripts/error-pages.mjs           writes the page
 *     node scripts/error-pages.mjs --check   ends with 1 when the page says something else
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit } from 'node:process'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs', 'errors.md')
const source = join(root, 'src')

async function loadRegistry() {
  const { outputFiles } = await build({
    entryPoints: [join(source, 'diagnostics', 'registry.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const { registry } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
  return registry
}

/** The first message of every code in the golden files, as it is printed. */
function examples() {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /golden\/[^/]+\.txt$/.test(path),
  )
  const blocks = files.sort().flatMap((path) => readFileSync(join(source, path), 'utf8').split(/\n\n|\n(?=## )/))
  const found = new Map()
  for (const block of blocks) {
    const code = /^(?:error|warning|note)\[([a-z\d-]+)\]: /.exec(block)?.[1]
    if (code && !found.has(code)) found.set(code, block.trim())
  }
  return found
}

const shown = examples()

function entry([code, { severity, explain }]) {
  const example = shown.get(code)
  const parts = [`## ${code}`, ...(severity === 'error' ? [] : [`A ${severity}.`]), explain]
  return [...parts, ...(example ? [`\`\`\`text\n${example}\n\`\`\``] : [])].join('\n\n')
}

const entries = Object.entries(await loadRegistry()).sort(([a], [b]) => (a < b ? -1 : 1))
const text = `# Errors

<!-- Written by scripts/error-pages.mjs from the registry of diagnostics: change the wording there. -->

Every error, warning and note has a code, which stays the same for good. \`elt explain <code>\` prints its page.

${entries.map(entry).join('\n\n')}
`

if (argv[2] !== '--check') writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.log('docs/errors.md is not what the registry says: node scripts/error-pages.mjs writes it')
  exit(1)
}

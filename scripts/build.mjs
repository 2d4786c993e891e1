/**
 * Bundles the command to `dist/elt.js`: ESM, split so that every command loads only what it needs. Native parts of drivers
 * stay outside. The entry is replaced last and by a rename, so `dist` is never half written.
 *
 *   node scripts/build.mjs           once
 *   node scripts/build.mjs --watch   and again at every change
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, context } from 'esbuild'
import { withoutBarrels } from './without-barrels.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const entry = join(dist, 'elt.js')
/** Started as a thread by `elt.js`: before that, so that no command finds it missing. */
const worker = join(dist, 'compile-worker.js')

// Bundled CommonJS packages (nunjucks) call require() for Node's own modules.
const requireForCommonJs = `import { createRequire as createRequireForBundle } from 'node:module'
const require = createRequireForBundle(import.meta.url)`

/** Writes a file under another name first, so that nobody ever reads half of it. */
function replaceFile(path, contents, mode) {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  chmodSync(temporary, mode)
  renameSync(temporary, path)
}

/** Chunks carry a hash in their name: new ones first, then the entry that names them, then the old ones go. */
function writeOutput(outputFiles) {
  mkdirSync(dist, { recursive: true })
  const isEntry = (file) => file.path === entry
  for (const file of outputFiles.filter((f) => !isEntry(f))) {
    if (file.path === worker || !existsSync(file.path)) replaceFile(file.path, file.contents, 0o644)
  }
  for (const file of outputFiles.filter(isEntry)) replaceFile(file.path, file.contents, 0o755)
  const written = new Set(outputFiles.map((file) => basename(file.path)))
  for (const name of readdirSync(dist)) {
    const path = join(dist, name)
    const isOfAnotherBuild = name.endsWith('.tmp') && Date.now() - statSync(path).mtimeMs < 60_000
    if (!written.has(name) && !isOfAnotherBuild) rmSync(path, { recursive: true, force: true })
  }
}

/** `npx elt` in this folder runs this build: the root package's own command is not linked by npm. */
function linkCommand() {
  const folder = join(root, 'node_modules', '.bin')
  if (!existsSync(folder)) return
  const link = join(folder, 'elt')
  rmSync(link, { force: true })
  if (process.platform === 'win32') writeFileSync(`${link}.cmd`, `@node "%~dp0\\..\\..\\dist\\elt.js" %*\r\n`)
  else symlinkSync(relative(folder, entry), link)
}

const writer = {
  name: 'write-output',
  setup: (bundle) =>
    bundle.onEnd((result) => {
      if (result.errors.length > 0) return
      writeOutput(result.outputFiles)
      linkCommand()
    }),
}

/** Of yargs only the parser is used: what surrounds it (locales, columns, widths) would cost every command 30 ms. */
const parserOnly = {
  name: 'parser-only',
  setup: (bundle) =>
    bundle.onResolve({ filter: /platform-shims\/esm\.mjs$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    })),
}

/** zod brings its messages in sixty languages; ours are our own, and it needs one to stand on. */
const oneLanguage = {
  name: 'one-language',
  setup: (bundle) =>
    bundle.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: `export { default as en } from './en.js'`,
      resolveDir: dirname(path),
    })),
}

const options = {
  absWorkingDir: root,
  entryPoints: { elt: 'src/cli/main.ts', 'compile-worker': 'src/cli/compiling/compile-worker.ts' },
  outdir: dist,
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  splitting: true,
  chunkNames: '[name]-[hash]',
  banner: { js: requireForCommonJs },
  // chokidar: nunjucks watches templates with it when it is installed; elt never does.
  external: ['@duckdb/node-bindings', 'chokidar'],
  legalComments: 'eof',
  logLevel: 'warning',
  plugins: [withoutBarrels, parserOnly, oneLanguage, writer],
}

if (process.argv.includes('--watch')) await (await context(options)).watch()
else await build(options).catch(() => process.exit(1))

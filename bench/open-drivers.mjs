/** The command once more, with drivers that a benchmark can look into. */
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles it into a folder below the repository, where Node finds the drivers; the entry's path. */
export async function withOpenDrivers(root, folder) {
  await build({
    absWorkingDir: root,
    entryPoints: { elt: 'src/cli/main.ts', 'compile-worker': 'src/cli/compile-worker.ts' },
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    splitting: true,
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'\nconst require = createRequireForBundle(import.meta.url)",
    },
    external: ['@duckdb/node-api', '@duckdb/node-bindings', 'pg', 'chokidar'],
    logLevel: 'error',
  })
  return join(folder, 'elt.js')
}

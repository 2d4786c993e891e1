#!/usr/bin/env node
import { version } from './version.ts'

// The version is answered here, before anything else is loaded: the command line must feel instant.
const argv = process.argv.slice(2)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  process.stdout.write(`elt ${version}\n`)
} else {
  const { start } = await import('./process.ts')
  await start(argv)
}

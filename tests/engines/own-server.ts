import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findPrograms } from './find-postgres.ts'
import type { Server } from './index.ts'

/** A server that one test has for itself, to do with it what it likes. */
export interface OwnServer extends Server {
  /** Ends it and starts it again, at the same address: `fast` ends its sessions first, `immediate` is a crash. */
  readonly restart: (how: 'fast' | 'immediate') => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts a server from programs of this machine; the reason when there are none, or they do not run. */
export async function startOwnServer(): Promise<OwnServer | string> {
  const [found] = findPrograms()
  if (found === undefined) return 'this machine has no programs of a Postgres server'
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.mjs'), JSON.stringify({ bin: found.bin })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const lines = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]()
  const answer = async () => JSON.parse((await lines.next()).value ?? '{}') as { url?: string; error?: string }
  const { url, error } = await answer()
  if (url === undefined) return error ?? 'its keeper ended without a word'
  return {
    label: found.label,
    url,
    restart: async (how) => {
      keeper.stdin.write(`${how}\n`)
      const again = await answer()
      if (again.url === undefined) throw new Error(again.error)
    },
    stop: () => {
      const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve()))
      keeper.stdin.end()
      return gone
    },
  }
}

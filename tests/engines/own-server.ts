import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { findPrograms } from './find-postgres.ts'
import type { Server } from './index.ts'

/** A server that one test has for itself, to do with it what it likes. */
export interface OwnServer extends Server {
  /** Ends it and starts it again, at the same address: `fast` ends its sessions first, `immediate` is a crash. */
  readonly restart: (how: 'fast' | 'immediate') => Promise<void>
  /** Makes a tablespace in a new folder; its name. */
  readonly makeTablespace: (folder: string) => Promise<string>
  readonly stop: () => Promise<void>
}

/** A folder that belongs to whoever the server runs as. */
function folderOfServer(folder: string): void {
  mkdirSync(folder)
  if (process.getuid?.() === 0) execFileSync('chown', ['nobody', folder])
}

/** Starts a server from programs of this machine; the reason when there are none, or they do not run. */
export async function startOwnServer(): Promise<OwnServer | string> {
  const [found] = findPrograms()
  if (found === undefined) return 'this machine has no programs of a Postgres server'
  const keeper = spawn(
    process.execPath,
    [join(import.meta.dirname, 'keeper.mjs'), JSON.stringify({ bin: found.bin })],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    },
  )
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
    makeTablespace: async (folder) => {
      folderOfServer(folder)
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(`create tablespace small location '${folder}'`).finally(() => client.end())
      return 'small'
    },
    stop: () => {
      const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve()))
      keeper.stdin.end()
      return gone
    },
  }
}

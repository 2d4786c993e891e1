import { adapterOf } from '../../src/adapters/index.ts'
import { openLedger } from '../../src/ledger/index.ts'

/** A process that publishes one generation of rows after the other until it is killed. Its argument is a JSON of what follows. */
const given = JSON.parse(process.argv[2] ?? '{}') as {
  adapter: string
  options: Record<string, string | number | boolean>
  folder: string
  round: number
  /** How far the ledger's clock is ahead: leases of the round before have ended. */
  ahead: number
}

const adapter = adapterOf(given.adapter)
if (!adapter) throw new Error(`no engine ${given.adapter}`)
const { dialect, features } = adapter
const session = await adapter.connect({
  options: given.options,
  projectDirectory: given.folder,
  readOnly: false,
  readableFolders: [],
})
const ledger = await openLedger(session, { dialect, features, project: 'p', now: () => Date.now() + given.ahead })
const run = `r${given.round}`
await ledger.startRun({ run, command: 'run', host: 'h', pid: process.pid, version: '0' })
const relation = { schema: 'killed', name: 't' }
const lease = (await ledger.acquire(run, [{ node: 'n', relation }])).leases.get('n')
if (!lease) throw new Error('no lease')
const connection = await session.connect()
await ledger.recordPlanned(run, 'n', { start: 0, end: 6 }, 'f')
const ordinals = [0, 1, 2, 3, 4]
process.stdout.write('begun')
for (let generation = 0; ; generation++) {
  const window = { start: 0, end: 5 }
  const [attempt = 0] = await ledger.startAttempts([
    { run, node: 'n', relation, fence: lease.fence, fingerprint: run, reason: 'never-built', window },
  ])
  const claim = { lease, attempt, node: 'n' }
  const rows = ordinals.flatMap((o) => Array.from({ length: 40 }, () => `(${o}, ${generation})`))
  const partitions = ordinals.map((ordinal) => ({
    ordinal,
    key: String(ordinal),
    rows: 40,
    checksum: String(generation),
    settled: true,
    partial: false,
    changed: true,
    inputs: [],
  }))
  await ledger.publishAll(connection, [claim], async () => {
    await connection.run('delete from killed.t where o < 5')
    await connection.run(`insert into killed.t (o, generation) values ${rows.join(', ')}`)
    return [{ ...claim, fingerprint: run, partitions }]
  })
}

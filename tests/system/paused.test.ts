import { expect, vi } from 'vitest'
import { conforms, describeServers } from '../conformance/fixtures.ts'
import { pauseMany } from '../faults/paused.fixture.ts'

/** Real processes that sleep longer than their leases last; `FAULT_PAUSES` says how many on each server. */

const pauses = Number(process.env.FAULT_PAUSES ?? 3)
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)
vi.setConfig({ testTimeout: 600_000 + pauses * 10_000 })

describeServers('commands that sleep', (fixture) => {
  conforms(fixture, 'inside a transaction lose it when their leases would have ended', async () => {
    const warehouse = await fixture.newWarehouse()
    const session = await warehouse.open()
    const connection = await session.connect()
    const rows = await connection.query("select current_setting('idle_in_transaction_session_timeout') as after")
    expect(rows).toEqual([{ after: '30s' }])
    await connection.release()
    await session.close()
    await warehouse.remove()
  })

  conforms(fixture, 'stop themselves when another one has taken over, and never publish', async () => {
    const stopped = await pauseMany(fixture, pauses, seed)
    console.log(`paused: ${stopped} on ${fixture.label}, 0 published (seed ${seed})`)
  })
})

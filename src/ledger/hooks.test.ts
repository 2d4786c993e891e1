import { expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import {
  all,
  begin,
  beginAfter,
  codeOf,
  describeLedger,
  dialectUnderTest,
  ledgerOf,
  node,
  oneWriter,
  partition,
  publish,
  record,
  session,
} from './testing.ts'

async function settle(lease: Parameters<typeof publish>[1], ledger: Parameters<typeof publish>[0]): Promise<void> {
  const connection = await session.connect()
  await ledger.settleHooks(connection, node, lease, async () => {}).finally(() => connection.release())
}

describeLedger('the post_hook of a relation', () => {
  test('is pending from a publication without it until one with it, or until it ran by itself', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    const pending = async () => (await record(ledger)).hooksPending
    await publish(ledger, lease, [partition(1)])
    expect(await pending()).toBeUndefined()
    await publish(ledger, lease, [partition(1)], { hooks: 'pending' })
    await publish(ledger, lease, [partition(2)], { hooks: 'pending' })
    expect(await pending()).toBe(true)
    expect(await all('select count(*) as n from elt.pending_hooks')).toEqual([{ n: 1 }])
    await publish(ledger, lease, [partition(3)], { hooks: 'done' })
    expect(await pending()).toBeUndefined()
    await publish(ledger, lease, [partition(3)], { hooks: 'pending' })
    await settle(lease, ledger)
    expect(await pending()).toBeUndefined()
  })

  test('stays pending when the transaction is rolled back', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)], { hooks: 'pending' })
    const fails = publish(ledger, lease, [partition(1), partition(1, { rows: Number.NaN })], { hooks: 'done' })
    await expect(fails).rejects.toThrow()
    expect((await record(ledger)).hooksPending).toBe(true)
  })

  test('is not settled by who has lost the lease', async () => {
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)], { hooks: 'pending' })
    await beginAfter(ledger, 'r2')
    expect(await codeOf(settle(lease, ledger))).toBe('fence-lost')
    expect((await record(ledger)).hooksPending).toBe(true)
  })

  test('is known to a ledger that was made before there were hooks', async () => {
    await migrate(session, { readOnly: false, keys: !oneWriter(), dialect: dialectUnderTest() }, migrations.slice(0, 1))
    await all(
      "insert into elt.runs (run, project, command, host, pid, version, status, started_at) values ('r0', 'p', '', '', 1, '', 'success', now())",
    )
    const ledger = await ledgerOf(session)
    const lease = await begin(ledger)
    await publish(ledger, lease, [partition(1)], { hooks: 'pending' })
    expect((await record(ledger)).hooksPending).toBe(true)
    expect(await all("select status from elt.runs where run = 'r0'")).toEqual([{ status: 'success' }])
  })
})

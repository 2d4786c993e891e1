import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, describePostgres, freshDatabase } from '../../tests/engines/index.ts'
import type { Adapter, Session } from '../adapters/contract.ts'
import { bug } from '../diagnostics/index.ts'
import { mortal } from '../runner/mortal.fixture.ts'
import type { Claim, Ledger } from './index.ts'
import { openLedger } from './index.ts'
import { codeOf, duckdb, partition, postgres, run } from './testing.ts'

// Rows in one database, the ledger in another: no transaction has both.

// All points take minutes on a busy machine: ELT_SWEEP=1 asks for them, every fifth is enough to notice a broken protocol.
const every = process.env.ELT_SWEEP ? Number(process.env.ELT_SWEEP) : 5

describePostgres('a ledger in a database of its own', (server) => {
  describe.each(['duckdb', 'postgres'] as const)('of a warehouse on %s', (kind) => {
    const adapter: Adapter = kind === 'duckdb' ? duckdb : postgres
    let folder: string
    let databases: Database[]
    let warehouse: Session
    let own: Session
    let clock = Date.UTC(2024, 0, 1)

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'elt-elsewhere-'))
      databases = [await freshDatabase(server), await freshDatabase(server)]
      const [first, second] = databases
      const open = (engine: Adapter, options: Readonly<Record<string, unknown>>) =>
        engine.connect({ options, projectDirectory: folder, readOnly: false, readableFolders: [] })
      warehouse = await open(adapter, kind === 'duckdb' ? { path: 'w.duckdb' } : { url: first?.url })
      own = await open(postgres, { url: second?.url })
    }, 60_000)

    afterAll(async () => {
      await warehouse.close()
      await own.close()
      for (const database of databases) await database.drop()
      rmSync(folder, { recursive: true, force: true })
    })

    const opened = (rows = warehouse, ledger = own): Promise<Ledger> =>
      openLedger(ledger, {
        dialect: postgres.dialect,
        features: postgres.features,
        project: 'p',
        now: () => clock,
        warehouse: { session: rows, dialect: adapter.dialect, features: adapter.features },
      })

    /** A run of the relation; all earlier ones have died. */
    async function begin(ledger: Ledger, name: string, table: string) {
      clock += 61_000
      await ledger.startRun(run(name))
      const { leases } = await ledger.acquire(name, [{ node: table, relation: { schema: 'rows', name: table } }])
      return leases.get(table) ?? bug('no lease')
    }

    /** Publishes two partitions of ten rows, all with the number of a generation. */
    async function publish(ledger: Ledger, session: Session, name: string, lease: Claim['lease'], generation: number) {
      const table = lease.relation.name
      const about = { run: name, node: table, relation: lease.relation, fence: lease.fence, reason: 'x' }
      const [attempt = bug('no attempt')] = await ledger.startAttempts([
        { ...about, fingerprint: `f${generation}`, window: { start: 0, end: 2 } },
      ])
      const connection = await session.connect()
      try {
        const claim = { lease, attempt, node: table }
        await ledger.publishAll(connection, [claim], async () => {
          await connection.run(`create schema if not exists rows; create table if not exists rows.${table} (o integer, g integer);
delete from rows.${table}; insert into rows.${table} select o, ${generation} from generate_series(0, 1) as a(o), generate_series(1, 10) as b(n)`)
          const partitions = [0, 1].map((o) => partition(o, { checksum: String(generation), rows: 10 }))
          return [{ ...claim, fingerprint: `f${generation}`, fresh: generation === 1, partitions }]
        })
      } finally {
        await connection.release()
      }
    }

    /** The generation that the rows are of, and the one that the ledger names; 0: none. */
    async function states(ledger: Ledger, table: string) {
      const connection = await warehouse.connect()
      const rows = await connection
        .query(`select o, min(g) as least, max(g) as most, count(*) as n from rows.${table} group by o order by o`)
        .catch(() => [])
        .finally(() => connection.release())
      const recorded = await ledger.published({ schema: 'rows', name: table }, undefined)
      const whole = rows.every(({ n, least, most }) => n === 10 && least === most)
      expect({ table, whole, partitions: rows.length % 2 }).toEqual({ table, whole: true, partitions: 0 })
      return { rows: Number(rows[0]?.least ?? 0), ledger: Number(recorded[0]?.checksum ?? 0) }
    }

    /** Two publications of a run that is killed at a point, and then another run. */
    async function killedAt(diesAt: number, fresh: boolean): Promise<number> {
      const table = `t${fresh ? 'f' : 'r'}${diesAt === Number.POSITIVE_INFINITY ? '' : diesAt}`
      const plain = await opened()
      if (!fresh) await publish(plain, warehouse, `a${table}`, await begin(plain, `a${table}`, table), 1)
      const points = { count: 0 }
      const rows = mortal(warehouse, diesAt, points)
      const work = async () => {
        const ledger = await opened(rows, mortal(own, diesAt, points))
        const lease = await begin(ledger, `b${table}`, table)
        await publish(ledger, rows, `b${table}`, lease, fresh ? 1 : 2)
        await publish(ledger, rows, `b${table}`, lease, 3)
      }
      await work().catch((error: unknown) => expect(String(error)).toMatch(/killed|was published is/))
      const next = await opened()
      const lease = await begin(next, `c${table}`, table)
      const found = await states(next, table)
      expect({ diesAt, ...found }).toEqual({ diesAt, rows: found.rows, ledger: found.rows })
      await publish(next, warehouse, `c${table}`, lease, 4)
      expect(await states(next, table)).toEqual({ rows: 4, ledger: 4 })
      const connection = await own.connect()
      expect(await connection.query('select * from elt.publishing')).toEqual([])
      await connection.release()
      return points.count
    }

    test.each([true, false])(
      'agrees with the rows after a death at any of its steps (first publication: %s)',
      async (fresh) => {
        const points = await killedAt(Number.POSITIVE_INFINITY, fresh)
        expect(points).toBeGreaterThan(30)
        for (let diesAt = fresh ? 1 : 3; diesAt <= points; diesAt += every) await killedAt(diesAt, fresh)
      },
      240_000,
    )

    test('who has lost the lease writes no rows, though it knows nothing of that', async () => {
      const ledger = await opened()
      const old = await begin(ledger, 'old', 'late')
      await publish(ledger, warehouse, 'old', old, 1)
      const taken = await opened()
      const lease = await begin(taken, 'new', 'late')
      expect(await codeOf(publish(ledger, warehouse, 'old', old, 2))).toBe('fence-lost')
      await publish(taken, warehouse, 'new', lease, 3)
      expect(await states(taken, 'late')).toEqual({ rows: 3, ledger: 3 })
    })

    test('who is taken over between the ledger and the rows writes none', async () => {
      const ledger = await opened()
      const old = await begin(ledger, 'slow', 'paused')
      await publish(ledger, warehouse, 'slow', old, 1)
      // The ledger has let it begin; before its rows are written, another run takes over.
      const paused: Session = {
        ...warehouse,
        connect: async () => {
          const connection = await warehouse.connect()
          const transaction = async <T>(work: () => Promise<T>): Promise<T> => {
            await begin(await opened(), 'fast', 'paused')
            return connection.transaction(work)
          }
          return { ...connection, transaction }
        },
      }
      expect(await codeOf(publish(ledger, paused, 'slow', old, 2))).toBe('fence-lost')
      expect(await states(ledger, 'paused')).toEqual({ rows: 1, ledger: 1 })
    })
  })
})

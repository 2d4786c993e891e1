import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { conforms, describeServers, duckdb, type Fixture, postgres, warehouseOf } from '../conformance/fixtures.ts'
import { type OwnServer, startOwnServer } from '../engines/own-server.ts'
import { fillDisk, smallDisk } from '../faults/full-disk.fixture.ts'
import { endSessions, ownDatabase, restartServer } from '../faults/servers.fixture.ts'

/** Servers that go away under a running command, and disks that are full; `FAULT_BLOWS` says how often. */

const blows = Number(process.env.FAULT_BLOWS ?? 2)
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)
vi.setConfig({ testTimeout: 600_000 + blows * 10_000 })

const megabyte = 1024 * 1024
const free = [0, 0.2, 1, 3, 9].map((share) => share * megabyte)

function optionsOf(url: URL) {
  return { host: url.hostname, port: Number(url.port), user: url.username, database: url.pathname.slice(1) }
}

describeServers('sessions that the server ends', (fixture, server) => {
  conforms(fixture, 'fail a command clearly or not at all, and the next one ends its work', async () => {
    const fallen = await endSessions(fixture, server.url, blows, seed)
    console.log(`sessions ended: ${fallen} on ${fixture.label}, 0 wrong (seed ${seed})`)
  })
})

describe('a server of its own', () => {
  let own: OwnServer | string = ''
  beforeAll(async () => {
    own = await startOwnServer()
  })
  afterAll(async () => {
    if (typeof own !== 'string') await own.stop()
  })

  /** The fixture of a database of the server, or of its tablespace. */
  function fixtureOf(server: OwnServer, tablespace?: string): Fixture {
    const fixture = postgres(server)
    if (!fixture) throw new Error('no such engine')
    const newWarehouse = async () =>
      warehouseOf(fixture.adapter, optionsOf(await ownDatabase(server, tablespace)), async () => {})
    return { ...fixture, newWarehouse }
  }

  it('that restarts or crashes in the middle of a run loses nothing', async (context) => {
    if (typeof own === 'string') return context.skip(own)
    const fallen = await restartServer(fixtureOf(own), own, blows, seed)
    console.log(`restarts: ${fallen} on ${own.label}, 0 wrong (seed ${seed})`)
  })

  it('whose disk is full keeps what was there, and goes on when there is room', async (context) => {
    const disk = smallDisk()
    if (typeof disk === 'string') return context.skip(disk)
    if (typeof own === 'string') return context.skip(own)
    const { folder } = disk
    try {
      const fixture = fixtureOf(own)
      const place = await own.makeTablespace(join(folder, 'space'))
      const met = await fillDisk(fixture, fixtureOf(own, place).newWarehouse, disk, free)
      console.log(`full disks: ${met} of ${free.length} on ${own.label}, 0 wrong`)
      expect(met).toBeGreaterThan(0)
    } finally {
      disk.remove()
    }
  })
})

describe('a file of a warehouse', () => {
  it('whose disk is full keeps what was there, and goes on when there is room', async (context) => {
    const [fixture, disk] = [duckdb(), smallDisk()]
    if (typeof disk === 'string') return context.skip(disk)
    try {
      if (!fixture) throw new Error('no such engine')
      const folder = join(disk.folder, 'warehouse')
      mkdirSync(join(folder, 'data'), { recursive: true })
      const newWarehouse = async () =>
        warehouseOf(fixture.adapter, { path: join(folder, 'warehouse.duckdb') }, async () => {}, folder)
      const met = await fillDisk(fixture, newWarehouse, disk, free)
      console.log(`full disks: ${met} of ${free.length} on ${fixture.label}, 0 wrong`)
      expect(met).toBeGreaterThan(0)
    } finally {
      disk.remove()
    }
  })
})

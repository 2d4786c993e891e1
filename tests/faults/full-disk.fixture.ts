import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Fixture, Warehouse } from '../conformance/fixtures.ts'
import type { Project } from '../conformance/project.fixture.ts'
import { elt } from './children.ts'
import { type Contents, enter, expectWhole, newEstate, now, rowsLeft } from './estate.fixture.ts'

/** A disk that is full at one moment or another of a build. */

export interface SmallDisk {
  readonly folder: string
  /** Leaves so many bytes of it free. */
  readonly leave: (bytes: number) => void
  readonly remove: () => void
}

const plenty = 400 * 1024 * 1024

function mount(...words: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync('mount', words, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}

/** A disk in memory; why not, where mounting is not permitted. */
export function smallDisk(): SmallDisk | string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'elt-disk-')))
  const refusal = mount('-t', 'tmpfs', '-o', `size=${plenty},mode=777`, 'tmpfs', folder)
  if (refusal !== undefined) {
    rmSync(folder, { recursive: true })
    return `no disk can be mounted here: ${refusal}`
  }
  chmodSync(folder, 0o777)
  return {
    folder,
    leave: (bytes) => {
      const { blocks, bfree, bsize } = statfsSync(folder)
      const size = Math.ceil(((blocks - bfree) * bsize + bytes) / 4096) * 4096
      expect(mount('-o', `remount,size=${size}`, folder)).toBeUndefined()
    },
    remove: () => {
      spawnSync('umount', [folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const large = (rows: number) => `{{ config(materialized='table') }}
select n, md5(cast(n as varchar(20))) as text from generate_series(1, ${rows}) as g(n)
`
const sizes = { 1: 2000, 2: 300_000 } as const

function enterLarge(project: Project, state: 1 | 2): void {
  enter(project, state)
  project.write('models/analytics/large.sql', large(sizes[state]))
}

async function succeed(project: Project, told: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await elt(project.folder, ['run', ...now])
  expect(code, `${told.join('\n')}\n${stdout}${stderr}`).toBe(0)
}

/** A table that is built while the disk is full has its old rows, or its new ones. */
async function expectOldOrNew(project: Project, expected: Contents, told: readonly string[]): Promise<void> {
  const [row] = await project.query('select count(*) as n, count(distinct text) as texts from analytics.large')
  expect(Object.values(sizes), told.join('\n')).toContain(Number(row?.n))
  expect(row?.texts, told.join('\n')).toEqual(row?.n)
  const found = await rowsLeft(project)
  expect(Object.keys(found), told.join('\n')).toEqual(Object.keys(expected))
}

/** Builds changes while so much of the disk is free, one after the other; how many of them met a full disk. */
export async function fillDisk(
  fixture: Fixture,
  newWarehouse: () => Promise<Warehouse>,
  disk: SmallDisk,
  free: readonly number[],
): Promise<number> {
  const calm = await newEstate(fixture, 1)
  const project = await newEstate({ ...fixture, newWarehouse }, 1)
  const told: string[] = []
  let met = 0
  try {
    for (const state of [1, 2] as const) {
      enterLarge(calm, state)
      await succeed(calm, [])
    }
    const expected = await rowsLeft(calm)
    enterLarge(project, 1)
    await succeed(project, [])
    enterLarge(project, 2)
    for (const bytes of free) {
      disk.leave(bytes)
      const { code, stdout, stderr } = await elt(project.folder, ['run', ...now])
      disk.leave(plenty)
      told.push(`${bytes} bytes free: ${code}\n${stdout}${stderr}`)
      expect(`${stdout}${stderr}`, told.join('\n')).not.toMatch(/error\[bug|\n {4}at /)
      expect([0, 1, 3], told.join('\n')).toContain(code)
      if (code !== 0) {
        expect(stderr, told.join('\n')).toMatch(/space|disk|full/i)
        met += 1
      }
      await expectOldOrNew(project, expected, told)
    }
    await succeed(project, told)
    await expectWhole(project, expected, told.join('\n'))
    return met
  } finally {
    await project.remove()
    await calm.remove()
  }
}

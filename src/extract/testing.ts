import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import { plainSource } from '../compiler/testing.ts'
import type { SourceFileRecord } from '../ledger/index.ts'
import type { FileSource, SourceDefinition } from '../project/index.ts'
import type { SourceSignal } from './signal.ts'

const folders: string[] = []

/** A new temporary folder holding these files; removed after the test. All get the same time. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'elt-extract-')))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) write(folder, path, text)
  return folder
}

/** Writes a file with a given time, in seconds since 1970. */
export function write(folder: string, path: string, text: string, time = 1_400_000_000): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
  utimesSync(join(folder, path), time, time)
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A source of daily UTC files, changed by `origin`. */
export function sourceOf(pattern: string, origin: Partial<FileSource> = {}, name = 'flights'): SourceDefinition {
  return plainSource(`source.bts.${name}`, {
    origin: {
      kind: 'files',
      pattern,
      format: 'parquet',
      compression: 'none',
      grid: { unit: 'day', timeZone: 'UTC' },
      lateBy: 0,
      ...origin,
    },
  })
}

/** What the ledger would remember of a signal. */
export function recordsOf(signal: SourceSignal | undefined): SourceFileRecord[] {
  return (signal?.files ?? []).map(({ path, size, modified, hash, gone }) => ({
    source: signal?.source ?? '',
    path,
    size,
    modified,
    hash,
    gone,
  }))
}

import { mkdirSync, type Stats, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type * as Driver from '@duckdb/node-api'
import { type Diagnostic, diagnose, Failure } from '../../diagnostics/index.ts'
import type { ConnectRequest } from '../contract.ts'
import { text } from '../standard-text.ts'
import { engineError } from './errors.ts'

export interface OpenInstance {
  readonly instance: Driver.DuckDBInstance
  readonly driver: (typeof Driver)['default']
}

/** What a failed open is, in the words of the user's world. `file` is as the user knows it. */
function explainOpening(error: unknown, file: string): Diagnostic {
  const { message } = engineError(error)
  const lock = /Conflicting lock is held in (.*?) \(PID (\d+)\)/.exec(message)
  if (lock) return diagnose('warehouse-locked', { file, pid: Number(lock[2]), program: path.basename(lock[1] ?? '') })
  if (/Could not set lock|different configuration than existing/.test(message)) {
    return diagnose('warehouse-locked', { file, pid: undefined, program: undefined })
  }
  const version = /version number (\d+), but we can only read versions between \d+ and (\d+)/.exec(message)
  if (version) return diagnose('warehouse-newer', { file, found: Number(version[1]), known: Number(version[2]) })
  if (/not a valid DuckDB database|Corrupt database|Is a directory/.test(message)) {
    return diagnose('warehouse-invalid', { file, detail: message.split('\n')[0] ?? message })
  }
  if (/database does not exist/.test(message)) return diagnose('warehouse-missing', { file })
  if (/Permission denied|Read-only file system|Operation not permitted/.test(message)) {
    return diagnose('warehouse-denied', { file, detail: message.split('\n')[0] ?? message })
  }
  return diagnose('warehouse-failed', { file, detail: message.split('\n')[0] ?? message })
}

function makeParent(absolute: string, file: string): void {
  try {
    mkdirSync(path.dirname(absolute), { recursive: true })
  } catch (error) {
    throw new Failure(diagnose('warehouse-denied', { file, detail: String((error as Error).message) }))
  }
}

/** Undefined: nothing is there, nor in its way. A file where a folder is meant, or a folder that is closed, is a failure. */
function statOf(absolute: string, file: string): Stats | undefined {
  try {
    return statSync(absolute, { throwIfNoEntry: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') {
      throw new Failure(diagnose('warehouse-invalid', { file, detail: 'a file is in its way where a folder is meant' }))
    }
    throw new Failure(diagnose('warehouse-denied', { file, detail: String((error as Error).message) }))
  }
}

/** Refuses what the engine would report badly: a folder, and a file that is missing and may not be made. */
function checkFile(absolute: string, file: string, readOnly: boolean): void {
  // One letter before the colon is a drive of Windows.
  if (/^[a-z][a-z\d+.-]+:/i.test(file)) {
    throw new Failure(diagnose('warehouse-invalid', { file, detail: 'it is an address, and this engine opens files' }))
  }
  const found = statOf(absolute, file)
  if (found?.isDirectory()) throw new Failure(diagnose('warehouse-invalid', { file, detail: 'it is a folder' }))
  if (found) return
  if (readOnly) throw new Failure(diagnose('warehouse-missing', { file }))
  makeParent(absolute, file)
}

function option(request: ConnectRequest, key: string): string | undefined {
  const value = request.options[key]
  return value === undefined || value === null || value === '' ? undefined : String(value)
}

/** Where an engine in memory puts what does not fit: its default is a folder wherever the command was started. */
export function spillFolder(): string {
  return path.join(tmpdir(), `elt-duckdb-${process.pid}`)
}

function configuration(request: ConnectRequest, inMemory: boolean): Record<string, string> {
  const threads = request.threads ?? option(request, 'threads')
  const memory = option(request, 'memory_limit')
  return {
    access_mode: request.readOnly ? 'READ_ONLY' : 'AUTOMATIC',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    errors_as_json: 'true',
    ...(inMemory ? { temp_directory: spillFolder() } : {}),
    ...(threads === undefined ? {} : { threads: String(threads) }),
    ...(memory === undefined ? {} : { memory_limit: memory.replaceAll(' ', '') }),
  }
}

/** Shuts the file system but for the folders, and then the settings themselves; of an instance already open, both are so. */
async function shut(instance: Driver.DuckDBInstance, folders: readonly string[]): Promise<void> {
  const connection = await instance.connect()
  try {
    const result = await connection.run("select current_setting('lock_configuration') as locked")
    if ((await result.getRows())[0]?.[0] === true) return
    const listed = folders.map((folder) => text(folder.endsWith(path.sep) ? folder : folder + path.sep)).join(', ')
    await connection.run(`set global TimeZone = 'UTC';
set global allowed_directories = [${listed}];
set global enable_external_access = false;
set global lock_configuration = true`)
  } finally {
    connection.closeSync()
  }
}

let shutting: Promise<unknown> = Promise.resolve()

/** One after the other: of two that opened one instance at the same moment, the second finds it shut. */
function restrict(instance: Driver.DuckDBInstance, folders: readonly string[]): Promise<void> {
  const turn = shutting.then(() => shut(instance, folders))
  shutting = turn.catch(() => undefined)
  return turn
}

/**
 * Opens the file of a target, made with its folder when it is missing. One instance serves all sessions of a process:
 * two on one file would lose writes and the lock.
 */
export async function openInstance(request: ConnectRequest): Promise<OpenInstance> {
  const file = option(request, 'path') ?? ':memory:'
  const inMemory = file === ':memory:'
  const absolute = inMemory ? file : path.resolve(request.projectDirectory, file)
  if (!inMemory) checkFile(absolute, file, request.readOnly)
  // The driver is CommonJS: bundled, it has a default export only.
  const { default: driver } = await import('@duckdb/node-api')
  const open = inMemory ? driver.DuckDBInstance.create : driver.DuckDBInstance.fromCache
  try {
    const instance = await open.call(driver.DuckDBInstance, absolute, configuration(request, inMemory))
    await restrict(instance, request.readableFolders)
    return { instance, driver }
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(explainOpening(error, file))
  }
}

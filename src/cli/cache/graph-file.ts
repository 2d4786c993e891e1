import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Assertion } from '../../assertions/index.ts'
import type { Graph, Model } from '../../compiler/index.ts'
import { type Location, locateIn, type SourceFile } from '../../diagnostics/index.ts'
import { type Blob, type BlobReader, BlobWriter, blobReader } from './blobs.ts'
import type { Cache } from './cache.ts'
import { type Layout, type PackedList, packList, type Revive, unpackList } from './packed-list.ts'

const ofModels: Layout = {
  shared: ['layer', 'package', 'owner', 'config', 'partitioning'],
  apart: [
    ['inputs'],
    ['description', 'columns', 'sql', 'incrementalSql', 'preHooks', 'postHooks', 'macros', 'contract', 'location'],
  ],
  listed: ['inputs'],
} satisfies { shared: (keyof Model)[]; apart: (keyof Model)[][]; listed: (keyof Model)[] }

const ofAssertions: Layout = {
  shared: ['type', 'severity', 'scope', 'warnIf', 'errorIf', 'tags', 'arguments'],
  apart: [['description', 'sql', 'location']],
  listed: [],
} satisfies { shared: (keyof Assertion)[]; apart: (keyof Assertion)[][]; listed: [] }

/** Parts of a graph that are read as a whole, when one asks for them. */
const lazy = ['macros', 'docs', 'unitTests'] as const satisfies (keyof Graph)[]

interface PackedGraph {
  /** What stands beside the graph. */
  readonly beside: unknown
  readonly rest: Omit<Graph, 'models' | 'assertions' | (typeof lazy)[number]>
  readonly models: PackedList
  readonly assertions: Blob
  readonly lazy: readonly Blob[]
}

const sealLength = 64
const sizeLength = 12
const headLength = sealLength + 1 + sizeLength + 1

function sealOf(cache: Cache, name: string, index: Buffer): string {
  return cache.keyOf('graph', name, index)
}

/** Keeps a graph, and `beside` with it, unless either holds a secret. False when it does. */
export function writeGraphFile(cache: Cache, name: string, graph: Graph, beside: unknown): boolean {
  const { models, assertions, macros, docs, unitTests, ...rest } = graph
  const writer = new BlobWriter(cache.mayKeep)
  const packed: PackedGraph = {
    beside,
    rest,
    models: packList(models, ofModels, writer),
    assertions: writer.add(packList(assertions, ofAssertions, writer)),
    lazy: [macros, docs, unitTests].map((part) => writer.add(part)),
  }
  const text = JSON.stringify(packed)
  if (!writer.mayKeep || !cache.mayKeep(text)) return false
  const index = Buffer.from(text)
  const head = `${sealOf(cache, name, index)}\n${String(index.length).padStart(sizeLength)}\n`
  cache.write(name, [head, index, ...writer.parts])
  return true
}

function readAll(file: number, length: number, position: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  for (let read = -1; done < length && read !== 0; done += read) {
    read = readSync(file, bytes, done, length - done, position + done)
  }
  return bytes.subarray(0, done)
}

/** The index of an open file, when it is what this user and this build wrote under this name. */
function readIndex(cache: Cache, name: string, file: number): { packed: PackedGraph; end: number } | undefined {
  const head = readAll(file, headLength, 0)
  const size = Number(head.toString('latin1', sealLength + 1, headLength - 1))
  // A forged size may ask for more memory than there is.
  if (head.length < headLength || !(size >= 0 && headLength + size <= fstatSync(file).size)) return undefined
  const index = readAll(file, size, headLength)
  if (index.length < size || head.toString('latin1', 0, sealLength) !== sealOf(cache, name, index)) return undefined
  return { packed: JSON.parse(index.toString('utf8')), end: headLength + size }
}

/** Joins places to the files they are in, so that later stages can show lines of them. */
function placing(files: ReadonlyMap<string, SourceFile>) {
  const revive: Revive = (key, value) => {
    const file = key === 'location' ? files.get((value as Location).path) : undefined
    return file ? locateIn(file, value as Location) : value
  }
  const placed = <T extends { readonly location: Location }>(items: readonly T[]): T[] =>
    items.map((item) => ({ ...item, location: revive('location', item.location) as Location }))
  return { revive, placed }
}

/** A graph whose assertions, unit tests, macros and documentation are read when they are asked for. */
function graphOf(packed: PackedGraph, read: BlobReader, files: ReadonlyMap<string, SourceFile>): Graph {
  const { rest, models, assertions, lazy: blobs } = packed
  const { revive, placed } = placing(files)
  const list = unpackList(models, ofModels, read, revive) as unknown as Model[]
  const known = new Map<string, unknown>()
  const once = <T>(key: string, load: () => T): T => {
    if (!known.has(key)) known.set(key, load())
    return known.get(key) as T
  }
  const part = <T>(index: number): T => once(lazy[index] ?? '', () => read(blobs[index] ?? [0, 0, '']) as T)
  return {
    ...rest,
    sources: placed(rest.sources),
    seedFiles: placed(rest.seedFiles),
    exposures: placed(rest.exposures),
    groups: placed(rest.groups),
    selectors: placed(rest.selectors),
    models: list,
    get assertions() {
      return once('assertions', () => {
        return unpackList(read(assertions) as PackedList, ofAssertions, read, revive) as unknown as Assertion[]
      })
    },
    get macros() {
      return part<Graph['macros']>(0)
    },
    get docs() {
      return part<Graph['docs']>(1)
    },
    get unitTests() {
      return once('placed unit tests', () => placed(part<Graph['unitTests']>(2)))
    },
  }
}

/** The graph kept under a name, and what stands beside it; undefined when there is none, or it cannot be believed. */
export function readGraphFile(
  cache: Cache,
  name: string,
  files: ReadonlyMap<string, SourceFile>,
): { graph: Graph; beside: unknown } | undefined {
  const path = join(cache.folder, name)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const found = readIndex(cache, name, file)
    if (found) {
      const read = blobReader(file, found.end, () => rmSync(path, { force: true }))
      return { graph: graphOf(found.packed, read, files), beside: found.packed.beside }
    }
  } catch {
    // Not what was written: compiled anew.
  }
  closeSync(file)
  return undefined
}

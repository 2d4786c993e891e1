import { coalesce, subtract, type Window } from '../../calendar/index.ts'
import type { LedgerSnapshot, PublishedVersion } from '../../ledger/index.ts'
import { type RelationVersions, versionRanges } from '../../planner/index.ts'

/**
 * What is published of the relations that a run reads and writes: read from the ledger once for each window, kept up by the
 * run's own publications. That is safe while nobody else publishes: the run holds the leases of what it writes.
 */
export interface Published {
  /** Makes sure that the window (absent: all) of a relation is known. */
  readonly load: (node: string, window: Window | undefined) => Promise<void>
  readonly at: (node: string, ordinal: number) => PublishedVersion | undefined
  /** What is known of a relation. */
  readonly versions: (node: string) => RelationVersions
  /** Drops what is known of a relation's partitions, because its rows went: the ledger is not asked again. */
  readonly forget: (node: string) => void
  /** Takes in what the run published, and the greatest version it was given. */
  readonly record: (node: string, partitions: readonly PublishedVersion[], version: number) => void
}

interface Known {
  version: number
  loaded: Window[]
  readonly partitions: Map<number, PublishedVersion>
  /** Of the partitions; made again after each publication. */
  shown: RelationVersions | undefined
}

const everything: Window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }

/**
 * `read` asks the ledger. `heads` holds the version counters of all relations that the run reads or writes. What `othersPublish` says may change under
 * the run is asked for again each time. `alone`: nobody else can have published since `heads` were read, so what had no version
 * then has no partitions.
 */
export function createPublished(
  read: (node: string, window: Window | undefined) => Promise<readonly PublishedVersion[]>,
  heads: LedgerSnapshot,
  othersPublish: (node: string) => boolean,
  alone: boolean,
): Published {
  const byNode = new Map<string, Known>()
  const knownOf = (node: string): Known => {
    const version = heads.relations.get(node)?.version ?? 0
    const known = byNode.get(node) ?? {
      version,
      loaded: alone && version === 0 ? [everything] : [],
      partitions: new Map(),
      shown: undefined,
    }
    byNode.set(node, known)
    return known
  }
  const merge = (known: Known, partitions: readonly PublishedVersion[]): void => {
    for (const partition of partitions) {
      const before = known.partitions.get(partition.ordinal)
      // A query that was under way while the run published must not bring the older version back.
      if (!before || before.version <= partition.version) known.partitions.set(partition.ordinal, partition)
      known.version = Math.max(known.version, partition.version)
    }
    known.shown = undefined
  }
  return {
    load: async (node, window) => {
      const known = knownOf(node)
      const asked = window ?? everything
      if (subtract(asked, othersPublish(node) ? [] : known.loaded).length === 0) return
      merge(known, await read(node, window))
      known.loaded = coalesce([...known.loaded, asked])
    },
    at: (node, ordinal) => knownOf(node).partitions.get(ordinal),
    versions: (node) => {
      const known = knownOf(node)
      known.shown ??= {
        version: known.version,
        published: versionRanges([...known.partitions.values()].sort((a, b) => a.ordinal - b.ordinal)),
      }
      return known.shown
    },
    forget: (node) => {
      const known = knownOf(node)
      known.partitions.clear()
      known.loaded = [everything]
      known.shown = undefined
    },
    record: (node, partitions, version) => {
      const known = knownOf(node)
      merge(known, partitions)
      known.version = Math.max(known.version, version)
    },
  }
}

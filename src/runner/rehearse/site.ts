import type { RelationName } from '../../adapters/contract.ts'
import type { Model } from '../../compiler/index.ts'
import { bug } from '../../diagnostics/index.ts'
import type { Lease, Ledger } from '../../ledger/index.ts'
import type { Plan } from '../../planner/index.ts'
import type { SourceDefinition } from '../../project/index.ts'
import { publishAll } from '../publish/index.ts'
import {
  type BuildSite,
  createFileReading,
  createPublications,
  createPublished,
  createQuality,
  createRelations,
  createUnbuilt,
  type LastingConnection,
  type Surroundings,
} from '../site/index.ts'

/** What a rehearsal needs of the world. */
export type Rehearsing = Pick<
  Surroundings,
  'graph' | 'adapter' | 'session' | 'projectDirectory' | 'files' | 'clock' | 'signal'
>

/** A site to build on, with what its statements find, which fills as it is given. */
export interface RehearsalSite extends BuildSite {
  readonly models: Map<string, Model>
  readonly definitions: Map<string, SourceDefinition>
  readonly leases: Map<string, Lease>
}

/** A ledger that remembers nothing, for one who builds each model once. No more of it is asked. */
function oblivious(): Pick<Ledger, 'startAttempts' | 'publishAll' | 'recordOutcomes'> {
  return {
    startAttempts: async (attempts) => attempts.map((_, index) => index + 1),
    publishAll: async (_, __, write) => (await write()).map(() => 1),
    recordOutcomes: async () => undefined,
  }
}

const withoutHooks: BuildSite['hooks'] = {
  before: async () => undefined,
  publishing: () => undefined,
  over: async () => undefined,
  resume: async () => undefined,
  end: async () => undefined,
  diagnostics: () => [],
}

/** Everything that building a model asks of a run, of a run that knows of nothing and records nothing. */
export function rehearsalSite(request: Rehearsing, connection: LastingConnection): RehearsalSite {
  const { graph, adapter, session, projectDirectory, files, clock, signal } = request
  let serial = 0
  const nothing = { relations: new Map(), files: [] }
  const site: RehearsalSite = {
    ...{ graph, adapter, projectDirectory, files, clock, signal, stop: signal, retries: 0 },
    // Relations of one connection are seen by no other.
    session: { ...session, describe: connection.describe },
    ledger: oblivious() as Ledger,
    start: { run: 'rehearsal', command: '', host: '', pid: 0, version: '' },
    emit: () => undefined,
    models: new Map(),
    definitions: new Map(),
    signals: new Map(),
    relations: createRelations({ relations: [] }),
    quality: createQuality(),
    known: { covering: async () => undefined, incidents: async () => () => false },
    reading: createFileReading(undefined),
    plan: { now: clock.now() } as Plan,
    leases: new Map(),
    published: createPublished(
      async () => [],
      nothing,
      () => false,
      true,
    ),
    publications: createPublications(true),
    unbuilt: createUnbuilt(),
    hooks: withoutHooks,
    attached: new Map(),
    kept: new Set(),
    open: new Set(),
    nextSerial: () => ++serial,
    columns: new Map(),
    records: new Map(),
    hulls: new Map(),
    refused: new Map(),
    blocking: new Map(),
    desk: {
      connection,
      startAttempt: async () => 1,
      publish: async (one) => (await publishAll(site, [one]))[0] ?? bug('nothing was published'),
    },
  }
  return site
}

/** Where a rehearsal may have a relation. */
export function placeOf(site: RehearsalSite): RelationName {
  const schema = site.adapter.features.temporarySchema ?? bug('an engine without relations of one connection')
  return { schema, name: `elt_rehearsal_${site.nextSerial()}` }
}

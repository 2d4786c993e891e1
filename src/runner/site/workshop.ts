import type { SourceSignal } from '../../extract/index.ts'
import type { Workshop } from './context.ts'
import { createFileReading } from './file-reading.ts'
import { createKnownFailures } from './known-failures.ts'
import { createQuality } from './quality.ts'
import { createRelations } from './relations.ts'
import type { Surroundings } from './request.ts'

/** Reads the catalog and makes ready what every statement needs. `stop` is the signal that cancels statements. */
export async function openWorkshop(
  surroundings: Surroundings,
  sources: readonly SourceSignal[],
  stop: AbortSignal = surroundings.signal,
): Promise<Workshop> {
  const { graph, session } = surroundings
  const ofSources = graph.sources.flatMap(({ origin }) => (origin.kind === 'relation' ? [origin.schema] : []))
  const schemas = [...new Set([...graph.models.map((model) => model.relation.schema), ...ofSources])].sort()
  const { adapter, ledger, start, projectDirectory, files, clock, retries, emit, signal } = surroundings
  return {
    ...{ graph, adapter, session, ledger, start, projectDirectory, files, clock, retries, emit, signal },
    models: new Map(graph.models.map((model) => [model.id, model])),
    definitions: new Map([...graph.sources, ...graph.seedFiles].map((source) => [source.id, source])),
    signals: new Map(sources.map((source) => [source.source, source])),
    relations: createRelations(await session.catalog(schemas)),
    quality: createQuality(),
    known: createKnownFailures(ledger, clock),
    reading: createFileReading(surroundings.openReader),
    stop,
  }
}

import { type Grid, partitionKey, type Window } from '../calendar/index.ts'
import type { Graph } from '../compiler/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { type ArtifactIds, artifactIds } from './artifact-ids.ts'
import { groupBy } from './group-by.ts'

/** Facts about the run that its results do not hold. */
export interface ResultsHeader {
  readonly version: string
  readonly command: string
  readonly target: string
}

/** Seconds, as dbt writes times of execution. */
export const seconds = (milliseconds: number) => milliseconds / 1000

function partitionNames(grid: Grid | undefined, window: Window | undefined): { from?: string; to?: string } {
  if (!grid || !window || window.start >= window.end) return {}
  return { from: partitionKey(grid, window.start), to: partitionKey(grid, window.end) }
}

/** One batch, with its partitions by name. */
export function batchJson(batch: BatchResult, grid: Grid | undefined) {
  return {
    ...partitionNames(grid, batch.window),
    status: batch.status,
    partitions: batch.partitions,
    rows: batch.rows,
    execution_time: seconds(batch.milliseconds),
    diagnostics: batch.diagnostics,
  }
}

/** dbt's word for what became of a model. */
function modelStatus(batches: readonly BatchResult[]): 'success' | 'error' | 'skipped' {
  if (batches.some(({ status }) => status === 'failed' || status === 'partial')) return 'error'
  return batches.some(({ status }) => status === 'success' || status === 'unchanged') ? 'success' : 'skipped'
}

/** What a model's first error says; null when there is none. */
export function messageOf(batches: readonly BatchResult[]): string | null {
  return batches.flatMap(({ diagnostics }) => diagnostics).find(({ severity }) => severity === 'error')?.message ?? null
}

function modelJson(model: string, batches: readonly BatchResult[], grid: Grid | undefined, ids: ArtifactIds) {
  return {
    unique_id: ids.node(model),
    status: modelStatus(batches),
    execution_time: seconds(batches.reduce((sum, { milliseconds }) => sum + milliseconds, 0)),
    message: messageOf(batches),
    failures: null,
    adapter_response: { rows_affected: batches.reduce((sum, { rows }) => sum + rows, 0) },
    batches: batches.map((batch) => batchJson(batch, grid)),
  }
}

function assertionJson(outcome: AssertionOutcome, ids: ArtifactIds) {
  return {
    unique_id: ids.assertion(outcome.assertion),
    status: outcome.status,
    execution_time: seconds(outcome.milliseconds),
    message: outcome.diagnostics[0]?.message ?? null,
    failures: outcome.failures,
    rows: outcome.rows,
    value: outcome.value ?? null,
    node: outcome.node ?? null,
    name: outcome.name,
    sample: outcome.sample,
    compiled_code: outcome.sql,
    diagnostics: outcome.diagnostics,
  }
}

/** The grids of partitioned models, by id. */
export function gridsOf(graph: Graph): ReadonlyMap<string, Grid> {
  return new Map(
    graph.models.flatMap(({ id, partitioning }) => (partitioning ? [[id, partitioning.grid] as const] : [])),
  )
}

/** What `--output json` prints: dbt's keys, with batches, assertions and diagnostics as we know them. */
export function runResultsJson(results: RunResults, graph: Graph, header: ResultsHeader) {
  const ids = artifactIds(graph)
  const grids = gridsOf(graph)
  return {
    metadata: {
      generated_at: new Date(results.startedAt + results.milliseconds).toISOString(),
      elt_version: header.version,
      invocation_id: results.run,
      project: graph.project,
      target: header.target,
    },
    args: { which: header.command },
    status: results.status,
    elapsed_time: seconds(results.milliseconds),
    results: [
      ...[...groupBy(results.batches, (batch) => batch.model)].map(([model, batches]) =>
        modelJson(model, batches, grids.get(model), ids),
      ),
      ...results.assertions.map((outcome) => assertionJson(outcome, ids)),
    ],
    diagnostics: results.diagnostics,
  }
}

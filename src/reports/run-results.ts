import { type Grid, partitionKey, type Window } from '../calendar/index.ts'
import type { Graph } from '../compiler/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { groupBy } from './group-by.ts'

/** Facts about the run that its results do not hold. */
export interface ResultsHeader {
  readonly version: string
  readonly command: string
  readonly target: string
}

/** Seconds, as dbt writes times of execution. */
const seconds = (milliseconds: number) => milliseconds / 1000

function partitionNames(grid: Grid | undefined, window: Window | undefined): { from?: string; to?: string } {
  if (!grid || !window || window.start >= window.end) return {}
  return { from: partitionKey(grid, window.start), to: partitionKey(grid, window.end) }
}

function batchJson(batch: BatchResult, grid: Grid | undefined) {
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

function modelJson(model: string, batches: readonly BatchResult[], graph: Graph) {
  const grid = graph.models.find(({ id }) => id === model)?.partitioning?.grid
  const failed = batches.flatMap(({ diagnostics }) => diagnostics).find(({ severity }) => severity === 'error')
  return {
    unique_id: `model.${graph.project}.${model}`,
    status: modelStatus(batches),
    execution_time: seconds(batches.reduce((sum, { milliseconds }) => sum + milliseconds, 0)),
    message: failed?.message ?? null,
    failures: null,
    adapter_response: { rows_affected: batches.reduce((sum, { rows }) => sum + rows, 0) },
    batches: batches.map((batch) => batchJson(batch, grid)),
  }
}

function assertionJson(outcome: AssertionOutcome, graph: Graph) {
  return {
    unique_id: `test.${graph.project}.${outcome.assertion.replace(/^test\./, '')}`,
    status: outcome.status,
    execution_time: seconds(outcome.milliseconds),
    message: outcome.diagnostics[0]?.message ?? null,
    failures: outcome.failures,
    rows: outcome.rows,
    node: outcome.node ?? null,
    name: outcome.name,
    sample: outcome.sample,
    compiled_code: outcome.sql,
    diagnostics: outcome.diagnostics,
  }
}

/** What `target/run_results.json` and `--output json` hold: dbt's keys, with batches and assertions beside them. */
export function runResultsJson(results: RunResults, graph: Graph, header: ResultsHeader) {
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
        modelJson(model, batches, graph),
      ),
      ...results.assertions.map((outcome) => assertionJson(outcome, graph)),
    ],
    diagnostics: results.diagnostics,
  }
}

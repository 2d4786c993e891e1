import { createHash } from 'node:crypto'
import { type Grid, partitionKey } from '../calendar/index.ts'
import type { Graph, Model } from '../compiler/index.ts'
import type { KeptRange } from '../planner/index.ts'
import type { AssertionOutcome, BatchResult, RunResults } from '../runner/index.ts'
import { type ArtifactIds, artifactIds } from './artifact-ids.ts'
import { groupBy } from './group-by.ts'
import { writtenLike } from './manifest.ts'
import { relationName } from './manifest-models.ts'
import { batchJson, gridsOf, messageOf, type ResultsHeader, seconds } from './run-results.ts'

/** Facts about the run that dbt's file holds and its results do not. */
export interface ArtifactHeader extends ResultsHeader {
  readonly quote: (identifier: string) => string
  /** When batches and assertions were over, by their ids: UTC, milliseconds. */
  readonly ended: ReadonlyMap<string, number>
  /** What the plan left alone. */
  readonly kept: readonly KeptRange[]
}

interface Parts extends ArtifactHeader {
  readonly results: RunResults
  readonly ids: ArtifactIds
  readonly grids: ReadonlyMap<string, Grid>
  readonly models: ReadonlyMap<string, Model>
}

/** A UUID that stands for a text: the same for the same text. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

type Work = { readonly id: string; readonly milliseconds: number }

/** One entry from the first start to the last end of what was done; none where nothing ran. */
function timing(work: readonly Work[], { ended, results }: Parts) {
  const ends = work.map(({ id }) => ended.get(id) ?? results.startedAt + results.milliseconds)
  const starts = work.map(({ milliseconds }, i) => (ends[i] ?? 0) - milliseconds)
  if (work.length === 0) return []
  const moment = (at: number) => new Date(at).toISOString()
  return [{ name: 'execute', started_at: moment(Math.min(...starts)), completed_at: moment(Math.max(...ends)) }]
}

const succeeded = ({ status }: BatchResult) => status === 'success' || status === 'unchanged'
const failed = ({ status }: BatchResult) => status === 'failed' || status === 'partial'

/** dbt's word for what became of a model: some partitions published and others not is its `partial success`. */
function statusOf(batches: readonly BatchResult[]): string {
  const isPartial = batches.some(({ status }) => status === 'partial') || batches.some(succeeded)
  if (batches.some(failed)) return isPartial ? 'partial success' : 'error'
  return batches.some(succeeded) ? 'success' : 'skipped'
}

function batchNames(batches: readonly BatchResult[], grid: Grid | undefined): string[][] {
  if (!grid) return []
  return batches.flatMap(({ window }) =>
    window && window.start < window.end ? [[partitionKey(grid, window.start), partitionKey(grid, window.end)]] : [],
  )
}

function modelResult(id: string, batches: readonly BatchResult[], parts: Parts) {
  const { ids, grids, models, quote } = parts
  const [grid, model] = [grids.get(id), models.get(id)]
  const total = (of: (batch: BatchResult) => number) => batches.reduce((sum, batch) => sum + of(batch), 0)
  return {
    status: statusOf(batches),
    timing: timing(
      batches.map(({ batch, milliseconds }) => ({ id: batch, milliseconds })),
      parts,
    ),
    thread_id: 'main',
    execution_time: seconds(total(({ milliseconds }) => milliseconds)),
    adapter_response: {
      rows_affected: total(({ rows }) => rows),
      batches: batches.map((batch) => batchJson(batch, grid)),
    },
    message: messageOf(batches),
    failures: null,
    unique_id: ids.node(id),
    compiled: true,
    compiled_code: null,
    relation_name: model ? relationName(model, quote) : null,
    batch_results: grid
      ? { successful: batchNames(batches.filter(succeeded), grid), failed: batchNames(batches.filter(failed), grid) }
      : null,
  }
}

/** dbt has no word for what fails and is known. */
const testStatus = (status: AssertionOutcome['status']) => (status === 'acknowledged' ? 'warn' : status)

function testResult(outcome: AssertionOutcome, parts: Parts) {
  const { assertion, milliseconds, status, rows, value, sample, diagnostics, failures, sql } = outcome
  return {
    status: testStatus(status),
    timing: timing([{ id: assertion, milliseconds }], parts),
    thread_id: 'main',
    execution_time: seconds(milliseconds),
    adapter_response: { rows_judged: rows, ...(value === undefined ? {} : { value }), sample, diagnostics },
    message: diagnostics[0]?.message ?? null,
    failures,
    unique_id: parts.ids.assertion(assertion),
    compiled: true,
    compiled_code: sql,
    relation_name: null,
    batch_results: null,
  }
}

/** Models that failed before and are left alone until something of them moves, and those that wait for such a one. */
function keptResults(built: ReadonlySet<string>, parts: Parts) {
  const troubled = parts.kept.filter(
    ({ model, why }) =>
      !built.has(model) && (why.kind === 'still-failing' || (why.kind === 'blocked-by' && why.failed)),
  )
  return [...groupBy(troubled, ({ model }) => model)].map(([id, ranges]) => {
    const failing = ranges.find(({ why }) => why.kind === 'still-failing')?.why
    const message = failing?.kind === 'still-failing' ? failing.message : 'what it reads failed'
    return { ...modelResult(id, [], parts), status: failing ? 'error' : 'skipped', message }
  })
}

/** What a run did as `target/run_results.json` in version 6 of dbt's schema. */
export function runResultsV6(results: RunResults, graph: Graph, header: ArtifactHeader) {
  const models = new Map(graph.models.map((model) => [model.id, model]))
  const parts: Parts = { ...header, results, ids: artifactIds(graph), grids: gridsOf(graph), models }
  const batches = groupBy(results.batches, ({ model }) => model)
  return {
    metadata: {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
      dbt_version: writtenLike,
      generated_at: new Date(results.startedAt + results.milliseconds).toISOString(),
      invocation_id: uuidOf(results.run),
      env: { elt_version: header.version, elt_run: results.run, elt_target: header.target },
    },
    results: [
      ...[...batches].map(([model, of]) => modelResult(model, of, parts)),
      ...keptResults(new Set(batches.keys()), parts),
      ...results.assertions.map((outcome) => testResult(outcome, parts)),
    ],
    elapsed_time: seconds(results.milliseconds),
    args: {
      which: header.command,
      target: header.target,
      project: graph.project,
      status: results.status,
      diagnostics: results.diagnostics,
    },
  }
}

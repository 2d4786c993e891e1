import type { Assertion } from '../../assertions/index.ts'
import type { Model } from '../../compiler/index.ts'
import type { FailedRow } from '../../ledger/index.ts'
import type { Workshop } from '../site/index.ts'

type Row = Readonly<Record<string, unknown>>

/** Characters of a value that are kept. */
const longest = 1000

/** A row as JSON; numbers that JSON cannot tell exactly are text, long texts are cut. */
function rowJson(row: Row): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    return typeof value === 'string' && value.length > longest ? `${value.slice(0, longest - 1)}…` : value
  })
}

/** Columns whose values tell the rows of a model apart, as far as that is known. */
function keyColumns(model: Model | undefined, assertions: readonly Assertion[]): readonly string[] {
  if (!model) return []
  if (model.config.uniqueKey.length > 0) return model.config.uniqueKey
  const keys = assertions.filter(({ node, type }) => node === model.id && (type === 'unique_key' || type === 'unique'))
  const [first] = keys
  const columns = first?.type === 'unique_key' ? first.arguments.columns : first?.column && [first.column]
  return Array.isArray(columns) ? columns.map(String) : []
}

/** The values of a key in a row that holds all of it. */
function keyJson(row: Row, columns: readonly string[]): string | undefined {
  const byName = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), [name, value] as const]))
  const parts = columns.map((column) => byName.get(column.toLowerCase()))
  if (parts.length === 0 || parts.includes(undefined)) return undefined
  return rowJson(Object.fromEntries(parts as (readonly [string, unknown])[]))
}

/** What is said of all rows that are kept of one judgement. */
interface Judged {
  readonly model: Model | undefined
  readonly status: FailedRow['status']
  /** Names of the partitions that did not pass. */
  readonly partitions: readonly string[]
}

/** The partition of a row, as far as its values say so. */
function partitionOf(row: Row, { model, partitions }: Judged): string {
  const [first = 'all'] = partitions
  if (partitions.length <= 1) return first
  const column = model?.partitioning?.column.toLowerCase()
  const value = Object.entries(row).find(([name]) => name.toLowerCase() === column)?.[1]
  const last = partitions.at(-1) ?? first
  return partitions.find((name) => String(value).startsWith(name)) ?? `${first} … ${last}`
}

/** Failing rows as the ledger keeps them; none where the assertion says `store_failures: false`. */
export function failedRows(
  { graph, start }: Pick<Workshop, 'graph' | 'start'>,
  assertion: Assertion,
  rows: readonly Row[],
  judged: Judged,
): readonly FailedRow[] {
  const { status } = judged
  if (!assertion.storeFailures || status === 'pass' || rows.length === 0) return []
  const columns = keyColumns(judged.model, graph.assertions)
  const { id, name, hash, node, severity } = assertion
  return rows.map((row) => ({
    run: start.run,
    ...{ node, assertion: id, hash, name, severity, status },
    partition: partitionOf(row, judged),
    key: keyJson(row, columns),
    row: rowJson(row),
  }))
}

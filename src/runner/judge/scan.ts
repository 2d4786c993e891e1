import type { Connection, StatementOptions } from '../../adapters/contract.ts'

/** One pass over rows: their count and any aggregates, for each partition. */
export interface Scan {
  /** What stands behind `from`, without a name of its own. */
  readonly from: string
  /** Ordinal of a row's partition; absent: all rows are partition 0. */
  readonly partition?: string
  /** Aggregates. */
  readonly expressions: readonly string[]
}

/** What a scan found of one partition. `ordinal` is undefined where the partition column is null. */
export interface ScanRow {
  readonly ordinal: number | undefined
  readonly rows: number
  /** One for each expression, as plain values. */
  readonly values: readonly unknown[]
}

function scanSql({ from, partition, expressions }: Scan): string {
  const selected = [
    `${partition ?? '0'} as elt_partition`,
    'count(*) as elt_rows',
    ...expressions.map((expression, index) => `${expression} as elt_${index}`),
  ]
  return `select ${selected.join(', ')}\nfrom ${from} as elt_rows${partition === undefined ? '' : '\ngroup by 1'}`
}

/** The scan itself. */
async function scanGroups(connection: Connection, scan: Scan, options: StatementOptions): Promise<ScanRow[]> {
  const found = await connection.query(scanSql(scan), options)
  return found
    .map((row) => ({
      ordinal: row.elt_partition === null ? undefined : Number(row.elt_partition),
      rows: Number(row.elt_rows),
      values: scan.expressions.map((_, index) => row[`elt_${index}`]),
    }))
    .filter(({ rows }) => rows > 0)
}

/** A whole relation, and the expression of its rows that aggregates of a scan know as `elt_row`. */
export interface HashedRows {
  readonly from: string
  readonly row: string
}

/**
 * Scans whole relations by one statement: their rows are put together before they are counted, as one group each, which costs the
 * engine a third of an aggregation for each of them. Undefined: a relation without rows.
 */
export async function scanTogether(
  connection: Connection,
  relations: readonly HashedRows[],
  expressions: readonly string[],
  options: StatementOptions,
): Promise<readonly (ScanRow | undefined)[]> {
  if (relations.length === 0) return []
  const rows = relations.map(({ from, row }, place) => `select ${place} as elt_place, ${row} as elt_row from ${from}`)
  const scan = { from: `(${rows.join('\nunion all\n')})`, partition: 'elt_place', expressions }
  const found = new Map((await scanGroups(connection, scan, options)).map((row) => [row.ordinal, row]))
  return relations.map((_, place) => {
    const row = found.get(place)
    return row && { ...row, ordinal: 0 }
  })
}

/**
 * Runs the scan. Partitions without rows are left out. `only` says that all rows should lie in this one partition: then they
 * are not grouped, which is cheaper, unless a row turns out to lie elsewhere.
 */
export async function scanRows(
  connection: Connection,
  scan: Scan,
  options: StatementOptions,
  only?: number,
): Promise<ScanRow[]> {
  const { from, partition, expressions } = scan
  if (partition === undefined || only === undefined) return scanGroups(connection, scan, options)
  const elsewhere = `count(case when ${partition} = ${only} then null else 1 end)`
  const [row] = await scanGroups(connection, { from, expressions: [...expressions, elsewhere] }, options)
  if (!row) return []
  if (Number(row.values.at(-1)) > 0) return scanGroups(connection, scan, options)
  return [{ ordinal: only, rows: row.rows, values: row.values.slice(0, -1) }]
}

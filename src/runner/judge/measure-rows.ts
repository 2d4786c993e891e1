import type { Column, Connection } from '../../adapters/contract.ts'
import { type AssertionSql, columnNamed, type RowsMeasure } from '../../assertions/index.ts'
import { StatementError, type Workshop } from '../site/index.ts'

/** How many rows are judged, and how many of them are left by `where`, where that is asked. */
interface Total {
  readonly rows: number
  readonly considered?: number
}

type Count = Total & { readonly failures: number }

/** Whose rows are counted, and where. */
interface Counting {
  readonly connection: Connection
  /** Partitions that are judged even without rows. */
  readonly ordinals: readonly number[]
  /** Id of the assertion. */
  readonly label: string
  readonly written: AssertionSql['written']
}

/** What was counted of a SELECT of failing rows; `together`: all of it is of all partitions that are judged. */
interface CountedRows {
  readonly counts: Map<number, Count>
  readonly together: boolean
}

/** Whether rows say of which partition they are: they have the partition column, as the judged rows have it. */
async function haveColumn(
  connection: Connection,
  rows: string,
  { column, judged }: NonNullable<RowsMeasure['byPartition']>,
): Promise<boolean> {
  const typeIn = (columns: readonly Column[]): string | undefined => columnNamed(columns, column)?.type
  const returned = typeIn(await connection.describe(rows))
  return returned !== undefined && returned === typeIn(await connection.describe(judged))
}

/**
 * Counts the rows that a person's SELECT finds: by partition where they say of which one they are, else all together. Rows of a
 * partition that is not judged, or of none, count for all that are: nothing that fails goes unseen. `totals` says how many rows
 * each partition has.
 */
export async function measureRows(
  workshop: Workshop,
  { connection, ordinals, label, written }: Counting,
  { byPartition, rows, sql }: RowsMeasure,
  totals: ReadonlyMap<number | undefined, Total>,
): Promise<CountedRows> {
  const options = { signal: workshop.stop, label }
  const sending = async <T>(offset: number, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw new StatementError(error, written?.statement, offset)
    }
  }
  const { offset } = written ?? { offset: { rows: 0, measure: 0 } }
  if (byPartition && (await sending(offset.rows, () => haveColumn(connection, rows, byPartition)))) {
    const found = await sending(offset.measure, () => connection.query(byPartition.sql, options))
    const known = new Set([...ordinals, ...totals.keys()].filter((ordinal) => ordinal !== undefined))
    const failures = new Map(
      found.map((row) => [row.partition === null ? undefined : Number(row.partition), Number(row.failures)]),
    )
    if ([...failures.keys()].every((ordinal) => ordinal !== undefined && known.has(ordinal))) {
      const count = (ordinal: number): Count => ({
        ...(totals.get(ordinal) ?? { rows: 0 }),
        failures: failures.get(ordinal) ?? 0,
      })
      return { counts: new Map([...known].map((ordinal) => [ordinal, count(ordinal)])), together: false }
    }
  }
  const [found] = await sending(offset.measure, () => connection.query(sql, options))
  const all = [...totals.values()]
  const sum = (of: (total: Total) => number): number => all.reduce((before, total) => before + of(total), 0)
  const isCounted = all.some(({ considered }) => considered !== undefined)
  const count = {
    failures: Number(found?.failures ?? 0),
    rows: sum(({ rows: one }) => one),
    ...(isCounted ? { considered: sum(({ considered = 0 }) => considered) } : {}),
  }
  return { counts: new Map([[0, count]]), together: true }
}

import type { Dialect, Strategy, WriteRequest } from '../../src/adapters/contract.ts'

/** A table of shipments, as strategies write it: a partition column, a key of two columns, a name that must be quoted, values. */
export const shipmentColumns = ['day', 'order', 'line', 'weight "kg"'] as const

/** Values of a shipment in the order of the columns; dates as text. */
export type Shipment = readonly [day: string, order: number, line: string, weight: number | null]

export const target = { schema: 'shop', name: 'shipments' }

/** A request with a name that says what is special about it. */
export interface NamedRequest {
  readonly strategy: Strategy
  readonly says: string
  readonly request: (dialect: Dialect, staging: WriteRequest['staging']) => WriteRequest
}

/** Half-open days as a window of the partition column. */
export function windowOf(dialect: Dialect, ranges: readonly (readonly [start: string, end: string])[]) {
  const day = (value: string) => dialect.literal({ type: 'date', value })
  return { column: 'day', ranges: ranges.map(([start, end]) => ({ start: day(start), end: day(end) })) }
}

const week = [['2024-01-03', '2024-01-05']] as const
const twoWeeks = [...week, ['2024-01-07', '2024-01-08']] as const
const key = ['order', 'line']

/** What the files of SQL show, and what is run besides. */
export const requests: readonly NamedRequest[] = [
  ...(['replace_partition', 'append', 'merge'] as const).flatMap((strategy): NamedRequest[] => {
    const uniqueKey = strategy === 'merge' ? { uniqueKey: key } : {}
    const of =
      (more: (dialect: Dialect) => Partial<WriteRequest>) => (dialect: Dialect, staging: WriteRequest['staging']) => ({
        target,
        staging,
        columns: shipmentColumns,
        ...uniqueKey,
        ...more(dialect),
      })
    return [
      { strategy, says: 'one range', request: of((dialect) => ({ window: windowOf(dialect, week) })) },
      { strategy, says: 'two ranges', request: of((dialect) => ({ window: windowOf(dialect, twoWeeks) })) },
      {
        strategy,
        says: 'a target without rows there',
        request: of((dialect) => ({ window: windowOf(dialect, week), empty: true })),
      },
    ]
  }),
  ...(['table', 'append'] as const).map((strategy): NamedRequest => {
    return {
      strategy,
      says: 'the whole relation',
      request: (_, staging) => ({ target, staging, columns: shipmentColumns }),
    }
  }),
  ...[
    { says: 'the whole relation', more: () => ({}) },
    { says: 'the whole relation, delete_missing', more: () => ({ deleteMissing: true }) },
    { says: 'one range, delete_missing', more: (d: Dialect) => ({ window: windowOf(d, week), deleteMissing: true }) },
    { says: 'one range, moves', more: (d: Dialect) => ({ window: windowOf(d, week), moves: true }) },
    {
      says: 'one range, moves and delete_missing',
      more: (d: Dialect) => ({ window: windowOf(d, week), moves: true, deleteMissing: true }),
    },
    { says: 'nothing but keys', more: () => ({ columns: key }) },
  ].map(
    ({ says, more }): NamedRequest => ({
      strategy: 'merge',
      says,
      request: (dialect, staging) => ({ target, staging, columns: shipmentColumns, uniqueKey: key, ...more(dialect) }),
    }),
  ),
  ...[
    { says: 'rows that say when they changed', more: () => ({}) },
    { says: 'rows that are compared', more: () => ({ compared: ['weight "kg"'] }) },
    { says: 'rows that say when they changed, and end', more: () => ({ hardDeletes: 'invalidate' as const }) },
    {
      says: 'rows that are compared, with a version for those that are gone',
      more: () => ({ compared: ['weight "kg"'], hardDeletes: 'new_record' as const, isDeleted: 'gone' }),
    },
  ].map(
    ({ says, more }): NamedRequest => ({
      strategy: 'history',
      says,
      request: (dialect, staging) => ({
        target,
        staging,
        columns: ['order', 'line', 'weight "kg"', 'since', 'until', ...('isDeleted' in more() ? ['gone'] : [])],
        uniqueKey: key,
        history: {
          now: dialect.literal({ type: 'date', value: '2024-01-09' }),
          hardDeletes: 'ignore',
          validFrom: 'since',
          validTo: 'until',
          ...more(),
        },
      }),
    }),
  ),
]

import { bug } from '../../diagnostics/index.ts'
import type { Compilation, Definition } from '../definition.ts'
import { whereClause } from './predicate.ts'

/** One row for each partition that has rows and is followed by a gap: the ordinals and column values on both sides. */
function gaps({ assertion, dialect, from, target, where }: Compilation): string {
  const ordinal = target.partition ?? '0'
  const column = dialect.quote(assertion.partitionColumn ?? bug('complete_partitions without a partition column'))
  const grouped = `select ${ordinal} as this, min(${column}) as earliest, max(${column}) as latest from ${from} as judged${whereClause(where)} group by ${ordinal}`
  const followed = `select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (${grouped}) as grouped`
  return `(${followed}) as neighbours where next > this + 1`
}

export const completePartitions: Definition = {
  summary:
    'Partitions fail that have no row although an earlier and a later one have. It judges the whole table after the run and never blocks.',
  nulls: 'play no part: no partition holds them',
  empty: 'passes',
  example: '- complete_partitions',
  column: 'none',
  arguments: {},
  ofPartitions: true,
  label: () => '',
  compile: (compilation) => {
    const { assertion, dialect } = compilation
    const found = gaps(compilation)
    const [partition, failures] = [dialect.quote('partition'), dialect.quote('failures')]
    const [after, before, missing] = ['after', 'before', 'missing'].map(dialect.quote)
    return {
      measure: {
        kind: 'query',
        sql: `select 0 as ${partition}, coalesce(sum(next - this - 1), 0) as ${failures} from ${found}`,
      },
      failingRows: dialect.firstRows(
        `select latest as ${after}, next_earliest as ${before}, next - this - 1 as ${missing} from ${found}`,
        assertion.limit,
      ),
    }
  },
}

import { bug } from '../../diagnostics/index.ts'
import type { Compilation, Definition } from '../definition.ts'
import { whereClause } from './predicate.ts'

/** One row for each partition that has rows and is followed by a gap: the ordinals and column values on both sides. */
function gaps({ assertion, dialect, from, target, where }: Compilation): string {
  const ordinal = target.partition ?? bug('complete_partitions at a relation without partitions')
  const column = dialect.quote(assertion.partitionColumn ?? bug('complete_partitions without a partition column'))
  const present = `select ${ordinal} as at, min(${column}) as earliest, max(${column}) as latest from ${from} as judged${whereClause(where)} group by ${ordinal}`
  const followed = `select at, latest, lead(at) over (order by at) as following, lead(earliest) over (order by at) as earliest from (${present}) as present`
  return `(${followed}) as neighbours where following > at + 1`
}

export const completePartitions: Definition = {
  summary:
    'Partitions fail that have no row although an earlier and a later one have. It judges the whole table after the run and never blocks. An empty table passes.',
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
        sql: `select 0 as ${partition}, coalesce(sum(following - at - 1), 0) as ${failures} from ${found}`,
      },
      failingRows: `select latest as ${after}, earliest as ${before}, following - at - 1 as ${missing} from ${found} limit ${assertion.limit}`,
    }
  },
}
